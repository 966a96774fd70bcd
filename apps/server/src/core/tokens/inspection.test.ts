import { beforeEach, describe, expect, it } from 'vitest';
import { client, createTokenWorld, issuer, startedAt, type TokenWorld } from './test-world.ts';

let world: TokenWorld;
beforeEach(async () => {
  world = await createTokenWorld();
});

const seconds = startedAt / 1000;
const inactive = { active: false };

describe('introspection', () => {
  it('describes a live access token to its application', async () => {
    const { tokenSet, loginSession } = await world.logIn({ scope: 'openid' });
    expect(await world.tokens.introspect(world.application, tokenSet.accessToken)).toEqual({
      active: true,
      sub: 'user-1',
      client_id: 'app-post',
      aud: 'app-post',
      iss: issuer,
      iat: seconds,
      exp: seconds + 7200,
      scope: 'openid',
      token_type: 'Bearer',
      jti: expect.any(String),
      sid: loginSession.id,
    });
  });

  it("describes a live refresh token and an application's own token", async () => {
    const { tokenSet } = await world.logIn();
    const own = await world.tokens.clientCredentials(world.application);
    expect(await world.tokens.introspect(world.application, tokenSet.refreshToken ?? '')).toMatchObject({
      active: true,
      token_type: 'refresh_token',
      exp: seconds + 30 * 86_400,
    });
    expect(await world.tokens.introspect(world.application, own.accessToken)).toMatchObject({
      active: true,
      sub: 'app-post',
    });
  });

  it.each<[string, (world: TokenWorld, login: Awaited<ReturnType<TokenWorld['logIn']>>) => unknown]>([
    [
      'revoked',
      (world, { tokenSet }) =>
        world.tokens.revoke({ application: world.application, token: tokenSet.accessToken, client }),
    ],
    ['expired', (world) => world.pass(7231)],
    ['of a login that ended', (world, { loginSession }) => world.loginSessions.end(loginSession.id, client)],
    ['of a suspended user', (world) => world.changeUser({ status: 'Deactivated' })],
  ])('finds an access token inactive that is %s', async (_, change) => {
    const login = await world.logIn();
    await change(world, login);
    expect(await world.tokens.introspect(world.application, login.tokenSet.accessToken)).toEqual(inactive);
  });

  it('finds a rotated refresh token inactive', async () => {
    const { tokenSet } = await world.logIn();
    await world.tokens.refresh({ application: world.application, refreshToken: tokenSet.refreshToken ?? '', client });
    expect(await world.tokens.introspect(world.application, tokenSet.refreshToken ?? '')).toEqual(inactive);
  });

  it('tells other applications nothing', async () => {
    const { tokenSet } = await world.logIn();
    for (const token of [tokenSet.accessToken, tokenSet.refreshToken, tokenSet.idToken, 'rubbish', '']) {
      expect(await world.tokens.introspect(world.other, token ?? '')).toEqual(inactive);
    }
  });
});

describe('revocation', () => {
  const revoke = (token: string | null, application = world.application) =>
    world.tokens.revoke({ application, token: token ?? '', client });

  it('of an access token ends that token alone', async () => {
    const { tokenSet, mintInput } = await world.logIn();
    const sibling = await world.tokens.mint(mintInput);
    await revoke(tokenSet.accessToken);
    await expect(world.tokens.authenticate(tokenSet.accessToken, 'readProfile'), 'readProfile').rejects.toMatchObject({
      code: 'not_signed_in',
    });
    await expect(world.tokens.authenticate(sibling.tokenSet.accessToken, 'readProfile')).resolves.toBeDefined();
    expect(await world.auditTypes()).toContain('token.revoked');
  });

  it('of a refresh token ends the login', async () => {
    const { tokenSet } = await world.logIn();
    await revoke(tokenSet.refreshToken);
    await expect(world.tokens.authenticate(tokenSet.accessToken, 'readProfile'), 'readProfile').rejects.toMatchObject({
      code: 'not_signed_in',
    });
  });

  it('succeeds for what is unknown, dead or no token, twice too', async () => {
    const { tokenSet } = await world.logIn();
    await revoke(tokenSet.accessToken);
    for (const token of [tokenSet.accessToken, 'rubbish', '', tokenSet.idToken]) await revoke(token);
    await expect(
      world.tokens.refresh({ application: world.application, refreshToken: tokenSet.refreshToken ?? '', client }),
    ).resolves.toBeDefined();
  });

  it('is refused to another application and changes nothing', async () => {
    const { tokenSet } = await world.logIn();
    for (const token of [tokenSet.accessToken, tokenSet.refreshToken]) {
      await expect(revoke(token, world.other)).rejects.toMatchObject({ code: 'permission_denied' });
    }
    await expect(world.tokens.authenticate(tokenSet.accessToken, 'readProfile'), 'readProfile').resolves.toBeDefined();
  });
});
