import { expect, it } from 'vitest';
import { createNonceStore } from './nonces.ts';

function opened(maxNonces?: number) {
  const time = { now: 1_000_000 };
  const nonces = createNonceStore({ clock: { now: () => time.now }, maxNonces });
  return { time, take: (key: string, forMs = 60_000) => nonces.take(key, time.now + forMs) };
}

it('takes a nonce once, as long as it is kept', async () => {
  const { time, take } = opened();
  expect(await take('a')).toBe('taken');
  expect(await take('a')).toBe('used');
  time.now += 59_000;
  expect(await take('a')).toBe('used');
  time.now += 61_000;
  expect(await take('a')).toBe('taken');
});

it('refuses rather than forget when it is full, and has room again later', async () => {
  const { time, take } = opened(2);
  expect(await take('a', 10_000)).toBe('taken');
  expect(await take('b', 90_000)).toBe('taken');
  expect(await take('c')).toBe('full');
  expect(await take('a')).toBe('used');
  time.now += 31_000;
  expect(await take('c')).toBe('taken');
  expect(await take('b')).toBe('used');
});

it('gives one of many racing calls the nonce', async () => {
  const { take } = opened();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => take('a')));
  expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(1);
});
