import type { SqlEngine } from '../engine/engine.ts';

/** How far one call may read, in rows looked at. Core decides, stores keep to it. */
export interface Slices {
  /** How many rows the next statements may look at; 0 when the budget is spent. Lets others have their turn first. */
  next(): Promise<number>;
  /** Runs a statement about the slice. Nothing but its time counts: what else keeps the thread busy says nothing of what rows cost. */
  timed<T>(statement: () => Promise<T>): Promise<T>;
}

/**
 * The first slice is small, because most reads have enough with it, and nobody knows yet what a row costs. None is smaller: so few rows never
 * take long, and a read that crept along row by row would never end.
 */
const leastSlice = 100;
const growth = 4;

/**
 * Cuts a long read into statements that are short enough for polls beside them, and for the database's time limit. What a row costs
 * depends on what is searched, so each slice is as long as the one before it lets expect.
 */
export function createSlices(
  { sliceRows, sliceMs, turn }: Pick<SqlEngine, 'sliceRows' | 'sliceMs' | 'turn'>,
  budget: number,
  now: () => number = () => performance.now(),
): Slices {
  let left = budget;
  let size = leastSlice;
  let tookMs: number | null = null;
  return {
    async next() {
      if (tookMs !== null) {
        size = Math.max(leastSlice, Math.floor(Math.min(size * growth, sliceRows, (size * sliceMs) / tookMs)));
        await turn();
      }
      tookMs = 0;
      const rows = Math.min(size, sliceRows, left);
      left -= rows;
      return rows;
    },
    async timed(statement) {
      const begunAt = now();
      try {
        return await statement();
      } finally {
        tookMs = (tookMs ?? 0) + now() - begunAt;
      }
    },
  };
}
