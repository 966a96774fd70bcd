import { beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../audit/event.ts';
import { anApplication, aUser, caller, createTokenWorld, type TokenWorld } from './test-world.ts';

let world: TokenWorld;
beforeEach(async () => {
  world = await createTokenWorld();
});

describe('authenticate', () => {
  it.each([
    ['raw', (token: string) => token],
    ['Bearer', (token: string) => `Bearer ${token}`],
    ['bearer', (token: string) => `bearer   ${token}`],
    ['BEARER', (token: string) => `BEARER ${token}`],
  ])('takes a %s access token', async (_, write) => {
    const { tokenSet, loginSession } = await world.logIn();
    const signedIn = await world.tokens.authenticate(write(tokenSet.accessToken), 'readProfile');
    expect(signedIn).toMatchObject({
      user: { id: 'user-1' },
      loginSession: { id: loginSession.id, amr: ['pwd'] },
      applicationId: 'app-post',
      expiresAt: world.clock.now() + 7_200_000,
    });
  });

  it.each([
    ['nothing', () => undefined],
    ['an empty value', () => ''],
    ['a scheme alone', () => 'Bearer'],
    ['Basic', ({ accessToken }: { accessToken: string }) => `Basic ${accessToken}`],
    ['two tokens', ({ accessToken }: { accessToken: string }) => `Bearer ${accessToken}, Bearer ${accessToken}`],
    ['an ID token', ({ idToken }: { idToken: string | null }) => `Bearer ${idToken}`],
    ['a refresh token', ({ refreshToken }: { refreshToken: string | null }) => `Bearer ${refreshToken}`],
    ['words', () => 'Bearer let me in'],
  ])('refuses %s', async (_, write) => {
    const { tokenSet } = await world.logIn();
    await expect(world.tokens.authenticate(write(tokenSet), 'readProfile')).rejects.toMatchObject({
      code: 'not_signed_in',
    });
  });

  it("refuses an application's own token", async () => {
    const { accessToken } = await world.tokens.clientCredentials(world.application);
    await expect(world.tokens.authenticate(accessToken, 'readProfile')).rejects.toMatchObject({
      code: 'not_signed_in',
    });
  });

  it.each<[string, string, (sid: string, token: string) => unknown]>([
    ['the token expired', 'not_signed_in', () => world.pass(7200 + 31)],
    ['the login ended', 'not_signed_in', (sid) => world.loginSessions.end(sid, caller)],
    [
      'the token was revoked',
      'not_signed_in',
      (_, token) => world.tokens.revoke({ application: world.application, token, caller }),
    ],
    ['the user was suspended', 'user_suspended', () => world.changeUser({ status: 'Suspended' })],
    [
      'the application was disabled',
      'not_signed_in',
      () => world.directory.putApplication(anApplication({ enabled: false })),
    ],
    [
      'the application moved to another pool',
      'not_signed_in',
      () => world.directory.putApplication(anApplication({ userPoolId: 'pool-2' })),
    ],
  ])('refuses once %s', async (_, code, change) => {
    const { tokenSet, loginSession } = await world.logIn();
    await expect(world.tokens.authenticate(tokenSet.accessToken, 'readProfile')).resolves.toBeDefined();
    await change(loginSession.id, tokenSet.accessToken);
    await expect(world.tokens.authenticate(tokenSet.accessToken, 'readProfile')).rejects.toMatchObject({
      code,
    });
  });

  it("refuses a token that names somebody else's login", async () => {
    const { mintInput } = await world.logIn();
    const other = aUser({ id: 'user-2', username: 'bob', email: null, phone: null });
    await world.stores.users.insert(other, newEvent(world.secrets, 'user.created', null));
    const claims = { sub: 'user-2', jti: 'x', scope: 'openid', sid: mintInput.loginSession.id, amr: ['pwd'] };
    const seconds = Math.floor(world.clock.now() / 1000);
    const forged = await world.signer.sign(
      { ...claims, iat: seconds, exp: seconds + 60, aud: 'app-post', client_id: 'app-post', userpool_id: 'pool-1' },
      'at+jwt',
    );
    await expect(world.tokens.authenticate(forged, 'readProfile')).rejects.toMatchObject({ code: 'not_signed_in' });
  });
});
