import { expect, it } from 'vitest';
import { failuresForgottenAfterMs, secondsUntilNextAttempt } from './lockout.ts';

const failedAt = 1_000_000;

it.each([
  [1, 0],
  [4, 0],
  [5, 30],
  [6, 60],
  [7, 120],
  [8, 240],
  [9, 480],
  [10, 900],
  [11, 900],
  [5_000, 900],
])('after %i failures the next attempt waits %i s', (failures, seconds) => {
  expect(secondsUntilNextAttempt({ failures, lastFailedAt: failedAt }, failedAt)).toBe(seconds);
});

it('lets nobody wait who never failed', () => {
  expect(secondsUntilNextAttempt(null, failedAt)).toBe(0);
});

it('counts down in whole seconds, never to zero before the time', () => {
  const record = { failures: 5, lastFailedAt: failedAt };
  expect(secondsUntilNextAttempt(record, failedAt + 29_001)).toBe(1);
  expect(secondsUntilNextAttempt(record, failedAt + 29_999)).toBe(1);
  expect(secondsUntilNextAttempt(record, failedAt + 30_000)).toBe(0);
});

it('is never permanent, and forgets after a day', () => {
  const record = { failures: 1_000_000, lastFailedAt: failedAt };
  expect(secondsUntilNextAttempt(record, failedAt + 15 * 60_000)).toBe(0);
  expect(secondsUntilNextAttempt(record, failedAt + failuresForgottenAfterMs)).toBe(0);
});
