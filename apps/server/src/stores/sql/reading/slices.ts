import type { SqlEngine } from '../engine/engine.ts';

/** How far one call may read, in rows looked at. Core decides, stores keep to it. */
export interface Slices {
  /** How many rows the next statement may look at; 0 when the budget is spent. Lets others have their turn first. */
  next(): Promise<number>;
}

/** The first slice is small, because most reads have enough with it, and nobody knows yet what a row costs. */
const firstSlice = 100;
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
  let size = firstSlice;
  let begunAt: number | null = null;
  return {
    async next() {
      if (begunAt !== null) {
        const tookMs = now() - begunAt;
        size = Math.max(1, Math.floor(Math.min(size * growth, sliceRows, (size * sliceMs) / tookMs)));
        await turn();
      }
      begunAt = now();
      const rows = Math.min(size, sliceRows, left);
      left -= rows;
      return rows;
    },
  };
}
