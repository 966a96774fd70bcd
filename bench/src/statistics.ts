/** The median of several rounds, with the extremes. */
export interface Spread {
  median: number;
  lowest: number;
  highest: number;
}

export function spread(values: number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
  return { median, lowest: sorted.at(0) ?? Number.NaN, highest: sorted.at(-1) ?? Number.NaN };
}

/** Divides each round's value by the other's in the same round, so that what the machine did meanwhile affects both. */
export function ratios(values: number[], others: number[]): Spread {
  return spread(values.map((value, round) => value / (others[round] ?? Number.NaN)));
}

/** The smallest value that at least this share (0 to 1) of the values do not exceed. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? Number.NaN;
}
