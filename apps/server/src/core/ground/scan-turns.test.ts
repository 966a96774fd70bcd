import { expect, it } from 'vitest';
import { createScanTurns } from './scan-turns.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

it('runs two of a user pool at a time, in order of arrival, and those of another beside them', async () => {
  const inScanTurn = createScanTurns();
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (pool: string, name: string) =>
    inScanTurn(pool, () => {
      begun.push(name);
      return new Promise<void>((resolve) => ends.set(name, resolve));
    });
  const all = [start('p', 'a'), start('p', 'b'), start('p', 'c'), start('p', 'd'), start('q', 'e')];
  await tick();
  expect(begun).toEqual(['a', 'b', 'e']);
  ends.get('b')?.();
  await tick();
  expect(begun).toEqual(['a', 'b', 'e', 'c']);
  ends.get('a')?.();
  await tick();
  for (const end of ends.values()) end();
  await Promise.all(all);
  expect(begun).toEqual(['a', 'b', 'e', 'c', 'd']);
});

it('gives the place of one that failed to the next', async () => {
  const inScanTurn = createScanTurns();
  for (let n = 0; n < 5; n++) {
    await expect(inScanTurn('p', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  }
  expect(await inScanTurn('p', async () => 'yes')).toBe('yes');
});

it('refuses when too many wait', async () => {
  const inScanTurn = createScanTurns();
  let end = () => {};
  const stopped = new Promise<void>((resolve) => {
    end = resolve;
  });
  const all = Array.from({ length: 22 }, () => inScanTurn('p', () => stopped));
  await expect(inScanTurn('p', async () => {})).rejects.toMatchObject({ code: 'too_many_requests' });
  end();
  await Promise.all(all);
});
