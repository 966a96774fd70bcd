import { beforeEach, describe, expect, it } from 'vitest';
import { caller, createTokenWorld, issuer, startedAt, type TokenWorld } from './test-world.ts';

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
        world.tokens.revoke({ application: world.application, token: tokenSet.accessToken, caller }),
    ],
    ['expired', (world) => world.pass(7231)],
    ['of a login that ended', (world, { loginSession }) => world.loginSessions.end(loginSession.id, caller)],
    ['of a suspended user', (world) => world.changeUser({ status: 'Deactivated' })],
  ])('finds an access token inactive that is %s', async (_, change) => {
    const login = await world.logIn();
    await change(world, login);
    expect(await world.tokens.introspect(world.application, login.tokenSet.accessToken)).toEqual(inactive);
  });

  it('finds a rotated refresh token inactive', async () => {
    const { tokenSet } = await world.logIn();
    await world.tokens.refresh({ application: world.application, refreshToken: tokenSet.refreshToken ?? '', caller });
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
    world.tokens.revoke({ application, token: token ?? '', caller });

  const isRefused = (accessToken: string) =>
    expect(world.tokens.authenticate(accessToken, 'readProfile')).rejects.toMatchObject({ code: 'not_signed_in' });

  it.each(['accessToken', 'idToken', 'refreshToken'] as const)('of the %s ends the login', async (kind) => {
    const { tokenSet, mintInput, loginSession } = await world.logIn();
    const sibling = await world.tokens.mint(mintInput);
    await revoke(tokenSet[kind]);
    await isRefused(tokenSet.accessToken);
    await isRefused(sibling.tokenSet.accessToken);
    expect((await world.stores.loginSessions.find(loginSession.id))?.revokedAt).not.toBeNull();
    expect((await world.auditTypes()).filter((type) => type === 'token.revoked')).toHaveLength(1);
  });

  it('of an access token that expired ends the login that did not', async () => {
    const { tokenSet, loginSession } = await world.logIn();
    world.pass(7200 + 31);
    await revoke(tokenSet.accessToken);
    expect((await world.stores.loginSessions.find(loginSession.id))?.revokedAt).not.toBeNull();
  });

  it('of a machine’s own token ends that token alone', async () => {
    const [first, second] = [
      await world.tokens.clientCredentials(world.application),
      await world.tokens.clientCredentials(world.application),
    ];
    await revoke(first.accessToken);
    expect(await world.tokens.introspect(world.application, first.accessToken)).toEqual(inactive);
    expect(await world.tokens.introspect(world.application, second.accessToken)).toMatchObject({ active: true });
  });

  it('succeeds for what is unknown, dead or no token, twice too', async () => {
    const { tokenSet } = await world.logIn();
    const other = await world.logIn();
    await revoke(tokenSet.accessToken);
    for (const token of [tokenSet.accessToken, tokenSet.refreshToken, 'rubbish', '']) await revoke(token);
    await expect(
      world.tokens.refresh({ application: world.application, refreshToken: other.tokenSet.refreshToken ?? '', caller }),
    ).resolves.toBeDefined();
  });

  it('is refused to another application and changes nothing', async () => {
    const { tokenSet } = await world.logIn();
    for (const token of [tokenSet.accessToken, tokenSet.idToken, tokenSet.refreshToken]) {
      await expect(revoke(token, world.other)).rejects.toMatchObject({ code: 'permission_denied' });
    }
    await expect(world.tokens.authenticate(tokenSet.accessToken, 'readProfile')).resolves.toBeDefined();
  });
});
