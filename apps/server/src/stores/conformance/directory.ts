import { expect, it } from 'vitest';
import { DirectoryChanged } from '../../core/directory/pool-store.ts';
import { anApplication, anEvent, anOwnTokenEntry, aPool } from './builders.ts';
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
    const ownTokens = [anOwnTokenEntry(), anOwnTokenEntry({ keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x' }] })];
    const renamed = { ...first, name: 'Renamed', secret: 'rotated', ownTokens, updatedAt: 5 };
    await pools.put(renamed);
    expect(await pools.list()).toEqual([renamed, second]);
    await pools.put(first);
    expect(await pools.list()).toEqual([first, second]);
  });

  it('knows the secrets that a pool or an application had, and which of them were replaced', async () => {
    const { applications, pools, secretHistory } = opened.stores;
    const first = anApplication({ secret: 'first-secret', olderSecrets: [], updatedAt: 10, createdAt: 10 });
    const holder = { kind: 'application', id: first.id } as const;
    const seen = async () =>
      (await secretHistory.list(holder, 10)).map(({ hint, endsAt, lastUsedAt }) => ({ hint, endsAt, lastUsedAt }));
    await applications.put(first);
    await pools.put(aPool({ secret: 'first-secret', olderSecrets: [] }));
    const overlapping = { ...first, secret: 'second-one', olderSecrets: [{ secret: 'first-secret', endsAt: 90 }] };
    await applications.put({ ...overlapping, updatedAt: 20 });
    await secretHistory.noteUse(holder, 'second-one', 25);
    expect(await seen()).toEqual([
      { hint: '-one', endsAt: null, lastUsedAt: 25 },
      { hint: 'cret', endsAt: 90, lastUsedAt: null },
    ]);
    await applications.put({ ...first, secret: 'third-one', olderSecrets: [], updatedAt: 30 });
    expect((await seen()).map(({ endsAt }) => endsAt)).toEqual([null, 30, 30]);
    const secrets = ['first-secret', 'second-one', 'third-one', 'never'];
    const replaced = await Promise.all(secrets.map((secret) => secretHistory.wasReplaced(holder, secret)));
    expect(replaced).toEqual([true, true, false, false]);
    expect(await secretHistory.list({ kind: 'userPool', id: first.id }, 10)).toEqual([]);
  });

  it('knows the hundred configuration files applied last', async () => {
    const { appliedFiles } = opened.stores;
    for (let index = 0; index < 102; index++) await appliedFiles.add({ digest: `digest-${index}`, node: 'one' });
    const applied = await appliedFiles.list(1000);
    expect(applied).toHaveLength(100);
    expect(applied[0]).toMatchObject({ digest: 'digest-101', node: 'one', at: expect.any(Number) });
  });

  it('lets one of those win who write what they read under the same version', async () => {
    const { pools, applications } = opened.stores;
    const [pool, application] = [aPool(), anApplication()];
    await pools.put(pool);
    await applications.put(application);
    const version = await opened.stores.directoryVersion();
    const outcomes = await Promise.allSettled([
      ...Array.from({ length: 5 }, (_, index) => pools.put({ ...pool, name: `Pool ${index}` }, anEvent(), version)),
      ...[true, false].map((enabled) => applications.put({ ...application, enabled }, anEvent(), version)),
      applications.putEndingLogins({ ...application, enabled: false }, 5, anEvent(), version),
      applications.remove(application.id, 5, anEvent(), version),
    ]);
    const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(lost).toHaveLength(outcomes.length - 1);
    for (const reason of lost) expect(reason).toBeInstanceOf(DirectoryChanged);
    expect(await opened.stores.audit.list({ limit: 20 })).toHaveLength(1);
    expect(await opened.stores.directoryVersion()).not.toBe(version);
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
      allowedScopes: null,
      refreshTokenExpiresIn: 60,
      logoUrl: 'https://l.example',
    };
    await applications.put(changed);
    expect(await applications.list()).toEqual([changed, second]);
  });
}
