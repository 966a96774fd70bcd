import { expect, it } from 'vitest';
import { defaultApplicationProfile } from '../../core/directory/profile.ts';
import { aLoginSession, anApplication, anEvent, aRoom } from './builders.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

const named = (identifier: string | null, ssoEnabledAt: number | null = null) => ({
  profile: { ...defaultApplicationProfile, identifier, ssoEnabledAt },
});

export function describeApplicationLists(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  const login = async (part: Parameters<typeof aLoginSession>[0]) => {
    const session = aLoginSession(part);
    await opened.stores.loginSessions.insert(session, anEvent({ type: 'session.created' }), aRoom());
    return async () => (await opened.stores.loginSessions.find(session.id))?.revokedAt;
  };
  const events = async (type: string) => (await opened.stores.audit.list({ type, limit: 10 })).length;

  it('gives an identifier to one application of a pool, and writes nothing for the second', async () => {
    const { applications } = opened.stores;
    const first = anApplication({ ...named('shop'), createdAt: 1 });
    expect(await applications.put(first)).toBe(true);
    expect(await applications.put({ ...first, name: 'Renamed' })).toBe(true);
    const second = anApplication({ ...named('shop'), createdAt: 2 });
    expect(await applications.put(second, anEvent({ type: 'admin.application_created' }))).toBe(false);
    expect(await applications.putEndingLogins(second, 5, anEvent({ type: 'admin.application_updated' }))).toBe(false);
    expect((await applications.list()).map(({ id }) => id)).toEqual([first.id]);
    expect(await events('admin.application_created')).toBe(0);
    expect(await events('admin.application_updated')).toBe(0);
    expect(await applications.put({ ...second, userPoolId: 'pool-2' })).toBe(true);
    expect(await applications.put(anApplication(named(null)))).toBe(true);
    expect(await applications.put(anApplication(named(null)))).toBe(true);
  });

  it('pages through one pool, oldest first, with the count of all', async () => {
    const { applications } = opened.stores;
    for (let at = 1; at <= 5; at++) await applications.put(anApplication({ id: `a${at}`, createdAt: at }));
    await applications.put(anApplication({ userPoolId: 'pool-2', createdAt: 3 }));
    const page = async (offset: number, limit: number) => {
      const found = await applications.page({ userPoolId: 'pool-1', offset, limit });
      return [found.totalCount, ...found.applications.map(({ id }) => id)];
    };
    expect(await page(0, 2)).toEqual([5, 'a1', 'a2']);
    expect(await page(4, 2)).toEqual([5, 'a5']);
    expect(await page(9, 2)).toEqual([5]);
  });

  it('finds by name, identifier or id, whatever the case, with nothing special about % _ and \\', async () => {
    const { applications } = opened.stores;
    await applications.put(anApplication({ id: 'Key1', name: 'Corner Shop', createdAt: 1, ...named('corner', 7) }));
    await applications.put(anApplication({ id: 'key2', name: '100%_\\ wool', createdAt: 2, ...named('wool') }));
    const find = async (part: { keywords?: string; ssoEnabled?: boolean }) => {
      const found = await applications.page({ userPoolId: 'pool-1', offset: 0, limit: 10, ...part });
      expect(found.totalCount).toBe(found.applications.length);
      return found.applications.map(({ id }) => id);
    };
    expect(await find({ keywords: 'corner s' })).toEqual(['Key1']);
    expect(await find({ keywords: 'WOOL' })).toEqual(['key2']);
    expect(await find({ keywords: 'key' })).toEqual(['Key1', 'key2']);
    expect(await find({ keywords: '%_\\' })).toEqual(['key2']);
    expect(await find({ keywords: '_' })).toEqual(['key2']);
    expect(await find({ ssoEnabled: true })).toEqual(['Key1']);
    expect(await find({ ssoEnabled: false, keywords: 'key' })).toEqual(['key2']);
  });

  it('ends logins with the application, and those they confirmed elsewhere', async () => {
    const { applications } = opened.stores;
    const [phone, desk] = [anApplication({ createdAt: 1 }), anApplication({ createdAt: 2 })];
    for (const application of [phone, desk]) await applications.put(application);
    const ofPhone = await login({ id: 'l1', applicationId: phone.id });
    const confirmed = await login({ applicationId: desk.id, parentId: 'l1' });
    const other = await login({ applicationId: desk.id });
    expect(await applications.remove(phone.id, 4_000, anEvent({ type: 'admin.application_deleted' }))).toBe(true);
    expect(await Promise.all([ofPhone(), confirmed(), other()])).toEqual([4_000, 4_000, null]);
    expect(await applications.list()).toEqual([desk]);
    expect(await applications.remove(phone.id, 5_000, anEvent({ type: 'admin.application_deleted' }))).toBe(false);
    expect(await events('admin.application_deleted')).toBe(1);

    const switched = { ...desk, enabled: false };
    expect(await applications.putEndingLogins(switched, 6_000, anEvent({ type: 'admin.application_updated' }))).toBe(
      true,
    );
    expect(await other()).toBe(6_000);
    expect(await applications.list()).toEqual([switched]);
  });

  it('records a change of an application or a pool with its event', async () => {
    const { applications, audit } = opened.stores;
    const event = anEvent({ type: 'admin.application_created', at: 5, detail: { accessKeyId: 'key-1' } });
    await applications.put(anApplication(), event);
    expect(await audit.list({ limit: 5 })).toEqual([event]);
  });
}
