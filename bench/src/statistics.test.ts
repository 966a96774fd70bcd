import { describe, expect, it } from 'vitest';
import { percentile, ratios, spread } from './statistics.ts';

describe('spread', () => {
  it('is the median with the extremes, in whatever order the values come', () => {
    expect(spread([3, 10, 1])).toEqual({ median: 3, lowest: 1, highest: 10 });
  });

  it('takes the mean of the two middle values of an even number', () => {
    expect(spread([1, 2, 4, 9]).median).toBe(3);
  });

  it('is NaN for no values', () => {
    expect(spread([]).median).toBeNaN();
  });
});

it('takes ratios round by round', () => {
  // The second round was slow for both, which does not change its ratio.
  expect(ratios([50, 5, 70], [100, 10, 100])).toEqual({ median: 0.5, lowest: 0.5, highest: 0.7 });
});

describe('percentile', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

  it.each([
    [0.5, 50],
    [0.99, 99],
    [1, 100],
    [0, 1],
  ])('%d of 1 to 100 is %d', (share, value) => {
    expect(percentile(hundred, share)).toBe(value);
  });
});
