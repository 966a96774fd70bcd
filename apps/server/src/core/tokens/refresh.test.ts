import { decodeJwt } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import { roomFor } from '../sessions/room.ts';
import { caller, createTokenWorld, type TokenWorld } from './test-world.ts';

let world: TokenWorld;
beforeEach(async () => {
  world = await createTokenWorld();
});

const refused = { code: 'refresh_token_invalid' };
const refresh = (
  refreshToken: string | null,
  over: { scope?: string; application?: TokenWorld['application']; caller?: Caller } = {},
) => world.tokens.refresh({ application: world.application, refreshToken: refreshToken ?? '', caller, ...over });
const isLoggedIn = (accessToken: string) =>
  world.tokens.authenticate(accessToken, 'readProfile').then(
    () => true,
    () => false,
  );

describe('refresh', () => {
  it('gives a new set of the same login, again and again', async () => {
    const { tokenSet, loginSession } = await world.logIn();
    world.pass(3600);
    const second = await refresh(tokenSet.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(new Set([tokenSet, second, third].map((set) => set.refreshToken)).size).toBe(3);
    expect(decodeJwt(third.accessToken)).toMatchObject({
      sid: loginSession.id,
      scope: 'openid profile offline_access',
    });
    expect(decodeJwt(third.idToken ?? '')).toMatchObject({ auth_time: loginSession.createdAt / 1000 });
    expect(await isLoggedIn(third.accessToken)).toBe(true);
  });

  it('gives one successor to many concurrent calls of one caller', async () => {
    const { tokenSet } = await world.logIn();
    const sets = await Promise.all(Array.from({ length: 50 }, () => refresh(tokenSet.refreshToken)));
    expect(new Set(sets.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(await isLoggedIn(sets[49]?.accessToken ?? '')).toBe(true);
    await expect(refresh(sets[49]?.refreshToken ?? '')).resolves.toBeDefined();
  });

  it('lets one of many concurrent callers win and changes nothing for the others', async () => {
    const { tokenSet } = await world.logIn();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) =>
        refresh(tokenSet.refreshToken, { caller: { ...caller, ip: `198.51.100.${index}` } }),
      ),
    );
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(won).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(refused);
    expect(await isLoggedIn(won[0]?.value.accessToken ?? '')).toBe(true);
  });

  it('gives who lost the reply the same refresh token again within ten seconds', async () => {
    const { tokenSet } = await world.logIn();
    const next = await refresh(tokenSet.refreshToken);
    world.pass(10);
    const again = await refresh(tokenSet.refreshToken);
    expect(again.refreshToken).toBe(next.refreshToken);
    expect(await isLoggedIn(again.accessToken)).toBe(true);
    expect(await world.auditTypes()).not.toContain('token.refresh_reused');
  });

  it.each([
    ['another address', { ip: '198.51.100.1' }],
    ['another User-Agent', { userAgent: 'Thief/1' }],
  ])('refuses a repeat from %s within ten seconds and leaves the login alone', async (_name, other) => {
    const { tokenSet } = await world.logIn();
    const next = await refresh(tokenSet.refreshToken);
    await expect(refresh(tokenSet.refreshToken, { caller: { ...caller, ...other } })).rejects.toMatchObject(refused);
    expect(await isLoggedIn(next.accessToken)).toBe(true);
    expect(await world.auditTypes()).not.toContain('token.refresh_reused');
  });

  it('refuses a repeat once the successor was used: the reply was not lost', async () => {
    const { tokenSet } = await world.logIn();
    const next = await refresh(tokenSet.refreshToken);
    await refresh(next.refreshToken);
    await expect(refresh(tokenSet.refreshToken)).rejects.toMatchObject(refused);
  });

  it('gives nothing again when the login ended meanwhile', async () => {
    const { tokenSet, loginSession } = await world.logIn();
    await refresh(tokenSet.refreshToken);
    await world.stores.loginSessions.revoke(
      loginSession.id,
      world.clock.now(),
      newEvent(world.secrets, 'session.revoked', null),
    );
    await expect(refresh(tokenSet.refreshToken)).rejects.toMatchObject(refused);
  });

  it('ends the whole login on a later reuse, on the record', async () => {
    const { tokenSet, loginSession } = await world.logIn();
    const next = await refresh(tokenSet.refreshToken);
    world.pass(11);
    await expect(refresh(tokenSet.refreshToken)).rejects.toMatchObject(refused);
    expect(await isLoggedIn(next.accessToken)).toBe(false);
    await expect(refresh(next.refreshToken)).rejects.toMatchObject(refused);
    const events = await world.stores.audit.list({ limit: 10, type: 'token.refresh_reused' });
    expect(events).toMatchObject([{ loginSessionId: loginSession.id, userId: 'user-1', ip: caller.ip }]);
  });

  it('knows a token for its own application only, and a stranger cannot end the login with it', async () => {
    const { tokenSet } = await world.logIn();
    const next = await refresh(tokenSet.refreshToken);
    world.pass(60);
    for (const refreshToken of [tokenSet.refreshToken, next.refreshToken]) {
      await expect(refresh(refreshToken, { application: world.other })).rejects.toMatchObject(refused);
    }
    expect(await isLoggedIn(next.accessToken)).toBe(true);
  });

  it.each([
    ['nothing', () => ''],
    ['an unknown one', () => 'rt_unknown'],
    ['an access token', ({ accessToken }: { accessToken: string }) => accessToken],
  ])('refuses %s', async (_, pick) => {
    const { tokenSet } = await world.logIn();
    await expect(refresh(pick(tokenSet))).rejects.toMatchObject(refused);
  });

  it('ends thirty days after the login, however often it was used', async () => {
    let { refreshToken } = (await world.logIn()).tokenSet;
    for (let day = 0; day < 29; day += 1) {
      world.pass(86_400);
      ({ refreshToken } = await refresh(refreshToken));
    }
    world.pass(86_400);
    await expect(refresh(refreshToken)).rejects.toMatchObject(refused);
  });

  it('keeps its end even when the login lasts longer', async () => {
    const { mintInput } = await world.logIn();
    const loginSession = { ...mintInput.loginSession, id: 'long', expiresAt: world.clock.now() + 90 * 86_400_000 };
    await world.stores.loginSessions.insert(
      loginSession,
      newEvent(world.secrets, 'session.created', null),
      roomFor(loginSession, caller, world.secrets),
    );
    const { tokenSet, refreshToken } = await world.tokens.mint({ ...mintInput, loginSession });
    if (refreshToken === null) throw new Error('no refresh token');
    await world.stores.refreshTokens.insert(refreshToken);
    world.pass(86_400);
    const next = await refresh(tokenSet.refreshToken);
    const successor = await world.stores.refreshTokens.find(world.secrets.hash(next.refreshToken ?? ''));
    expect(successor?.expiresAt).toBe(refreshToken.expiresAt);
  });

  it.each<[string, string, (sid: string) => unknown]>([
    ['the login ended', 'refresh_token_invalid', (sid) => world.loginSessions.end(sid, caller)],
    ['the user was suspended', 'user_suspended', () => world.changeUser({ status: 'Suspended' })],
  ])('is refused once %s', async (_, code, change) => {
    const { tokenSet, loginSession } = await world.logIn();
    await change(loginSession.id);
    await expect(refresh(tokenSet.refreshToken)).rejects.toMatchObject({ code });
  });

  it('can ask for less, once, and not for more', async () => {
    const { tokenSet } = await world.logIn();
    const narrow = await refresh(tokenSet.refreshToken, { scope: 'profile' });
    expect(narrow).toMatchObject({ scope: 'profile', idToken: null });
    const wide = await refresh(narrow.refreshToken);
    expect(wide.scope).toBe('openid profile offline_access');
    await expect(refresh(wide.refreshToken, { scope: 'openid email' })).rejects.toMatchObject({
      code: 'invalid_argument',
      detail: { field: 'scope' },
    });
    await expect(refresh(wide.refreshToken)).resolves.toBeDefined();
  });
});
