import { describe, expect, it } from 'vitest';
import { createFirstOfMany } from './first-of-many.ts';

const ascending = (count: number) => Array.from({ length: count }, (_, index) => index);
/** All of them once, in an order that follows no other. */
const mixed = (count: number) => ascending(count).map((index) => (index * 7919) % count);

describe('the first of many', () => {
  it.each([
    ['in order', ascending(1_000)],
    ['backwards', ascending(1_000).reverse()],
    ['mixed', mixed(1_000)],
  ])('are found whatever order they come in: %s', (_, offered) => {
    const first = createFirstOfMany<number>(100, (one, other) => one - other);
    for (const item of offered) first.offer(item);
    expect(first.takeBehind(90)).toEqual([90, 91, 92, 93, 94, 95, 96, 97, 98, 99]);
    expect(first.takeBehind(0)).toEqual(ascending(90));
  });

  it('are all there are where there are few, and none behind them', () => {
    const first = createFirstOfMany<number>(10, (one, other) => one - other);
    for (const item of [3, 1, 2]) first.offer(item);
    expect(first.takeBehind(5)).toEqual([]);
    expect(first.takeBehind(1)).toEqual([2, 3]);
    const none = createFirstOfMany<number>(0, (one, other) => one - other);
    none.offer(1);
    expect(none.takeBehind(0)).toEqual([]);
  });

  it('take a few comparisons for each offer, however many are kept', () => {
    let compared = 0;
    const size = 50_000;
    const first = createFirstOfMany<number>(size, (one, other) => {
      compared += 1;
      return one - other;
    });
    // Each one comes before all that are kept.
    for (const item of ascending(2 * size).reverse()) {
      const before = compared;
      first.offer(item);
      expect(compared - before).toBeLessThanOrEqual(2 * Math.log2(size) + 1);
    }
    const before = compared;
    expect(first.takeBehind(size - 10)).toEqual(ascending(size).slice(-10));
    expect(compared - before).toBeLessThanOrEqual(10 * 2 * Math.log2(size));
  });
});
