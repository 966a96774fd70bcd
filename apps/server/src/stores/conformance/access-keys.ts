import { expect, it } from 'vitest';
import type { AccessKey } from '../../core/management/access-key.ts';
import { anEvent, anId } from './builders.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

function anAccessKey(given: Partial<AccessKey> = {}): AccessKey {
  return {
    id: anId('key'),
    userPoolId: 'pool-1',
    secret: 'secret of the key',
    scopes: null,
    applicationId: null,
    issuer: null,
    isFromFile: false,
    userId: null,
    name: null,
    role: 'owner',
    expiresAt: null,
    createdBy: null,
    status: 'activated',
    createdAt: 1_000,
    lastUsedAt: null,
    ...given,
  };
}

export function describeAccessKeys(open: OpenStores): void {
  const opened = openedBeforeEach(open);
  const created = () => anEvent({ type: 'admin.access_key_created' });
  const changed = () => anEvent({ type: 'admin.access_key_changed' });
  const deleted = () => anEvent({ type: 'admin.access_key_deleted' });
  const count = async (type: string) => (await opened.stores.audit.list({ type, limit: 10 })).length;

  it('keeps every field, with the event', async () => {
    const createdBy = { kind: 'administrator', id: 'ada' } as const;
    const told = { name: 'Nightly import', role: 'operator', expiresAt: 9_000, createdBy } as const;
    const key = anAccessKey({ userId: 'ops', status: 'staging', lastUsedAt: 5, ...told });
    await opened.stores.accessKeys.insert(key, created());
    expect(await opened.stores.accessKeys.find(key.id)).toEqual(key);
    expect(await opened.stores.accessKeys.find('another')).toBeNull();
    expect(await count('admin.access_key_created')).toBe(1);
  });

  it('keeps every field of a key with scopes, and puts another in its place', async () => {
    const { accessKeys } = opened.stores;
    const scoped = { scopes: ['approve'], applicationId: 'phone', issuer: 'https://auth.example.com' } as const;
    const createdBy = { kind: 'configurationFile', id: '' } as const;
    const key = anAccessKey({ ...scoped, isFromFile: true, createdBy });
    await accessKeys.put(key, created());
    await accessKeys.touch(key.id, 5_000);
    await accessKeys.insert(anAccessKey(scoped), created());
    await accessKeys.put(anAccessKey({ ...scoped, isFromFile: true, userPoolId: 'pool-2' }), created());
    expect(await accessKeys.listFromFile('pool-1')).toEqual([{ ...key, lastUsedAt: 5_000 }]);
    const next = { ...key, secret: 'another secret', issuer: null, createdAt: 9_000 };
    await accessKeys.put(next, changed());
    expect(await accessKeys.find(key.id)).toEqual({ ...next, createdAt: 1_000, lastUsedAt: 5_000 });
    expect(await count('admin.access_key_changed')).toBe(1);
  });

  it('lists a pool newest first, in pages, by status and person', async () => {
    const { accessKeys } = opened.stores;
    const keys = [1, 2, 3].map((createdAt) => anAccessKey({ createdAt, userId: createdAt === 2 ? 'ops' : null }));
    const revoked = anAccessKey({ createdAt: 4, status: 'revoked' });
    for (const key of [...keys, revoked, anAccessKey({ userPoolId: 'pool-2' })])
      await accessKeys.insert(key, created());
    const list = async (filter: Parameters<typeof accessKeys.list>[1], after?: string, limit = 10) =>
      (await accessKeys.list('pool-1', filter, { after, limit })).map(({ createdAt }) => createdAt);
    expect(await list({})).toEqual([4, 3, 2, 1]);
    expect(await list({}, revoked.id, 2)).toEqual([3, 2]);
    expect(await list({}, keys[0]?.id)).toEqual([]);
    expect(await list({ statuses: ['activated'] })).toEqual([3, 2, 1]);
    expect(await list({ userId: 'ops' })).toEqual([2]);
  });

  it('goes on after a key among those of one moment', async () => {
    const { accessKeys } = opened.stores;
    for (const id of ['b', 'a', 'c']) await accessKeys.insert(anAccessKey({ id }), created());
    const page = await accessKeys.list('pool-1', {}, { after: 'a', limit: 10 });
    expect(page.map(({ id }) => id)).toEqual(['b', 'c']);
  });

  it('writes the fields that are named, and keeps the secret whatever the role', async () => {
    const { accessKeys } = opened.stores;
    const key = anAccessKey();
    await accessKeys.insert(key, created());
    for (const changes of [
      { role: 'viewer' },
      { expiresAt: 9_000, name: 'CI' },
      { role: 'owner', expiresAt: null },
    ] as const) {
      const before = await accessKeys.find(key.id);
      expect(await accessKeys.update('pool-1', key.id, changes, changed())).toBe(true);
      expect(await accessKeys.find(key.id)).toEqual({ ...before, ...changes });
    }
  });

  it('changes and deletes a key for its own pool only, with the event', async () => {
    const { accessKeys } = opened.stores;
    const key = anAccessKey();
    await accessKeys.insert(key, created());
    expect(await accessKeys.update('pool-2', key.id, { status: 'revoked' }, changed())).toBe(false);
    expect(await accessKeys.delete('pool-2', key.id, deleted())).toBe(false);
    expect(await accessKeys.find(key.id)).toEqual(key);
    expect(await accessKeys.update('pool-1', key.id, { status: 'revoked' }, changed())).toBe(true);
    await accessKeys.touch(key.id, 7_000);
    expect(await accessKeys.find(key.id)).toEqual({ ...key, status: 'revoked', lastUsedAt: 7_000 });
    expect(await accessKeys.delete('pool-1', key.id, deleted())).toBe(true);
    expect(await accessKeys.delete('pool-1', key.id, deleted())).toBe(false);
    expect(await accessKeys.find(key.id)).toBeNull();
    expect(await count('admin.access_key_changed')).toBe(1);
    expect(await count('admin.access_key_deleted')).toBe(1);
  });
}
