import { freePort } from '@passbeam/workshop/free-port';
import * as openid from 'openid-client';
import passport, { type Profile, type VerifyCallback } from 'passport-openidconnect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Application } from '../../core/directory/application.ts';

import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { callback, createBrowser } from './world.fixture.ts';

/** Relying parties as people install them, against a server that listens. */
let passbeam: TestPassbeam;
let base: string;
let client: Application;
beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}`;
  passbeam = await openTestPassbeam({ PUBLIC_URL: base, RATE_LIMITS: 'off' });
  // Their clock is the machine's.
  vi.useFakeTimers({ toFake: ['Date'], now: passbeam.clock.now() });
  client = await passbeam.addApplication({
    id: 'relying-party',
    // What oauth4webapi and Spring encode in Basic.
    secret: 'a-secret_with.every~kind+of/character%and=more',
    kind: 'relyingParty',
    approvesScans: false,
    redirectUris: [callback],
    logoutRedirectUris: ['https://site.example/bye'],
    profile: { ...passbeam.site.profile, ssoEnabledAt: 1 },
  });
  await passbeam.app.listen({ port, host: '127.0.0.1' });
});
afterAll(async () => {
  vi.useRealTimers();
  await passbeam.close();
});

const newBrowser = () => createBrowser(passbeam.app, 'Browser/1', base);

/** The person scans the code of the page and agrees; returns where the browser is sent. */
async function scanToLogin(url: URL, browser = newBrowser()): Promise<URL> {
  const page = browser.page(await browser.go(url.href));
  const { qrcodeId } = (await page.post('qrcode')).json.data;
  const token = await passbeam.signIn();
  for (const action of ['SCAN', 'CONFIRM']) {
    await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
  }
  const { step } = (await page.post('continue')).json.data;
  if (step === 'consent') await page.post('consent', { allow: true });
  const { location } = await page.leave();
  if (location === null) throw new Error('the page leads nowhere');
  return location;
}

describe.each([
  ['client_secret_post', openid.ClientSecretPost],
  ['client_secret_basic', openid.ClientSecretBasic],
])('openid-client with %s', (_method, authentication) => {
  const discovered = () =>
    openid.discovery(new URL(`${base}/oidc`), client.id, undefined, authentication(client.secret), {
      execute: [openid.allowInsecureRequests],
    });

  it('discovers, signs in by a scan, reads userinfo, renews and signs out', async () => {
    const config = await discovered();
    expect(config.serverMetadata().supportsPKCE()).toBe(true);
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: 'openid profile email offline_access',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    });
    const browser = newBrowser();
    const answered = await scanToLogin(url, browser);
    const tokens = await openid.authorizationCodeGrant(config, answered, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
      maxAge: 60,
    });
    const claims = tokens.claims();
    expect(claims).toMatchObject({
      sub: passbeam.alice.id,
      email: 'alice@example.com',
      email_verified: true,
      amr: ['qr'],
    });
    const userInfo = await openid.fetchUserInfo(config, tokens.access_token, passbeam.alice.id);
    expect(userInfo).toMatchObject({ nickname: 'Alice', email: 'alice@example.com' });
    const renewed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(renewed.claims()).toMatchObject({ sub: passbeam.alice.id, auth_time: claims?.auth_time });
    const end = openid.buildEndSessionUrl(config, {
      post_logout_redirect_uri: 'https://site.example/bye',
      id_token_hint: tokens.id_token ?? '',
    });
    expect((await browser.go(end.href)).location?.href).toBe('https://site.example/bye');
    await expect(openid.fetchUserInfo(config, renewed.access_token, passbeam.alice.id)).rejects.toThrow();
  });

  it('hears of a refusal as one', async () => {
    const config = await discovered();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: callback,
      scope: 'openid',
      prompt: 'none',
      state: 's',
    });
    const { location } = await newBrowser().go(url.href);
    const grant = openid.authorizationCodeGrant(config, location ?? url, { expectedState: 's' });
    await expect(grant).rejects.toMatchObject({ error: 'login_required' });
  });
});

describe('passport-openidconnect', () => {
  const session: Record<string, unknown> = {};

  /** What the strategy does with a request: it redirects, succeeds or fails. */
  function authenticate(url: URL): Promise<{ redirect?: string; user?: Profile; failure?: unknown }> {
    const strategy = new passport.Strategy(
      {
        issuer: `${base}/oidc`,
        authorizationURL: `${base}/oidc/auth`,
        tokenURL: `${base}/oidc/token`,
        userInfoURL: `${base}/oidc/me`,
        clientID: client.id,
        clientSecret: client.secret,
        callbackURL: callback,
        scope: 'profile email',
      },
      (_issuer: string, profile: Profile, done: VerifyCallback) => done(null, profile),
    );
    return new Promise((resolve, reject) => {
      const acting = Object.assign(Object.create(strategy) as typeof strategy, {
        redirect: (to: string) => resolve({ redirect: to }),
        success: (user: Profile) => resolve({ user }),
        fail: (failure: unknown) => resolve({ failure }),
        error: reject,
      });
      const query = Object.fromEntries(url.searchParams);
      acting.authenticate({ query, session, url: url.pathname, headers: {}, connection: {} } as never, {});
    });
  }

  it('signs in by a scan, without discovery and PKCE', async () => {
    const { redirect = '' } = await authenticate(new URL('https://site.example/login'));
    const { user, failure } = await authenticate(await scanToLogin(new URL(redirect)));
    expect(failure).toBeUndefined();
    expect(user).toMatchObject({ id: passbeam.alice.id, emails: [{ value: 'alice@example.com' }] });
  });

  it('takes a person who goes back for one who was not let in', async () => {
    const { redirect = '' } = await authenticate(new URL('https://site.example/login'));
    const browser = newBrowser();
    const page = browser.page(await browser.go(redirect));
    await page.post('cancel');
    const { location } = await page.leave();
    expect(await authenticate(location ?? new URL(redirect))).toMatchObject({ failure: expect.anything() });
  });
});
