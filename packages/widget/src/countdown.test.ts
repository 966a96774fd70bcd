import { expect, it } from 'vitest';
import { clockTime, createCountdown } from './countdown.ts';
import { createManualClock } from './world.fixture.ts';

it('shows each second once and stops at nought', async () => {
  const clock = createManualClock();
  const shown: Array<number | undefined> = [];
  const countdown = createCountdown(clock, (seconds) => shown.push(seconds));
  countdown.to(2_500);
  await clock.advance(10_000);
  expect(shown).toEqual([3, 2, 1, 0]);
  expect(clock.pendingTimers()).toBe(0);
});

it('follows a change to another instant, and to none', async () => {
  const clock = createManualClock();
  const shown: Array<number | undefined> = [];
  const countdown = createCountdown(clock, (seconds) => shown.push(seconds));
  countdown.to(60_000);
  countdown.to(60_000);
  countdown.to(5_000);
  countdown.to(undefined);
  await clock.advance(60_000);
  expect(shown).toEqual([60, 5, undefined]);
});

it.each([
  [0, '0:00'],
  [65, '1:05'],
  [600, '10:00'],
])('writes %i seconds as %s', (seconds, text) => {
  expect(clockTime(seconds)).toBe(text);
});
