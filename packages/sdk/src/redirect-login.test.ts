import { openWindowlessBrowser } from '@passbeam/workshop/windowless-browser';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuthenticationClient, type LoginStorage } from './index.ts';
import { alice, callback, type StartedServer, siteSecret, startServer } from './server.fixture.ts';

let server: StartedServer;
let host: string;
let kept: Map<string, string>;
let storage: LoginStorage;

beforeAll(async () => {
  server = await startServer();
  host = server.host;
}, 30_000);
afterAll(() => server?.stop(), 15_000);
beforeEach(() => {
  kept = new Map();
  storage = {
    getItem: async (key) => kept.get(key) ?? null,
    setItem: async (key, value) => kept.set(key, value),
    removeItem: async (key) => kept.delete(key),
  };
});

const clients = {
  'with client_secret_post': () => new AuthenticationClient({ host, appId: 'site', appSecret: siteSecret }),
  'with client_secret_basic': () =>
    new AuthenticationClient({
      host,
      appId: 'basic-site',
      appSecret: siteSecret,
      tokenEndpointAuthMethod: 'client_secret_basic',
    }),
  'without a secret': () => new AuthenticationClient({ host, appId: 'page', tokenEndpointAuthMethod: 'none' }),
};

/** Opens what the application sends a browser to; both resolve to the address at which the application is called back. */
function openBrowser() {
  const browser = openWindowlessBrowser(host, { stopsAt: callback });
  const back = async (address: string, leave: (page: string) => Promise<{ url: string }>) => {
    const { url } = await browser.open(address);
    return url.startsWith(callback) ? url : (await leave(url)).url;
  };
  return {
    signIn: (address: string, account: { username: string; password: string }) =>
      back(address, (page) => browser.signIn(page, account)),
    cancel: (address: string) => back(address, browser.cancel),
  };
}

/** The address that the login page is opened at. */
async function begin(
  client: AuthenticationClient,
  input: Partial<Parameters<AuthenticationClient['loginWithRedirect']>[0]> = {},
): Promise<string> {
  let address = '';
  const navigate = (url: string) => {
    address = url;
  };
  await client.loginWithRedirect({ redirectUri: callback, storage, navigate, ...input });
  return address;
}

describe.each(Object.entries(clients))('a login by redirect of an application %s', (_, newClient) => {
  it.each(['query', 'fragment'] as const)('comes back in the %s, and is finished once', async (responseMode) => {
    const client = newClient();
    const address = await begin(client, { responseMode, customState: { to: '/cart' }, scope: 'openid profile email' });
    const url = await openBrowser().signIn(address, alice);
    expect(client.isRedirectCallback(url)).toBe(true);
    const { tokens, claims, customState } = await client.handleRedirectCallback({ storage, url });
    expect(claims).toMatchObject({ email: 'alice@example.com', nickname: 'Alice', amr: ['pwd'] });
    expect(customState).toEqual({ to: '/cart' });
    expect(await client.getUserInfoByAccessToken(tokens.access_token)).toMatchObject({ sub: claims.sub });
    expect([...kept]).toEqual([]);
    await expect(client.handleRedirectCallback({ storage, url })).rejects.toMatchObject({ code: 'login_not_begun' });
  });
});

it('needs no second sign-in in the same browser, unless it is forced', async () => {
  const client = clients['without a secret']();
  const browser = openBrowser();
  await client.handleRedirectCallback({ storage, url: await browser.signIn(await begin(client), alice) });
  const nobody = { username: 'nobody', password: 'never asked' };
  const silent = await browser.signIn(await begin(client, { prompt: 'none' }), nobody);
  expect((await client.handleRedirectCallback({ storage, url: silent })).claims.amr).toEqual(['pwd']);
  await expect(browser.signIn(await begin(client, { forced: true }), nobody)).rejects.toThrow(/wrong/i);
});

describe('an answer that logs nobody in', () => {
  it('names the refusal: of the person, and of a silent request', async () => {
    const client = clients['without a secret']();
    const refused = await openBrowser().cancel(await begin(client));
    await expect(client.handleRedirectCallback({ storage, url: refused })).rejects.toMatchObject({
      code: 'login_refused',
      error: 'access_denied',
    });
    const silent = await openBrowser().signIn(await begin(client, { prompt: 'none' }), alice);
    await expect(client.handleRedirectCallback({ storage, url: silent })).rejects.toMatchObject({
      code: 'login_refused',
      error: 'login_required',
    });
  });

  it('is one of a login that another browser began', async () => {
    const client = clients['without a secret']();
    const url = await openBrowser().signIn(await begin(client), alice);
    kept.clear();
    await begin(client);
    await expect(client.handleRedirectCallback({ storage, url })).rejects.toMatchObject({ code: 'login_not_begun' });
    expect(kept.size).toBe(1);
  });

  it('is one of another server, by its name', async () => {
    const client = clients['without a secret']();
    const answer = async () => new URL(await openBrowser().signIn(await begin(client), alice));
    const foreign = await answer();
    foreign.searchParams.set('iss', 'https://evil.test/oidc');
    await expect(client.handleRedirectCallback({ storage, url: foreign.href })).rejects.toMatchObject({
      code: 'issuer_mismatch',
    });
    const issuer = 'https://login.example.com/oidc';
    const secure = new AuthenticationClient({ host, appId: 'page', tokenEndpointAuthMethod: 'none', issuer });
    const nameless = await answer();
    await expect(secure.handleRedirectCallback({ storage, url: nameless.href })).rejects.toMatchObject({
      code: 'issuer_mismatch',
    });
  });

  it('is a stolen code, without the verifier of the browser that began', async () => {
    const client = clients['without a secret']();
    const { searchParams } = new URL(await openBrowser().signIn(await begin(client), alice));
    const stolen = client.getAccessTokenByCode(searchParams.get('code') ?? '', {
      redirectUri: callback,
      codeVerifier: 'x'.repeat(43),
    });
    await expect(stolen).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it('has another nonce than the login', async () => {
    const client = clients['without a secret']();
    const url = await openBrowser().signIn(await begin(client), alice);
    const [[key = '', text = ''] = []] = kept;
    kept.set(key, JSON.stringify({ ...JSON.parse(text), nonce: 'another' }));
    await expect(client.handleRedirectCallback({ storage, url })).rejects.toMatchObject({ code: 'id_token_invalid' });
  });
});

it('asks for what is asked for, with PKCE always', async () => {
  const client = clients['without a secret']();
  const { url, state, nonce, codeVerifier } = await client.buildAuthorizeUrl({
    redirectUri: callback,
    scope: 'openid offline_access',
    maxAge: 60,
    loginHint: 'alice@example.com',
    uiLocales: 'zh-CN',
    forced: true,
  });
  expect(codeVerifier).toMatch(/^[\w-]{43}$/);
  expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
    client_id: 'page',
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid offline_access',
    state,
    nonce,
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    prompt: 'login',
    max_age: '60',
    login_hint: 'alice@example.com',
    ui_locales: 'zh-CN',
  });
});

it('says what is missing outside of a page', async () => {
  const client = clients['without a secret']();
  await expect(client.loginWithRedirect({ redirectUri: callback, storage })).rejects.toThrow(/navigate/);
  expect(() => client.isRedirectCallback()).toThrow(/url/);
  expect(client.isRedirectCallback(`${callback}?q=1`)).toBe(false);
});
