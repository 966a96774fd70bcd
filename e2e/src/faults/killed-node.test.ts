import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rounds, Stage } from './stage.ts';
import { isManyMissing, startMany } from './system.ts';

let stage: Stage;

describe.skipIf(isManyMissing())('a node that is killed', () => {
  beforeAll(async () => {
    stage = await Stage.open(startMany());
  });
  afterAll(() => stage?.close());

  const steps = ['create', 'scan', 'confirm', 'exchange'] as const;
  const kills = Array.from({ length: 4 * rounds }, (_, round) => ({
    round,
    step: steps[round % steps.length] as string,
    delayMs: Math.floor(round / steps.length) * 2,
  }));

  it.each(kills)('round $round, in $step: the other goes on from what was acknowledged', async ({ step, delayMs }) => {
    const [victim, other] = [stage.node(0), stage.node(1)];
    let code: string | null = null;
    let ticket: string | undefined;
    const flow: Record<string, () => Promise<unknown>> = {
      create: async () => {
        code = await stage.actors.create(victim);
      },
      scan: () => stage.actors.move(victim, code ?? '', 'scan', 'alice'),
      confirm: () => stage.actors.move(victim, code ?? '', 'confirm', 'alice'),
      exchange: async () => {
        ticket = (await stage.actors.poll(victim, code ?? '')).ticket;
        return stage.actors.exchange(victim, code ?? '', ticket ?? '');
      },
    };
    for (const name of steps) {
      const running = flow[name]?.();
      if (name === step) {
        await wait(delayMs);
        await victim.kill();
      }
      await running;
      if (name === step) break;
    }

    if (code !== null) {
      await stage.actors.poll(other, code);
      // Repeating a move is a success, so the phone and the backend may simply go on.
      for (const move of ['scan', 'confirm'] as const) await stage.actors.move(other, code, move, 'alice');
      const last = await stage.actors.poll(other, code);
      ticket ??= last.ticket;
      if (ticket !== undefined) await stage.actors.exchange(other, code, ticket);
      expect(await stage.actors.poll(other, code)).toMatchObject({ status: 'EXPIRED' });
    }
    await victim.start();
    await stage.requireKeptPromises();
  });
});
