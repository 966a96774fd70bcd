import { expect, it } from 'vitest';
import { repeatGraceMs } from '../../core/ground/honest-repeat.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

export function describeUses(open: OpenStores): void {
  const opened = openedBeforeEach(open);
  const isRepeat = (by: string, at: number, what = 'what') => opened.stores.uses.isRepeat(what, { by, at });

  it('recognises the caller that made it, within the grace', async () => {
    await opened.stores.uses.remember('what', { by: 'kate', at: 50_000 });
    expect(await isRepeat('kate', 50_000 + repeatGraceMs)).toBe(true);
    expect(await isRepeat('kate', 50_001 + repeatGraceMs)).toBe(false);
    expect(await isRepeat('thief', 50_000)).toBe(false);
    expect(await isRepeat('kate', 50_000, 'something else')).toBe(false);
  });

  it('belongs to the last caller alone', async () => {
    await opened.stores.uses.remember('what', { by: 'kate', at: 50_000 });
    await opened.stores.uses.remember('what', { by: 'thief', at: 50_001 });
    await opened.stores.uses.remember('what', { by: 'kate', at: 50_002 });
    expect(await isRepeat('kate', 50_002 + repeatGraceMs)).toBe(true);
    expect(await isRepeat('thief', 50_002)).toBe(false);
  });

  it('is purged oldest first, up to the limit', async () => {
    for (const at of [1, 2, 3, 9]) await opened.stores.uses.remember(`what ${at}`, { by: 'kate', at });
    expect(await opened.stores.uses.purge(4, 2)).toBe(2);
    expect(await isRepeat('kate', 3, 'what 3')).toBe(true);
    expect(await opened.stores.uses.purge(4, 2)).toBe(1);
    expect(await isRepeat('kate', 9, 'what 9')).toBe(true);
  });
}
