import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { Actors, call } from './actors.ts';
import { loginsIn, violations } from './history.ts';
import { people, type ServerNode, type System } from './system.ts';

/** How often each test is repeated; `npm run test:faults` asks for more. */
export const rounds = Number(process.env.FAULT_ROUNDS ?? 1);

/** A system under test, the people who act on it, and the promises that must hold whatever fails. */
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

  /** Signs people in anew and begins a new history of what they see. */
  async beginHistory(at = this.node(0)): Promise<void> {
    this.actors = await Actors.on(at, people);
  }

  /** The node of this number; after the last comes the first again. */
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

  /** A QR code that alice confirmed, and its ticket. */
  async confirmed(at = this.node(0)): Promise<{ code: string; ticket: string }> {
    const code = await this.scanned(at);
    expect(await this.actors.move(at, code, 'confirm', 'alice')).toMatchObject({ outcome: 'done' });
    const { ticket } = await this.actors.poll(at, code);
    if (ticket === undefined) throw new Error('there is no ticket');
    return { code, ticket };
  }

  /** For the end of each test: what callers saw breaks no promise, and the database has every login they were told of. */
  async requireKeptPromises(): Promise<void> {
    expect(violations(this.actors.history.entries)).toEqual([]);
    expect(await this.system.countLogins()).toBeGreaterThanOrEqual(loginsIn(this.actors.history.entries).size);
  }

  close(): Promise<void> {
    return this.system.stop();
  }
}

/** Asks again until the answer is as wanted; the test's own timeout ends a wait in vain. */
export async function until<T>(ask: () => Promise<T>, isWanted: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    await wait(100);
  }
}

/** Expects the node to be ready within the ten seconds that are promised, without a restart (threats T46). */
export async function recovers(at: ServerNode): Promise<void> {
  const began = performance.now();
  await until(
    () => call(at, '/readyz'),
    (answer) => answer?.http === 200,
  );
  expect(performance.now() - began).toBeLessThan(10_000);
}

/** Matches a refusal for now: 503 with Retry-After, and 503 in the body. */
export const refusedForNow = expect.objectContaining({
  http: 503,
  retryAfter: expect.stringMatching(/^\d+$/),
  body: expect.objectContaining({ statusCode: 503 }),
});
