import { randomBytes, randomFillSync } from 'node:crypto';

const poolBytes = 4096;

/**
 * Random bytes of the system, fetched some thousand at a time: one fetch costs twenty times what is taken of it for a token. Each byte
 * is given once and erased where it was kept.
 */
export function createPooledRandom(fill: (pool: Buffer) => void = randomFillSync): (size: number) => Buffer {
  const pool = Buffer.alloc(poolBytes);
  let taken = poolBytes;

  return (size) => {
    if (size > poolBytes) return randomBytes(size);
    if (taken + size > poolBytes) {
      // When this throws, nothing is left that could be given twice.
      taken = poolBytes;
      fill(pool);
      taken = 0;
    }
    const given = Buffer.from(pool.subarray(taken, taken + size));
    pool.fill(0, taken, taken + size);
    taken += size;
    return given;
  };
}
