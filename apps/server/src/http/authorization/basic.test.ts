import { createLocalJWKSet, jwtVerify } from 'jose';
import { describe, expect } from 'vitest';
import {
  type AuthorizationWorld,
  callback,
  challenge,
  engines,
  publicUrl,
  verifier,
  withWorld,
} from './world.fixture.ts';

/** The modules of the OpenID conformance suite's basic plan, as scripts under their names. */
describe.each(engines())('oidcc-basic-certification-test-plan on $name', (engine) => {
  let world: AuthorizationWorld;
  const test = withWorld(engine, (opened) => {
    world = opened;
  });

  const errorOf = (url: URL | null) => url?.searchParams.get('error');

  test('oidcc-server', async () => {
    const { answer, tokens, claims } = await world.login(world.post, { nonce: 'nonce-1', scope: 'openid profile' });
    expect(answer.status).toBe(303);
    expect(`${answer.location?.origin}${answer.location?.pathname}`).toBe(callback);
    expect(answer.location?.searchParams.get('state')).toBe('state-1');
    expect(answer.location?.searchParams.get('iss')).toBe(`${publicUrl}/oidc`);
    expect(claims).toMatchObject({
      iss: `${publicUrl}/oidc`,
      aud: 'client-post',
      sub: world.alice.id,
      nonce: 'nonce-1',
    });
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'openid profile' });
    expect((await world.userInfo(tokens.access_token)).json).toMatchObject({ sub: world.alice.id });
  });

  test('oidcc-response-type-missing', async () => {
    const { status, location } = await world.browser().go(world.request(world.post, { response_type: undefined }));
    expect([status, location?.origin, errorOf(location)]).toEqual([303, 'https://site.example', 'invalid_request']);
    const token = await world.browser().go(world.request(world.post, { response_type: 'id_token token' }));
    expect(errorOf(token.location)).toBe('unsupported_response_type');
  });

  test('oidcc-idtoken-signature', async () => {
    const { tokens } = await world.login(world.post);
    const { json } = await world.browser().send('GET', '/oidc/.well-known/jwks.json');
    const { protectedHeader } = await jwtVerify(tokens.id_token, createLocalJWKSet(json), {
      currentDate: new Date(world.clock.now()),
    });
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: json.keys[0].kid });
  });

  test('oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body', async () => {
    const { tokens } = await world.login(world.post);
    const headers = { authorization: `Bearer ${tokens.access_token}` };
    const browser = world.browser();
    const replies = [
      await browser.send('GET', '/oidc/me', { headers }),
      await browser.send('GET', '/oidc/me/', { headers }),
      await browser.send('POST', '/oidc/me', { headers }),
      await browser.send('POST', '/oidc/me', {
        body: new URLSearchParams({ access_token: tokens.access_token }).toString(),
      }),
    ];
    for (const { status, json } of replies) expect([status, json]).toEqual([200, { sub: world.alice.id }]);
  });

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
    const { claims } = await world.login(world.post);
    expect(claims).not.toHaveProperty('nonce');
  });

  test.each([
    ['profile', 'nickname'],
    ['email', 'email'],
    ['phone', 'phone_number'],
    ['address', 'address'],
    ['profile email phone address', 'email'],
  ])('oidcc-scope-%s', async (scope, claim) => {
    await world.stores.users.find(world.alice.id).then((alice) =>
      world.stores.users.update(
        {
          ...world.alice,
          ...alice,
          profile: { ...alice?.profile, formatted: '1 Main Street' },
          version: (alice?.version ?? 0) + 1,
        },
        null,
      ),
    );
    const { tokens } = await world.login(world.post, { scope: `openid ${scope}` });
    const { json } = await world.userInfo(tokens.access_token);
    expect(json).toHaveProperty(claim);
    if (scope.includes('address')) expect(json.address).toEqual({ formatted: '1 Main Street' });
    if (scope === 'email') expect(json).not.toHaveProperty('phone_number');
  });

  test('oidcc-alternate-happy-flow', async () => {
    const url = new URL(world.request(world.post), publicUrl);
    const turned = new URLSearchParams([...url.searchParams].reverse());
    const browser = world.browser();
    const answer = await browser.page(await browser.go(`/oidc/auth?${turned}&`)).signIn();
    expect(answer.location?.searchParams.get('code')).toMatch(/^ac_[\w-]{43}$/);
  });

  test.each([
    ['oidcc-display-page', { display: 'page' }],
    ['oidcc-display-popup', { display: 'popup' }],
    ['oidcc-login-hint', { login_hint: 'alice@example.com' }],
    ['oidcc-ui-locales', { ui_locales: 'se zh-CN' }],
    ['oidcc-claims-locales', { claims_locales: 'se' }],
    ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
    ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
    ['oidcc-claims-essential', { claims: '{"userinfo":{"name":{"essential":true}}}' }],
  ])('%s', async (_name, given) => {
    const browser = world.browser();
    const page = browser.page(await browser.go(world.request(world.post, given)));
    const view = await page.view();
    expect(view).toMatchObject({ step: 'signIn', hints: { login: 'login_hint' in given ? given.login_hint : null } });
    if ('ui_locales' in given) expect(view.locale).toBe('zh');
    expect((await page.signIn()).location?.searchParams.has('code')).toBe(true);
  });

  test('oidcc-prompt-login', async () => {
    const first = await world.login(world.post);
    world.pass(5);
    const reply = await first.browser.go(world.request(world.post, { prompt: 'login' }));
    const page = first.browser.page(reply);
    expect(await page.view()).toMatchObject({ step: 'signIn', why: 'again', account: { displayName: 'Alice' } });
    const answer = await page.signIn();
    const { json } = await world.redeem(world.post, answer.location?.searchParams.get('code') ?? '');
    expect(claimsOf(json.id_token).auth_time).toBeGreaterThan(first.claims.auth_time as number);
  });

  test('oidcc-prompt-none-not-logged-in', async () => {
    const state = 's'.repeat(128);
    const { status, location } = await world.browser().go(world.request(world.post, { prompt: 'none', state }));
    expect([status, errorOf(location), location?.searchParams.get('state')]).toEqual([303, 'login_required', state]);
  });

  test('oidcc-prompt-none-logged-in, oidcc-id-token-hint', async () => {
    const first = await world.login(world.post);
    world.pass(5);
    for (const given of [{}, { id_token_hint: first.tokens.id_token }]) {
      const again = await world.login(world.post, { prompt: 'none', ...given }, first.browser);
      expect(again.claims).toMatchObject({ sub: first.claims.sub, auth_time: first.claims.auth_time });
    }
  });

  test('oidcc-max-age-1, oidcc-max-age-10000', async () => {
    const first = await world.login(world.post);
    world.pass(2);
    const quiet = await world.login(world.post, { max_age: '10000', prompt: 'none' }, first.browser);
    expect(quiet.claims.auth_time).toBe(first.claims.auth_time);
    const reply = await first.browser.go(world.request(world.post, { max_age: '1' }));
    expect((await first.browser.page(reply).view()).why).toBe('again');
    const second = await world.login(world.post, { max_age: '1' }, first.browser);
    expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time as number);
  });

  test('oidcc-codereuse', async () => {
    const { code } = await world.login(world.post);
    const again = await world.redeem(world.post, code);
    expect([again.status, again.json.error]).toEqual([400, 'invalid_grant']);
  });

  test('oidcc-codereuse-30seconds', async () => {
    const { code, tokens } = await world.login(world.post);
    const isGood = async () => (await world.userInfo(tokens.access_token)).status === 200;
    expect((await world.redeem(world.post, code)).json.error).toBe('invalid_grant');
    expect(await isGood()).toBe(true);
    world.pass(30);
    expect((await world.redeem(world.post, code)).json.error).toBe('invalid_grant');
    expect(await isGood()).toBe(false);
  });

  test('oidcc-ensure-registered-redirect-uri', async () => {
    const reply = await world.browser().go(world.request(world.post, { redirect_uri: `${callback}/x` }));
    expect([reply.status, reply.location]).toEqual([400, null]);
    expect(reply.text).toContain('redirect_uri');
    expect(reply.text).not.toContain(`${callback}/x`);
  });

  test('oidcc-ensure-post-request-succeeds', async () => {
    const browser = world.browser();
    const [, body = ''] = world.request(world.post).split('?');
    const reply = await browser.go('/oidc/auth', { method: 'POST', body, isCrossSitePost: true });
    const answer = await browser.page(reply).signIn();
    expect(answer.location?.searchParams.has('code')).toBe(true);
    const silent = await browser.go('/oidc/auth', {
      method: 'POST',
      body: `${body}&prompt=none`,
      isCrossSitePost: true,
    });
    expect(silent.location?.searchParams.has('code')).toBe(true);
  });

  test('oidcc-server-client-secret-post, and by Basic', async () => {
    for (const client of [world.post, world.basic]) expect((await world.login(client)).claims.aud).toBe(client.id);
  });

  test.each([
    ['oidcc-request-uri-unsigned', { request_uri: 'https://site.example/r' }, 'request_uri_not_supported'],
    ['oidcc-unsigned-request-object', { request: 'e30.e30.' }, 'request_not_supported'],
    ['registration', { registration: '{}' }, 'registration_not_supported'],
  ])('%s', async (_name, given, error) => {
    const { location } = await world.browser().go(world.request(world.post, given));
    expect([location?.origin, errorOf(location)]).toEqual(['https://site.example', error]);
  });

  test('oidcc-refresh-token', async () => {
    const { tokens } = await world.login(world.party, { scope: 'openid offline_access', prompt: 'consent' });
    const refresh = (client: typeof world.post) =>
      world.token({
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
        client_id: client.id,
        client_secret: client.secret,
      });
    expect((await refresh(world.post)).json.error).toBe('invalid_grant');
    const { json } = await refresh(world.party);
    expect(json.refresh_token).toEqual(expect.any(String));
    expect(claimsOf(json.id_token)).toMatchObject({ sub: world.alice.id });
  });

  test('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
    const given = { code_challenge: challenge, code_challenge_method: 'S256' };
    const browser = world.browser();
    const answer = await browser.page(await browser.go(world.request(world.post, given))).signIn();
    const code = answer.location?.searchParams.get('code') ?? '';
    expect((await world.redeem(world.post, code)).json.error).toBe('invalid_grant');
    expect((await world.redeem(world.post, code, { code_verifier: verifier })).status).toBe(200);
  });

  describe('of the dynamic plans', () => {
    test('oidcc-ensure-redirect-uri-in-authorization-request', async () => {
      const reply = await world.browser().go(world.request(world.post, { redirect_uri: undefined }));
      expect([reply.status, reply.location]).toEqual([400, null]);
    });

    test('oidcc-redirect-uri-query-OK, -query-added, -query-mismatch', async () => {
      const registered = `${callback}?foo=bar%20x&iss=mine`;
      const client = await world.addApplication({ ...world.post, id: 'client-query', redirectUris: [registered] });
      const browser = world.browser();
      const page = browser.page(await browser.go(world.request(client, { redirect_uri: registered })));
      const answer = await page.signIn();
      expect(answer.location?.href).toMatch(/\?foo=bar%20x&code=[^&]+&state=state-1&iss=https%3A%2F%2Fauth/);
      for (const redirect_uri of [callback, `${registered}&a=b`, `${callback}?foo=baz`]) {
        expect((await browser.go(world.request(client, { redirect_uri }))).status).toBe(400);
      }
    });
  });
});

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
}
