import { beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../audit/event.ts';
import { roomFor } from '../sessions/room.ts';
import { anApplication, caller, createTokenWorld, type TokenWorld } from '../tokens/test-world.ts';
import { createLogout } from './logout.ts';

const home = 'https://www.example.com/signed-out?from=login';
let world: TokenWorld;
let logout: ReturnType<typeof createLogout>;

beforeEach(async () => {
  world = await createTokenWorld();
  await world.directory.putApplication(anApplication({ logoutRedirectUris: [home] }));
  logout = createLogout(world);
});

const input = {
  idTokenHint: undefined,
  clientId: undefined,
  postLogoutRedirectUri: undefined,
  state: undefined,
  cookies: [],
  consent: null,
  caller,
};

async function stillLoggedIn(accessToken: string): Promise<boolean> {
  return world.tokens.authenticate(accessToken, 'readProfile').then(
    () => true,
    () => false,
  );
}

describe('logout', () => {
  it('ends the login the ID token names, and goes where the application registered', async () => {
    const { tokenSet } = await world.logIn();
    const bystander = await world.logIn();
    const result = await logout({
      ...input,
      idTokenHint: tokenSet.idToken ?? '',
      postLogoutRedirectUri: home,
      state: 'a b&c',
    });
    const redirectTo = 'https://www.example.com/signed-out?from=login&state=a+b%26c';
    expect(result).toEqual({ kind: 'done', redirectTo, pools: [] });
    expect(await stillLoggedIn(tokenSet.accessToken)).toBe(false);
    expect(await stillLoggedIn(bystander.tokenSet.accessToken)).toBe(true);
    expect(await world.auditTypes()).toContain('session.revoked');
  });

  it('takes the web logins along that the phone approved', async () => {
    const phone = await world.logIn();
    const child = { ...phone.loginSession, id: 'child', amr: ['qr'], parentId: phone.loginSession.id };
    await world.stores.loginSessions.insert(
      child,
      newEvent(world.secrets, 'session.created', null),
      roomFor(child, caller, world.secrets),
    );
    const web = await world.tokens.mint({ ...phone.mintInput, loginSession: child });
    expect(await stillLoggedIn(web.tokenSet.accessToken)).toBe(true);
    await logout({ ...input, idTokenHint: phone.tokenSet.idToken ?? '' });
    expect(await stillLoggedIn(web.tokenSet.accessToken)).toBe(false);
  });

  it('works with an expired hint, and twice', async () => {
    const { tokenSet, loginSession } = await world.logIn();
    world.pass(86_400);
    for (const _ of [1, 2]) {
      expect(await logout({ ...input, idTokenHint: tokenSet.idToken ?? '' })).toMatchObject({ redirectTo: null });
    }
    expect((await world.stores.loginSessions.find(loginSession.id))?.revokedAt).not.toBeNull();
    expect((await world.auditTypes()).filter((type) => type === 'session.revoked')).toHaveLength(1);
  });

  it.each([
    ['another host', 'https://evil.example/signed-out'],
    ['a longer path', `${home}/more`],
    ['a host that begins alike', 'https://www.example.com.evil.example/signed-out?from=login'],
    ['userinfo', 'https://www.example.com@evil.example/signed-out?from=login'],
    ['other case', home.toUpperCase()],
    ['a script', 'javascript:alert(1)'],
    ['nothing', ''],
  ])('refuses %s as a target, and ends nothing then', async (_, postLogoutRedirectUri) => {
    const { tokenSet } = await world.logIn();
    await expect(
      logout({ ...input, idTokenHint: tokenSet.idToken ?? '', postLogoutRedirectUri }),
    ).rejects.toMatchObject({
      code: 'invalid_argument',
      detail: { field: 'post_logout_redirect_uri' },
    });
    expect(await stillLoggedIn(tokenSet.accessToken)).toBe(true);
  });

  it('redirects for a client_id alone, but nowhere for nobody', async () => {
    const byClient = await logout({ ...input, clientId: 'app-post', postLogoutRedirectUri: home });
    expect(byClient).toMatchObject({ kind: 'done', redirectTo: home });
    expect(await logout({ ...input, postLogoutRedirectUri: home })).toMatchObject({ kind: 'done', redirectTo: null });
  });

  it.each([
    ['an access token', ({ accessToken }: { accessToken: string }) => accessToken],
    ['rubbish', () => 'rubbish'],
  ])('refuses %s as a hint', async (_, pick) => {
    const { tokenSet } = await world.logIn();
    await expect(logout({ ...input, idTokenHint: pick(tokenSet) })).rejects.toMatchObject({
      detail: { field: 'id_token_hint' },
    });
    expect(await stillLoggedIn(tokenSet.accessToken)).toBe(true);
  });

  it("refuses a hint of another application's", async () => {
    const { tokenSet } = await world.logIn();
    await expect(
      logout({ ...input, idTokenHint: tokenSet.idToken ?? '', clientId: 'app-other' }),
    ).rejects.toMatchObject({ detail: { field: 'client_id' } });
  });
});
