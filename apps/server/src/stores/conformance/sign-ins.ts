import { describe, expect, it } from 'vitest';
import { after, type Interaction } from '../../core/authorization/interaction.ts';
import type { SsoLogin } from '../../core/sessions/sso-login.ts';
import {
  aLoginSession,
  anAuthorizationCode,
  anEvent,
  anInteraction,
  anSsoLogin,
  aRedemption,
  aRefreshToken,
  aRoom,
  aUser,
} from './builders.ts';
import { type OpenStores, openedBeforeEach } from './opened.ts';

/** What signing in by redirect keeps: interactions, codes, SSO logins and consents. */
export function describeSignIns(open: OpenStores): void {
  const opened = openedBeforeEach(open);

  const race = <T>(calls: (() => Promise<T>)[]) => Promise.all(calls.map((call) => call()));

  async function begun(): Promise<Interaction> {
    const interaction = anInteraction();
    await opened.stores.interactions.insert(interaction);
    return interaction;
  }

  /** Somebody signs in to a browser. */
  function signIn(interaction: Interaction, login: SsoLogin, endsId: string | null = null) {
    const authentication = { ssoLoginId: login.id, keyId: 'key', nonce: 'nonce', at: 1_000 };
    const { idHash, version, state } = after(interaction, { authentication });
    return { login, endsId, flow: { idHash, version, state: JSON.stringify(state) } };
  }

  async function signedIn(login = anSsoLogin()): Promise<SsoLogin> {
    const event = anEvent({ type: 'sso.created' });
    expect(await opened.stores.ssoLogins.open(signIn(await begun(), login), [event])).toBe(true);
    return login;
  }

  describe('an interaction', () => {
    it('is found as it was stored, and after each step as that left it', async () => {
      const { interactions } = opened.stores;
      const interaction = await begun();
      expect(await interactions.find(interaction.idHash)).toEqual(interaction);
      const next = after(interaction, { wantsOther: true });
      expect(await interactions.replace(next)).toBe(true);
      expect(await interactions.find(interaction.idHash)).toEqual(next);
      expect(await interactions.find('nobody')).toBeNull();
    });

    it('takes one of many steps at the same time, with its code and no other', async () => {
      const { interactions, authorizationCodes } = opened.stores;
      const interaction = await begun();
      const codes = Array.from({ length: 8 }, () => anAuthorizationCode());
      const next = after(interaction, { outcome: { kind: 'code', keyId: 'key', nonce: 'n', at: 1 } });
      const won = await race(codes.map((code) => () => interactions.replace(next, { code })));
      expect(won.filter(Boolean)).toHaveLength(1);
      const kept = await Promise.all(codes.map(({ codeHash }) => authorizationCodes.find(codeHash)));
      expect(kept.filter((code) => code !== null)).toHaveLength(1);
    });

    it('keeps the consent that a step gives, one for a person and an application', async () => {
      const { interactions, consents } = opened.stores;
      const consent = { userId: 'user-1', applicationId: 'app-1', scope: 'openid', givenAt: 5 };
      for (const scope of ['openid', 'openid email']) {
        expect(await interactions.replace(after(await begun(), {}), { consent: { ...consent, scope } })).toBe(true);
      }
      expect(await consents.find('user-1', 'app-1')).toEqual({ ...consent, scope: 'openid email' });
      expect(await consents.find('user-2', 'app-1')).toBeNull();
    });

    it('gives a consent that is taken back once, with the logins and codes that came of it', async () => {
      const { interactions, consents, loginSessions, authorizationCodes, audit } = opened.stores;
      for (const [applicationId, givenAt] of [
        ['app-1', 5],
        ['app-2', 6],
      ] as const) {
        const consent = { userId: 'user-1', applicationId, scope: 'openid', givenAt };
        const event = anEvent({ type: 'consent.given', codeHash: 'of-consent' });
        const flow = await begun();
        expect(await interactions.replace(after(flow, {}), { consent, event })).toBe(true);
        // Who was second writes nothing, and records nothing.
        expect(
          await interactions.replace(after(flow, {}), { consent, event: anEvent({ codeHash: 'of-consent' }) }),
        ).toBe(false);
      }
      const told = async () => (await consents.listOf('user-1', 9)).map(({ applicationId }) => applicationId);
      expect(await told()).toEqual(['app-2', 'app-1']);
      expect(await consents.listOf('user-1', 1)).toHaveLength(1);
      const [ends, stays] = [aLoginSession(), aLoginSession({ applicationId: 'app-2' })];
      for (const login of [ends, stays]) await loginSessions.insert(login, anEvent(), aRoom());
      const [open, used] = [anAuthorizationCode(), anAuthorizationCode({ redeemedAt: 4 })];
      for (const code of [open, used]) await authorizationCodes.insert(code);
      const event = anEvent({ type: 'consent.withdrawn', codeHash: 'of-consent' });

      expect(await consents.withdraw('user-1', 'app-1', 9_000, event)).toBe(1);
      expect(await consents.withdraw('user-1', 'app-1', 9_000, anEvent())).toBeNull();
      expect(await told()).toEqual(['app-2']);
      expect((await loginSessions.find(ends.id))?.revokedAt).toBe(9_000);
      expect((await loginSessions.find(stays.id))?.revokedAt).toBeNull();
      expect(await authorizationCodes.find(open.codeHash)).toBeNull();
      expect(await authorizationCodes.find(used.codeHash)).not.toBeNull();
      const types = (await audit.list({ codeHash: 'of-consent', limit: 9 })).map(({ type }) => type);
      expect(types.toSorted()).toEqual(['consent.given', 'consent.given', 'consent.withdrawn']);
    });

    it('is deleted when its time is over', async () => {
      const { interactions } = opened.stores;
      const [early, late] = [anInteraction({ expiresAt: 1_000 }), anInteraction({ expiresAt: 3_000 })];
      for (const interaction of [early, late]) await interactions.insert(interaction);
      expect(await interactions.purge(2_000, 10)).toBe(1);
      expect(await interactions.find(early.idHash)).toBeNull();
      expect(await interactions.find(late.idHash)).not.toBeNull();
    });
  });

  describe('an SSO login', () => {
    it('is found by its id and its secret while it stands', async () => {
      const { ssoLogins } = opened.stores;
      const login = await signedIn();
      expect(await ssoLogins.findStanding({ id: login.id }, 8_999)).toEqual(login);
      expect(await ssoLogins.findStanding({ secretHash: login.secretHash }, 8_999)).toEqual(login);
      expect(await ssoLogins.findStanding({ id: login.id }, 9_000)).toBeNull();
      await ssoLogins.touch(login.id, 5_000, 12_000);
      expect(await ssoLogins.findStanding({ id: login.id }, 9_000)).toMatchObject({ usedAt: 5_000, expiresAt: 12_000 });
    });

    it('is opened with the step of its flow or not at all', async () => {
      const { ssoLogins, interactions, audit } = opened.stores;
      const interaction = await begun();
      const logins = Array.from({ length: 8 }, () => anSsoLogin());
      const event = () => anEvent({ type: 'sso.created' });
      const won = await race(logins.map((login) => () => ssoLogins.open(signIn(interaction, login), [event()])));
      expect(won.filter(Boolean)).toHaveLength(1);
      const found = await Promise.all(logins.map(({ id }) => ssoLogins.findStanding({ id }, 2_000)));
      const standing = found.filter((login) => login !== null);
      expect(standing).toHaveLength(1);
      const stored = await interactions.find(interaction.idHash);
      expect(stored?.state.authentication?.ssoLoginId).toBe(standing[0]?.id);
      expect(await audit.list({ type: 'sso.created', limit: 20 })).toHaveLength(1);
    });

    it('goes on under another secret, and the one before is worth nothing', async () => {
      const { ssoLogins } = opened.stores;
      const login = await signedIn();
      const again = { ...login, secretHash: 'another', authenticatedAt: 2_000 };
      await signedIn(again);
      expect(await ssoLogins.findStanding({ secretHash: login.secretHash }, 3_000)).toBeNull();
      expect(await ssoLogins.findStanding({ secretHash: 'another' }, 3_000)).toEqual(again);
    });

    it('ends when somebody else signs in to its browser, with the logins on it', async () => {
      const { ssoLogins, loginSessions } = opened.stores;
      const login = await signedIn();
      const onIt = aLoginSession({ ssoLoginId: login.id, birth: 'redirect' });
      await loginSessions.insert(onIt, anEvent(), aRoom());
      const other = anSsoLogin({ userId: 'user-2' });
      await ssoLogins.open(signIn(await begun(), other, login.id), []);
      expect(await ssoLogins.findStanding({ id: login.id }, 2_000)).toBeNull();
      expect((await loginSessions.find(onIt.id))?.revokedAt).not.toBeNull();
      expect(await ssoLogins.findStanding({ id: other.id }, 2_000)).toEqual(other);
    });

    it("ends with the phone's login that confirmed it", async () => {
      const { ssoLogins, loginSessions } = opened.stores;
      const phone = aLoginSession();
      await loginSessions.insert(phone, anEvent(), aRoom());
      const login = await signedIn(anSsoLogin({ parentId: phone.id }));
      expect(await ssoLogins.findStanding({ id: login.id }, 2_000)).toEqual(login);
      await loginSessions.revoke(phone.id, 2_000, anEvent());
      expect(await ssoLogins.findStanding({ id: login.id }, 2_000)).toBeNull();
    });

    it('ends with a change that ends the logins of its person, but for the browser that asked', async () => {
      const { ssoLogins, loginSessions, users } = opened.stores;
      const user = aUser({ id: 'user-1' });
      await users.insert(user, anEvent());
      const [kept, ended, others] = [anSsoLogin(), anSsoLogin(), anSsoLogin({ userId: 'user-2' })];
      for (const login of [kept, ended, others]) await signedIn(login);
      const asking = aLoginSession({ ssoLoginId: kept.id });
      await loginSessions.insert(asking, anEvent(), aRoom());
      const end = { at: 2_000, exceptId: asking.id, event: anEvent() };
      expect(await users.update({ ...user, version: user.version + 1 }, null, end)).toBeNull();
      const stands = async ({ id }: SsoLogin) => (await ssoLogins.findStanding({ id }, 3_000)) !== null;
      expect([await stands(kept), await stands(ended), await stands(others)]).toEqual([true, false, true]);
    });

    it('is listed for its person with the logins on it, which are not listed beside it', async () => {
      const { ssoLogins, loginSessions } = opened.stores;
      const login = await signedIn();
      await signedIn(anSsoLogin({ expiresAt: 1_500 }));
      const [onIt, alone] = [aLoginSession({ ssoLoginId: login.id }), aLoginSession()];
      for (const session of [onIt, alone]) await loginSessions.insert(session, anEvent(), aRoom());
      expect(await ssoLogins.live('user-1', 2_000)).toEqual([{ ...login, loginsCount: 1 }]);
      const page = { offset: 0, limit: 10, notOn: [login.id] };
      const listed = await loginSessions.live('user-1', 2_000, page);
      expect([listed.totalCount, listed.logins.map(({ id }) => id)]).toEqual([1, [alone.id]]);
    });

    it('ends with the logins on it, once, and is deleted later', async () => {
      const { ssoLogins, loginSessions } = opened.stores;
      const login = await signedIn();
      const onIt = aLoginSession({ ssoLoginId: login.id });
      await loginSessions.insert(onIt, anEvent(), aRoom());
      expect(await ssoLogins.revoke(login.id, 2_000, anEvent())).toBe(2);
      expect(await ssoLogins.revoke(login.id, 2_000, anEvent())).toBe(0);
      expect((await loginSessions.find(onIt.id))?.revokedAt).toBe(2_000);
      expect(await ssoLogins.purge(10_000, 10)).toBe(1);
    });

    it('is opened by the redemption of a scan, or the ticket stays unused', async () => {
      const { redemptions, ssoLogins } = opened.stores;
      const interaction = await begun();
      const [first, second] = [anSsoLogin(), anSsoLogin()];
      const signedInBy = (login: SsoLogin) => ({
        redemption: aRedemption({ loginSessionId: login.id }),
        signIn: signIn(interaction, login),
        events: [anEvent()],
      });
      const taken = signedInBy(first);
      expect(await redemptions.redeem(taken)).toBe(true);
      const late = signedInBy(second);
      expect(await redemptions.redeem(late)).toBe(false);
      expect(await redemptions.findByTicket(late.redemption.ticketHash)).toBeNull();
      expect(await ssoLogins.findStanding({ id: first.id }, 2_000)).toEqual(first);
      expect(await ssoLogins.findStanding({ id: second.id }, 2_000)).toBeNull();
    });
  });

  describe('an authorization code', () => {
    it('is redeemed by one of a hundred callers, with one login', async () => {
      const { authorizationCodes, loginSessions, refreshTokens } = opened.stores;
      const code = anAuthorizationCode();
      await authorizationCodes.insert(code);
      const redemptions = Array.from({ length: 100 }, () => {
        const loginSession = aLoginSession({ birth: 'redirect', ssoLoginId: 'sso-1', authenticatedAt: 900 });
        const refreshToken = aRefreshToken({ loginSessionId: loginSession.id });
        return { codeHash: code.codeHash, at: 1_500, loginSession, room: aRoom(), refreshToken, event: anEvent() };
      });
      const won = await race(redemptions.map((redemption) => () => authorizationCodes.redeem(redemption)));
      expect(won.filter(Boolean)).toHaveLength(1);
      const winner = redemptions[won.indexOf(true)];
      expect(await authorizationCodes.find(code.codeHash)).toEqual({
        ...code,
        expiresAt: winner?.loginSession.expiresAt,
        redeemedAt: 1_500,
        loginSessionId: winner?.loginSession.id,
      });
      for (const { loginSession, refreshToken } of redemptions) {
        const isWinner = loginSession === winner?.loginSession;
        expect(await loginSessions.find(loginSession.id)).toEqual(isWinner ? loginSession : null);
        expect((await refreshTokens.find(refreshToken.hash)) !== null).toBe(isWinner);
      }
    });

    it('is deleted when it is old', async () => {
      const { authorizationCodes } = opened.stores;
      const code = anAuthorizationCode();
      await authorizationCodes.insert(code);
      expect(await authorizationCodes.purge(2_001, 10)).toBe(1);
      expect(await authorizationCodes.find(code.codeHash)).toBeNull();
    });
  });
}
