import { describe, expect, it } from 'vitest';
import { createRecent } from './recent.ts';

describe('what was used lately', () => {
  it('is kept while it is used, however much comes and goes beside it', () => {
    const recent = createRecent<number, string>(10);
    recent.set(0, 'used');
    for (let other = 1; other <= 1000; other++) {
      recent.set(other, 'once');
      expect(recent.get(0)).toBe('used');
    }
  });

  it('never exceeds its bound', () => {
    const recent = createRecent<number, string>(10);
    for (let key = 0; key < 1000; key++) recent.set(key, 'value');
    const kept = Array.from({ length: 1000 }, (_, key) => recent.get(key)).filter((value) => value !== undefined);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(recent.get(999)).toBe('value');
  });
});
