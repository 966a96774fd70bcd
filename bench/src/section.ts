import type { Engines } from './engines.ts';
import type { Spread } from './statistics.ts';

/** One question the benchmark answers. */
export interface Section {
  name: string;
  measure(context: Context): Promise<Result>;
}

export interface Context {
  /** Everything measured goes here and is deleted at the end. */
  folder: string;
  engines: Engines;
  rounds: number;
  /** The length of a timed window; before it comes an untimed one of `warmUpSeconds`. */
  seconds: number;
  warmUpSeconds: number;
  /** A trial that everything works: small numbers that say nothing. */
  isQuick: boolean;
}

export interface Result {
  title: string;
  /** How it was measured, a sentence each. */
  method: string[];
  columns: string[];
  rows: string[][];
  targets: Target[];
  bars: Chart | null;
  /** What could not be measured, and why. */
  missing: string[];
}

export interface Target {
  what: string;
  measured: Spread;
  bound: number;
  /** The measured value must be at least, or at most, the bound. */
  must: 'reach' | 'stay below';
  unit: string;
}

export interface Chart {
  title: string;
  bars: { label: string; value: number; shown: string }[];
}

/** In the median of the rounds, and in each of them. */
export function isMet({ measured, bound, must }: Target): { typically: boolean; always: boolean } {
  const { median, lowest, highest } = measured;
  return must === 'reach'
    ? { typically: median >= bound, always: lowest >= bound }
    : { typically: median < bound, always: highest < bound };
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Two decimals for shares, one for multiples from ten on. */
export function share(value: number): string {
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export function shareWithRange({ median, lowest, highest }: Spread, unit = ''): string {
  const range = lowest === highest ? '' : ` (${share(lowest)}–${share(highest)})`;
  return `${share(median)}${unit}${range}`;
}

export function wholeWithRange({ median, lowest, highest }: Spread): string {
  return `${whole(median)} (${whole(lowest)}–${whole(highest)})`;
}

/** Runs `work`; a failure becomes a line in `missing`, and null. */
export async function orMissing<Value>(
  missing: string[],
  what: string,
  work: () => Promise<Value>,
): Promise<Value | null> {
  try {
    return await work();
  } catch (error) {
    missing.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
