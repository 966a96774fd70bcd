import type { Engines } from './engines.ts';
import type { Spread } from './statistics.ts';

/** One question that the benchmark answers. */
export interface Section {
  name: string;
  measure(context: Context): Promise<Result>;
}

export interface Context {
  /** The folder for data of the measurement; it is deleted at the end. */
  folder: string;
  engines: Engines;
  rounds: number;
  /** For how long each thing is timed; before that it runs untimed for `warmUpSeconds`. */
  seconds: number;
  warmUpSeconds: number;
  /** Only tries whether everything works, with numbers too small to mean anything. */
  isQuick: boolean;
  /** The checkout of an earlier release that is measured beside this one. */
  before: string | null;
}

export interface Result {
  title: string;
  /** Sentences that tell how it was measured. */
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
  /** Whether the measured value must be at least the bound, or below it. */
  must: 'reach' | 'stay below';
  unit: string;
}

export interface Chart {
  title: string;
  bars: { label: string; value: number; shown: string }[];
}

/** Whether the target was met by the median of the rounds, and whether by each of them. */
export function isMet({ measured, bound, must }: Target): { typically: boolean; always: boolean } {
  const { median, lowest, highest } = measured;
  return must === 'reach'
    ? { typically: median >= bound, always: lowest >= bound }
    : { typically: median < bound, always: highest < bound };
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Formats a ratio with two decimals, or with one from 10 on. */
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

/** Resolves to the result of `work`. If it fails, adds a line to `missing` and resolves to null. */
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
