import { describe, expect, it } from 'vitest';
import type { LoginHistoryFilter } from '../../core/sessions/store.ts';
import { aLoginSession, anEvent, aRoom, aUser } from './builders.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

export function describeLoginSessions(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  async function insert(given: Parameters<typeof aLoginSession>[0] = {}, room = aRoom()) {
    const session = aLoginSession(given);
    await opened.stores.loginSessions.insert(session, anEvent({ type: 'session.created' }), room);
    return session;
  }

  const revokedAt = async (id: string) => (await opened.stores.loginSessions.find(id))?.revokedAt;
  const revocations = async () => (await opened.stores.audit.list({ type: 'session.revoked', limit: 100 })).length;
  const anEnd = () => anEvent({ type: 'session.revoked' });

  it('keeps every field, and its event', async () => {
    const session = await insert({ amr: ['qr', 'pwd'], parentId: 'parent', browserHash: 'browser', revokedAt: 3 });
    expect(await opened.stores.loginSessions.find(session.id)).toEqual(session);
    expect(await opened.stores.loginSessions.find('another')).toBeNull();
    expect(await opened.stores.audit.list({ type: 'session.created', limit: 10 })).toHaveLength(1);
  });

  it('stores a login of a known id once, however many ask at the same time', async () => {
    const { loginSessions } = opened.stores;
    const user = aUser();
    await opened.stores.users.insert(user, anEvent());
    const session = aLoginSession({ userId: user.id, userPoolId: user.userPoolId });
    const event = () => anEvent({ type: 'session.created' });
    const outcomes = await Promise.all(
      [1, 2, 3, 4].map((at) => loginSessions.insertOnce({ ...session, createdAt: at }, event(), aRoom())),
    );
    expect(outcomes.filter((isStored) => isStored)).toHaveLength(1);
    expect(await opened.stores.audit.list({ type: 'session.created', limit: 10 })).toHaveLength(1);
    await loginSessions.revoke(session.id, 4_000, anEnd());
    expect(await loginSessions.insertOnce(session, event(), aRoom())).toBe(false);
    expect(await revokedAt(session.id)).toBe(4_000);
  });

  it('prolongs a login that stands, and shortens none', async () => {
    const { loginSessions } = opened.stores;
    const session = await insert({ expiresAt: 10_000 });
    const ended = await insert({ expiresAt: 10_000, revokedAt: 3 });
    for (const expiresAt of [20_000, 15_000]) {
      for (const { id } of [session, ended]) await loginSessions.prolong(id, expiresAt);
    }
    expect((await loginSessions.find(session.id))?.expiresAt).toBe(20_000);
    expect((await loginSessions.find(ended.id))?.expiresAt).toBe(10_000);
  });

  it('revokes a session with those it confirmed, once', async () => {
    const phone = await insert();
    const desk = await insert({ parentId: phone.id });
    const other = await insert();
    expect(await opened.stores.loginSessions.revoke(phone.id, 4_000, anEnd())).toBe(2);
    expect(await revokedAt(phone.id)).toBe(4_000);
    expect(await revokedAt(desk.id)).toBe(4_000);
    expect(await revokedAt(other.id)).toBeNull();
    expect(await opened.stores.loginSessions.revoke(phone.id, 5_000, anEnd())).toBe(0);
    expect(await revokedAt(phone.id)).toBe(4_000);
    expect(await revocations()).toBe(1);
  });

  it('revokes a confirmed session alone, and ignores unknown ones', async () => {
    const phone = await insert();
    const desk = await insert({ parentId: phone.id });
    expect(await opened.stores.loginSessions.revoke(desk.id, 4_000, anEnd())).toBe(1);
    expect(await revokedAt(phone.id)).toBeNull();
    expect(await opened.stores.loginSessions.revoke('unknown', 4_000, anEnd())).toBe(0);
  });

  it("revokes a user's sessions with some applications, and those these approved", async () => {
    const phone = await insert({ userId: 'alice', applicationId: 'phone' });
    const scanned = await insert({ userId: 'alice', applicationId: 'site', parentId: phone.id });
    const typed = await insert({ userId: 'alice', applicationId: 'site' });
    const bobs = await insert({ userId: 'bob', applicationId: 'phone' });
    const { loginSessions } = opened.stores;
    expect(await loginSessions.revokeWith('alice', [], 4_000, anEnd())).toBe(0);
    expect(await loginSessions.revokeWith('alice', ['other'], 4_000, anEnd())).toBe(0);
    expect(await revocations()).toBe(0);
    expect(await loginSessions.revokeWith('alice', ['phone', 'other'], 4_000, anEnd())).toBe(2);
    expect(await Promise.all([phone, scanned, typed, bobs].map(({ id }) => revokedAt(id)))).toEqual([
      4_000,
      4_000,
      null,
      null,
    ]);
    expect(await loginSessions.revokeWith('alice', ['phone', 'site'], 5_000, anEnd())).toBe(1);
    expect(await revocations()).toBe(2);
  });

  it("revokes all of a user's sessions, once", async () => {
    const { loginSessions } = opened.stores;
    const [alices, bobs] = [await insert({ userId: 'alice' }), await insert({ userId: 'bob' })];
    expect(await loginSessions.revokeAll('alice', 4_000, anEnd())).toBe(1);
    expect(await loginSessions.revokeAll('alice', 5_000, anEnd())).toBe(0);
    expect([await revokedAt(alices.id), await revokedAt(bobs.id)]).toEqual([4_000, null]);
    expect(await revocations()).toBe(1);
  });

  it('end with a change of their person where it is told to, but for one, or neither happens', async () => {
    const { users } = opened.stores;
    const user = aUser();
    await users.insert(user, anEvent());
    const [stays, ended] = [await insert({ userId: user.id }), await insert({ userId: user.id })];
    const end = { at: 4_000, exceptId: stays.id, event: anEnd() };
    expect(await users.update({ ...user, version: 2 }, null)).toBeNull();
    expect(await users.update({ ...user, version: 2 }, null, end)).toBe('stale');
    expect(await revokedAt(ended.id)).toBeNull();
    expect(await users.update({ ...user, version: 3 }, null, end)).toBeNull();
    expect([await revokedAt(stays.id), await revokedAt(ended.id)]).toEqual([null, 4_000]);
    expect(await users.update({ ...user, version: 4 }, null, end)).toBeNull();
    expect(await revocations()).toBe(1);
  });

  it('end with the deletion of their person, recorded where one stood', async () => {
    const { users } = opened.stores;
    const [first, silent, foreign] = [aUser(), aUser(), aUser({ userPoolId: 'pool-2' })];
    for (const user of [first, silent, foreign]) await users.insert(user, anEvent());
    const [ended, stays] = [await insert({ userId: first.id }), await insert({ userId: foreign.id })];
    const end = () => ({ at: 4_000, event: anEnd() });
    const list = [first, silent, foreign].map(({ id }) => ({ id, event: anEvent(), end: end() }));
    expect(await users.delete('pool-1', list)).toEqual([first.id, silent.id]);
    expect([await revokedAt(stays.id), await revokedAt(ended.id)]).toEqual([null, 4_000]);
    expect(await revocations()).toBe(1);
  });

  it('lists standing logins in pages, each with the standing ones it confirmed', async () => {
    const phone = await insert({ userId: 'alice', createdAt: 1 });
    const desk = await insert({ userId: 'alice', parentId: phone.id, createdAt: 3, applicationId: 'app-2' });
    await insert({ userId: 'alice', parentId: phone.id, revokedAt: 5 });
    await insert({ userId: 'alice', parentId: phone.id, expiresAt: 100 });
    await insert({ userId: 'bob' });
    const { loginSessions } = opened.stores;
    expect(await loginSessions.live('alice', 100, { offset: 0, limit: 9 })).toEqual({
      totalCount: 2,
      logins: [
        { ...desk, confirmedCount: 0 },
        { ...phone, confirmedCount: 1 },
      ],
    });
    const page = await loginSessions.live('alice', 100, { offset: 1, limit: 1 });
    expect([page.totalCount, page.logins.map(({ id }) => id)]).toEqual([2, [phone.id]]);
    expect(await loginSessions.liveApplicationsOf('alice', 100)).toEqual(['app-1', 'app-2']);
    expect(await loginSessions.liveApplicationsOf('alice', 9_000)).toEqual([]);
  });

  it('forgets a browser, and ends its standing logins', async () => {
    const first = await insert({ userId: 'alice', browserHash: 'b1' });
    const ended = await insert({ userId: 'alice', browserHash: 'b1', revokedAt: 5 });
    const others = [
      await insert({ userId: 'alice', browserHash: 'b2' }),
      await insert({ userId: 'bob', browserHash: 'b1' }),
    ];
    expect(await opened.stores.loginSessions.forgetBrowser('alice', 'b1', 4_000, anEnd())).toBe(1);
    expect(await Promise.all([first, ended, ...others].map(({ id }) => revokedAt(id)))).toEqual([4_000, 5, null, null]);
    expect(await opened.stores.loginSessions.knowsBrowser('alice', 'b1')).toBe(false);
    expect(await opened.stores.loginSessions.knowsBrowser('bob', 'b1')).toBe(true);
    expect(await opened.stores.loginSessions.forgetBrowser('alice', 'b1', 5_000, anEnd())).toBe(0);
    expect(await revocations()).toBe(1);
  });

  it('remembers browsers per user', async () => {
    await insert({ userId: 'alice', browserHash: 'b1' });
    await insert({ userId: 'bob', browserHash: null });
    expect(await opened.stores.loginSessions.knowsBrowser('alice', 'b1')).toBe(true);
    expect(await opened.stores.loginSessions.knowsBrowser('alice', 'b2')).toBe(false);
    expect(await opened.stores.loginSessions.knowsBrowser('bob', 'b1')).toBe(false);
  });

  it('lists the logins of a person, newest first, a page at a time', async () => {
    for (const at of [10, 20, 30, 40]) await insert({ id: `l${at}`, userId: 'alice', createdAt: at });
    await insert({ id: 'ended', userId: 'alice', createdAt: 25, revokedAt: 26, applicationId: 'app-2', ip: '::1' });
    await insert({ userId: 'bob', createdAt: 35 });
    const history = async (part: Partial<LoginHistoryFilter> = {}) => {
      const filter = { userId: 'alice', offset: 0, limit: 10, ...part };
      const { totalCount, logins } = await opened.stores.loginSessions.history(filter);
      return [totalCount, ...logins.map(({ id }) => id)];
    };
    expect(await history()).toEqual([5, 'l40', 'l30', 'ended', 'l20', 'l10']);
    expect(await history({ offset: 1, limit: 2 })).toEqual([5, 'l30', 'ended']);
    expect(await history({ applicationId: 'app-2' })).toEqual([1, 'ended']);
    expect(await history({ ip: '::1' })).toEqual([1, 'ended']);
    expect(await history({ from: 20, to: 30 })).toEqual([3, 'l30', 'ended', 'l20']);
    expect(await history({ userId: 'carol' })).toEqual([0]);
    expect(await opened.stores.loginSessions.applicationsOf('alice')).toEqual(['app-1', 'app-2']);
  });

  describe('room for a new one', () => {
    const room = aRoom({ max: 3 });
    const standing = async (userId = 'user-1') => {
      const { logins } = await opened.stores.loginSessions.live(userId, 2_000, { offset: 0, limit: 99 });
      return logins.map(({ id }) => id);
    };

    it('is made by ending the oldest, with those it confirmed, and is recorded', async () => {
      const [first, second, third] = [
        await insert({ createdAt: 3 }, room),
        await insert({ createdAt: 1 }, room),
        await insert({ createdAt: 2 }, room),
      ];
      const desk = await insert({ parentId: second.id, applicationId: 'app-2' }, room);
      const fourth = await insert({ createdAt: 4 }, room);
      expect(await Promise.all([second, desk].map(({ id }) => revokedAt(id)))).toEqual([4, 4]);
      expect(await standing()).toEqual([fourth, first, third].map(({ id }) => id));
      const ends = await opened.stores.audit.list({ type: 'session.revoked', limit: 9 });
      expect(ends.map(({ loginSessionId }) => loginSessionId)).toEqual([second.id]);
    });

    it('is made among the standing logins of its person and application alone', async () => {
      const others = [
        await insert({ userId: 'bob' }),
        await insert({ applicationId: 'app-2' }),
        await insert({ expiresAt: 1_500 }),
        await insert({ revokedAt: 7 }),
      ];
      for (const createdAt of [2_001, 2_002, 2_003]) await insert({ createdAt }, room);
      expect(await Promise.all(others.map(({ id }) => revokedAt(id)))).toEqual([null, null, null, 7]);
      await insert({ createdAt: 2_004 }, room);
      expect(await revocations()).toBe(1);
      expect(await Promise.all(others.map(({ id }) => revokedAt(id)))).toEqual([null, null, null, 7]);
    });

    it('never takes the new one, whatever the clocks say', async () => {
      for (const createdAt of [50, 50, 50]) await insert({ createdAt }, room);
      for (const createdAt of [50, 40]) expect(await revokedAt((await insert({ createdAt }, room)).id)).toBeNull();
      expect(await standing()).toHaveLength(3);
    });

    it('is made a few logins at a time where an earlier release left too many', async () => {
      for (let createdAt = 1; createdAt <= 30; createdAt++) await insert({ createdAt });
      const counts: number[] = [];
      for (let createdAt = 31; createdAt <= 34; createdAt++) {
        await insert({ createdAt }, room);
        counts.push((await standing()).length);
      }
      expect(counts).toEqual([21, 12, 3, 3]);
    });

    it('is made once when many log in at the same time', async () => {
      const user = aUser();
      await opened.stores.users.insert(user, anEvent());
      await Promise.all(
        Array.from({ length: 40 }, (_, index) => insert({ userId: user.id, createdAt: 1_000 + index }, room)),
      );
      expect(await standing(user.id)).toHaveLength(3);
      expect(await revocations()).toBe(37);
    });

    it('is not made when the login is not stored', async () => {
      const first = await insert({ createdAt: 1 }, room);
      for (const createdAt of [2, 3]) await insert({ createdAt }, room);
      await expect(insert({ id: first.id, createdAt: 4 }, room)).rejects.toThrow();
      expect(await standing()).toHaveLength(3);
      expect(await revocations()).toBe(0);
    });
  });

  it('purges expired sessions, oldest first, up to the limit', async () => {
    const logins = [await insert({ expiresAt: 1 }), await insert({ expiresAt: 2 }), await insert({ expiresAt: 3 })];
    const live = await insert({ expiresAt: 4 });
    expect(await opened.stores.loginSessions.purge(4, 2)).toBe(2);
    expect(await opened.stores.loginSessions.find(logins[2]?.id ?? '')).not.toBeNull();
    expect(await opened.stores.loginSessions.purge(4, 2)).toBe(1);
    expect(await opened.stores.loginSessions.find(live.id)).not.toBeNull();
  });
}
