import { describe, expect, it } from 'vitest';
import { createSlices } from './slices.ts';

/** Reads slices of rows that cost so much each; returns how many rows each statement looked at. */
async function read(millisecondsARow: number, budget: number, millisecondsBeside = 0): Promise<number[]> {
  let time = 0;
  const turn = async () => {
    time += millisecondsBeside;
  };
  const slices = createSlices({ sliceRows: 2_000, sliceMs: 4, turn }, budget, () => time);
  const sizes: number[] = [];
  for (let rows = await slices.next(); rows > 0; rows = await slices.next()) {
    sizes.push(rows);
    for (const half of [rows / 2, rows / 2]) {
      await slices.timed(async () => {
        time += half * millisecondsARow;
      });
      time += millisecondsBeside;
    }
  }
  return sizes;
}

describe('the slices of a long read', () => {
  it('grow up to the most rows where a row costs little', async () => {
    expect(await read(0.000_1, 6_000)).toEqual([100, 400, 1_600, 2_000, 1_900]);
    expect(await read(0, 700)).toEqual([100, 400, 200]);
  });

  it('are as short as their time allows where a row costs much, but no shorter than the first', async () => {
    expect(await read(0.01, 1_300)).toEqual([100, 400, 400, 400]);
    expect(await read(0.1, 220)).toEqual([100, 100, 20]);
    expect(await read(10, 202)).toEqual([100, 100, 2]);
  });

  it('are as long as ever while the thread has much else to do', async () => {
    expect(await read(0.000_1, 6_000, 500)).toEqual(await read(0.000_1, 6_000));
  });

  it('let others have their turn in between', async () => {
    let turns = 0;
    const turn = async () => {
      turns += 1;
    };
    const slices = createSlices({ sliceRows: 100, sliceMs: 4, turn }, 300);
    await slices.next();
    expect(turns).toBe(0);
    await slices.next();
    await slices.next();
    expect(turns).toBe(2);
  });
});
