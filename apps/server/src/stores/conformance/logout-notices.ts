import { describe, expect, it } from 'vitest';
import type { Application } from '../../core/directory/application.ts';
import type { LoginSession } from '../../core/sessions/login-session.ts';
import type { User } from '../../core/users/user.ts';
import { aLoginSession, anApplication, anEvent, anInteraction, anSsoLogin, aRoom, aUser } from './builders.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

/** What applications are to be told of logins that ended. */
export function describeLogoutNotices(open: OpenStores): void {
  const opened = openedBeforeEach(open);
  const all = { limit: 50, notOf: [] };
  const waiting = async () =>
    (await opened.stores.logoutNotices.due(1e12, all)).map((one) => one.loginSessionId).sort();

  async function registered(part: Partial<Application> = {}): Promise<Application> {
    const application = anApplication(part);
    expect(await opened.stores.applications.put(application)).toBe(true);
    return application;
  }

  async function loggedIn(applicationId: string, part: Partial<LoginSession> = {}): Promise<LoginSession> {
    const login = aLoginSession({ applicationId, ...part });
    await opened.stores.loginSessions.insert(login, anEvent(), aRoom());
    return login;
  }

  async function person(id: string): Promise<User> {
    const { users } = opened.stores;
    const made = aUser({ id });
    const found = await users.find(id);
    if (found === null) await users.insert(made, anEvent());
    return found ?? made;
  }

  const ways: [string, (login: LoginSession, application: Application) => Promise<unknown>][] = [
    ['it is ended', ({ id }) => opened.stores.loginSessions.revoke(id, 5_000, anEvent())],
    [
      'the login that confirmed it is',
      ({ parentId }) => opened.stores.loginSessions.revoke(parentId ?? '', 5_000, anEvent()),
    ],
    ['all of a person are', ({ userId }) => opened.stores.loginSessions.revokeAll(userId, 5_000, anEvent())],
    [
      'those with an application are',
      ({ userId }, { id }) => opened.stores.loginSessions.revokeWith(userId, [id], 5_000, anEvent()),
    ],
    ['it is one of some', ({ id }) => opened.stores.loginSessions.revokeSome([id], 5_000, anEvent(), null)],
    [
      'its browser is forgotten',
      ({ userId }) => opened.stores.loginSessions.forgetBrowser(userId, 'browser', 5_000, anEvent()),
    ],
    ['its SSO login is', ({ ssoLoginId }) => opened.stores.ssoLogins.revoke(ssoLoginId ?? '', 5_000, anEvent())],
    [
      'the person gets another password',
      async ({ userId }) => {
        const user = await person(userId);
        await opened.stores.users.update({ ...user, version: user.version + 1 }, null, { at: 5_000, event: anEvent() });
      },
    ],
    [
      'the person is deleted',
      async ({ userId }) => {
        const { id, userPoolId } = await person(userId);
        await opened.stores.users.delete(userPoolId, [{ id, event: anEvent(), end: { at: 5_000, event: anEvent() } }]);
      },
    ],
    [
      'its application is switched off',
      (_, application) =>
        opened.stores.applications.putEndingLogins({ ...application, enabled: false }, 5_000, anEvent()),
    ],
    [
      'it makes room for another',
      ({ userId, applicationId }) =>
        opened.stores.loginSessions.insert(
          aLoginSession({ userId, applicationId, createdAt: 5_000 }),
          anEvent(),
          aRoom({ max: 1 }),
        ),
    ],
  ];

  describe('a notice', () => {
    it.each(ways)('is written with the end of a login when %s, once', async (_, end) => {
      const application = await registered();
      const silent = await registered({ backchannelLogoutUri: null });
      const interaction = anInteraction();
      await opened.stores.interactions.insert(interaction);
      const sso = anSsoLogin();
      const flow = { idHash: interaction.idHash, version: interaction.version + 1, state: '{}' };
      await opened.stores.ssoLogins.open({ login: sso, endsId: null, flow }, []);
      const phone = await loggedIn('phone-app', { userId: sso.userId });
      const facts = { userId: sso.userId, ssoLoginId: sso.id, parentId: phone.id, browserHash: 'browser' };
      const login = await loggedIn(application.id, facts);
      await loggedIn(silent.id, facts);
      expect(await waiting()).toEqual([]);
      await end(login, application);
      expect(await waiting()).toEqual([login.id]);
      expect((await opened.stores.logoutNotices.due(1e12, all))[0]).toEqual({
        loginSessionId: login.id,
        userPoolId: login.userPoolId,
        applicationId: application.id,
        userId: login.userId,
        endedAt: 5_000,
        attempts: 0,
        dueAt: 5_000,
      });
      await opened.stores.logoutNotices.settle(login.id, null);
      await end(login, application);
      expect(await waiting()).not.toContain(login.id);
    });

    it('is not written of a login that had expired, nor by an end that did not happen', async () => {
      const application = await registered();
      const old = await loggedIn(application.id, { expiresAt: 5_000 });
      await opened.stores.loginSessions.revoke(old.id, 5_000, anEvent());
      await opened.stores.loginSessions.revoke('nobody', 5_000, anEvent());
      expect(await waiting()).toEqual([]);
    });

    it('of many logins at once is written of each', async () => {
      const application = await registered();
      const logins = await Promise.all(Array.from({ length: 12 }, () => loggedIn(application.id, { userId: 'many' })));
      expect(await opened.stores.loginSessions.revokeAll('many', 5_000, anEvent())).toBe(12);
      expect(await waiting()).toEqual(logins.map(({ id }) => id).sort());
    });
  });

  describe('notices that wait', () => {
    async function noticesOf(applicationId: string, ...instants: number[]): Promise<string[]> {
      const logins = await Promise.all(instants.map(() => loggedIn(applicationId)));
      for (const [index, { id }] of logins.entries()) {
        await opened.stores.loginSessions.revoke(id, instants[index] ?? 0, anEvent());
      }
      return logins.map(({ id }) => id);
    }

    it('are told longest first, as many as asked for, without those of some applications', async () => {
      const { logoutNotices } = opened.stores;
      const [one, other] = [await registered(), await registered()];
      const [late, early] = await noticesOf(one.id, 5_002, 5_000);
      const [middle] = await noticesOf(other.id, 5_001);
      const told = async (now: number, limit: number, notOf: string[] = []) =>
        (await logoutNotices.due(now, { limit, notOf })).map(({ loginSessionId }) => loginSessionId);
      expect(await told(6_000, 9)).toEqual([early, middle, late]);
      expect(await told(6_000, 2)).toEqual([early, middle]);
      expect(await told(6_000, 9, [one.id])).toEqual([middle]);
      expect(await told(5_000, 9)).toEqual([early]);
      expect(await logoutNotices.purge(5_002, 9)).toBe(2);
      expect(await told(6_000, 9)).toEqual([late]);
    });

    it('are each taken by one of many, and are due again when that one goes', async () => {
      const { logoutNotices } = opened.stores;
      const { id } = await registered();
      await noticesOf(id, 5_000);
      const [notice] = await logoutNotices.due(5_000, all);
      if (notice === undefined) throw new Error('no notice');
      const taken = await Promise.all(Array.from({ length: 8 }, () => logoutNotices.take(notice, 9_000)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await logoutNotices.due(8_999, all)).toEqual([]);
      expect(await logoutNotices.due(9_000, all)).toEqual([{ ...notice, attempts: 1, dueAt: 9_000 }]);
    });

    it('are settled once, with their event', async () => {
      const { logoutNotices, audit } = opened.stores;
      const { id } = await registered();
      const [login = ''] = await noticesOf(id, 5_000);
      const event = () => anEvent({ type: 'session.logout_undelivered', codeHash: 'of-notice' });
      await Promise.all([logoutNotices.settle(login, event()), logoutNotices.settle(login, event())]);
      expect(await audit.list({ codeHash: 'of-notice', limit: 9 })).toHaveLength(1);
      expect(await waiting()).toEqual([]);
    });
  });
}
