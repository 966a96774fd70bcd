import type { SqlEngine } from '../engine/engine.ts';

/** How far one call may read, in rows looked at. Core decides, stores keep to it. */
export interface Slices {
  /** How many rows the next statement may look at; 0 when the budget is spent. Lets others have their turn first. */
  next(): Promise<number>;
}

/** The first slice is small, because most reads have enough with it. */
const firstSlice = 500;
const growth = 4;

/** Cuts a long read into statements that are short enough for polls beside them, and for the database's time limit. */
export function createSlices({ sliceRows, turn }: Pick<SqlEngine, 'sliceRows' | 'turn'>, budget: number): Slices {
  let left = budget;
  let size = firstSlice;
  let isFirst = true;
  return {
    async next() {
      if (!isFirst) await turn();
      isFirst = false;
      const rows = Math.min(size, sliceRows, left);
      left -= rows;
      size *= growth;
      return rows;
    },
  };
}
