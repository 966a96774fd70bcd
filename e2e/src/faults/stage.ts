import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { Actors, call } from './actors.ts';
import { loginsIn, violations } from './history.ts';
import { people, type ServerNode, type System } from './system.ts';

/** How often each test is repeated; `npm run test:faults` asks for more. */
export const rounds = Number(process.env.FAULT_ROUNDS ?? 1);

/** A system under test, the people who act on it, and what must hold whatever failed. */
export class Stage {
  readonly system: System;
  actors = new Actors({});

  private constructor(system: System) {
    this.system = system;
  }

  static async open(starting: Promise<System>): Promise<Stage> {
    const stage = new Stage(await starting);
    await stage.beginHistory();
    return stage;
  }

  /** People sign in anew, and what they see is written into a new history. */
  async beginHistory(at = this.node(0)): Promise<void> {
    this.actors = await Actors.on(at, people);
  }

  /** The numbered node, counted round. */
  node(index: number): ServerNode {
    const found = this.system.nodes[index % this.system.nodes.length];
    if (!found) throw new Error('there is no node');
    return found;
  }

  async created(at = this.node(0)): Promise<string> {
    const code = await this.actors.create(at);
    if (code === null) throw new Error('no code was created');
    return code;
  }

  async scanned(at = this.node(0)): Promise<string> {
    const code = await this.created(at);
    expect(await this.actors.move(at, code, 'scan', 'alice')).toMatchObject({ outcome: 'done' });
    return code;
  }

  /** A code that alice confirmed, and its ticket. */
  async confirmed(at = this.node(0)): Promise<{ code: string; ticket: string }> {
    const code = await this.scanned(at);
    expect(await this.actors.move(at, code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
    const { ticket } = await this.actors.poll(at, code);
    if (ticket === undefined) throw new Error('there is no ticket');
    return { code, ticket };
  }

  /** At the end of each test: what callers saw keeps every promise, and the database has a login for each they were told of. */
  async requireKeptPromises(): Promise<void> {
    expect(violations(this.actors.history.entries)).toEqual([]);
    expect(await this.system.countLogins()).toBeGreaterThanOrEqual(loginsIn(this.actors.history.entries).size);
  }

  close(): Promise<void> {
    return this.system.stop();
  }
}

/** Asks again until the answer is as wanted; what never comes ends with the test's own time. */
export async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await wait(100);
  }
}

/** Ready within what is promised: ten seconds without a restart (threats T46). */
export async function recovers(at: ServerNode): Promise<void> {
  const began = performance.now();
  await until(
    () => call(at, '/readyz'),
    (answer) => answer?.http === 200,
  );
  expect(performance.now() - began).toBeLessThan(10_000);
}

/** Refused for now: 503, when to come back, and a body that says the same. */
export const refusedForNow = expect.objectContaining({
  http: 503,
  retryAfter: expect.stringMatching(/^\d+$/),
  body: expect.objectContaining({ statusCode: 503 }),
});
