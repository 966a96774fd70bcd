import { expect, it } from 'vitest';
import { createSharedTurn } from './shared-turn.ts';

it('runs once for all who ask while it runs, and not before they asked', async () => {
  let begun = 0;
  let end = () => {};
  const look = createSharedTurn(async () => {
    begun += 1;
    await new Promise<void>((resolve) => {
      end = resolve;
    });
  });
  const first = look();
  await Promise.resolve();
  const [second, third] = [look(), look()];
  expect(begun).toBe(1);
  end();
  await first;
  await Promise.resolve();
  expect(begun).toBe(2);
  end();
  await Promise.all([second, third]);
  const fourth = look();
  await Promise.resolve();
  expect(begun).toBe(3);
  end();
  await fourth;
});

it('fails for those who asked, and goes on for the next', async () => {
  let isBroken = true;
  const look = createSharedTurn(async () => {
    if (isBroken) throw new Error('lost');
  });
  const [one, other] = await Promise.allSettled([look(), look()]);
  expect([one?.status, other?.status]).toEqual(['rejected', 'rejected']);
  isBroken = false;
  await look();
});
