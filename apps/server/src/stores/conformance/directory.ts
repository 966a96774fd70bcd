import { expect, it } from 'vitest';
import { anApplication, aPool } from './builders.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

export function describeDirectory(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  it('keeps pools whole, and replaces the one with the same id', async () => {
    const { pools } = opened.stores;
    const [first, second] = [aPool({ createdAt: 1 }), aPool({ createdAt: 2 })];
    expect(await pools.list()).toEqual([]);
    await pools.put(first);
    await pools.put(second);
    expect(await pools.list()).toEqual([first, second]);
    const renamed = { ...first, name: 'Renamed', secret: 'rotated', updatedAt: 5 };
    await pools.put(renamed);
    expect(await pools.list()).toEqual([renamed, second]);
  });

  it('keeps applications whole, and replaces the one with the same id', async () => {
    const { applications } = opened.stores;
    const [first, second] = [anApplication({ createdAt: 1 }), anApplication({ createdAt: 2, domain: null })];
    expect(await applications.list()).toEqual([]);
    await applications.put(first);
    await applications.put(second);
    expect(await applications.list()).toEqual([first, second]);
    const changed = {
      ...first,
      enabled: false,
      approvesScans: true,
      securityOverride: {},
      savesCustomData: false,
      logoUrl: 'https://l.example',
    };
    await applications.put(changed);
    expect(await applications.list()).toEqual([changed, second]);
  });
}
