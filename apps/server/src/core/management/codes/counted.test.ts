import { describe, expect, it } from 'vitest';
import { alarmsOf, countersOf, medianOf, stepsOf } from './counted.ts';

describe('what an event counts as', () => {
  it.each([
    ['qr.created', undefined, ['created']],
    ['qr.scanned', 1_000, ['scanned', 'scan:48']],
    ['qr.scanned', undefined, ['scanned']],
    ['qr.scanned', 9_000, ['scanned']],
    ['qr.ended', undefined, ['cancelled']],
    ['limit.hit', undefined, ['alarm:limit.hit']],
    ['session.created', undefined, []],
  ] as const)('%s after %s: %j', (type, before, expected) => {
    expect(countersOf({ type, at: 5_096 }, before)).toEqual(expected);
  });
});

it('the median is that of the durations, to a tenth', () => {
  const counters = new Map<string, number>();
  for (let ms = 1_000; ms <= 9_000; ms += 100) {
    const [, what = ''] = countersOf({ type: 'qr.confirmed', at: ms }, 0);
    counters.set(what, (counters.get(what) ?? 0) + 1);
  }
  const median = medianOf(counters, 'confirm') ?? 0;
  expect(Math.abs(median - 5) / 5).toBeLessThan(0.1);
  expect(medianOf(counters, 'scan')).toBeNull();
});

it('steps that never happened count as none, and alarms by their events', () => {
  const counters = new Map([
    ['created', 3],
    ['alarm:limit.hit', 2],
  ]);
  expect(stepsOf(counters)).toEqual({ created: 3, scanned: 0, confirmed: 0, cancelled: 0, expired: 0, exchanged: 0 });
  expect(alarmsOf(counters)).toEqual({ 'limit.hit': 2 });
});
