import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('runs work of one key in order, one at a time, and goes on after a failure', async () => {
  const inTurn = createTurns();
  const log: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      log.push(`${name} begins`);
      await Promise.resolve();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const outcomes = await Promise.allSettled([
    inTurn('k', work('first', true)),
    inTurn('k', work('second')),
    inTurn('k', work('third')),
  ]);
  expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends', 'third begins', 'third ends']);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
});

it('lets different keys run side by side', async () => {
  const inTurn = createTurns();
  const gate = Promise.withResolvers<void>();
  const waiting = inTurn('a', () => gate.promise);
  await expect(inTurn('b', async () => 'done')).resolves.toBe('done');
  gate.resolve();
  await waiting;
});
