import { describe, expect, it } from 'vitest';
import { createPooledRandom } from './pooled-random.ts';

/** Fills with numbers that go on where the last fill ended: 32 bits each, so that every four bytes are told apart. */
function counting() {
  let next = 1;
  let fills = 0;
  const random = createPooledRandom((pool) => {
    fills += 1;
    for (let at = 0; at < pool.length; at += 4) pool.writeUInt32BE(next++, at);
  });
  return { random, fills: () => fills };
}

describe('random bytes', () => {
  it('are as many as asked for, and none is given twice', () => {
    const { random, fills } = counting();
    const given = Array.from({ length: 1000 }, () => random(32));
    expect(given.every(({ length }) => length === 32)).toBe(true);
    const words = given.flatMap((bytes) => Array.from({ length: 8 }, (_, index) => bytes.readUInt32BE(index * 4)));
    expect(new Set(words).size).toBe(words.length);
    expect(words).not.toContain(0);
    expect(fills()).toBe(8);
  });

  it('stay as they were given', () => {
    const { random } = counting();
    const first = random(32);
    const before = first.toString('hex');
    for (let index = 0; index < 1000; index++) random(32);
    expect(first.toString('hex')).toBe(before);
  });

  it('of more than is fetched at a time are fetched for themselves', () => {
    const { random, fills } = counting();
    expect(random(5000)).toHaveLength(5000);
    expect(fills()).toBe(0);
  });

  it('are not given when the source fails', () => {
    let isBroken = false;
    const random = createPooledRandom((pool) => {
      if (isBroken) throw new Error('no entropy');
      pool.fill(7);
    });
    random(4096);
    isBroken = true;
    for (const _ of [1, 2]) expect(() => random(32)).toThrow('no entropy');
  });
});
