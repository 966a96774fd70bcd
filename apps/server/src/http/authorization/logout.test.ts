import { describe, expect, vi } from 'vitest';
import { type AuthorizationWorld, engines, publicUrl, withWorld } from './world.fixture.ts';

const bye = 'https://site.example/bye';

/** The modules of the conformance suite's plan for RP-initiated logout, under their names, and what clients of the first SDKs do. */
describe.each(engines())('oidcc-rp-initiated-logout-certification-test-plan on $name', (engine) => {
  let world: AuthorizationWorld;
  const test = withWorld(engine, (opened) => {
    world = opened;
  });

  type Login = Awaited<ReturnType<AuthorizationWorld['login']>>;
  const html = { accept: 'text/html' };

  function end({ browser }: Pick<Login, 'browser'>, given: Record<string, string>, path = '/oidc/session/end') {
    return browser.send('GET', `${path}?${new URLSearchParams(given)}`, { headers: html });
  }
  const isSignedIn = async ({ browser }: Pick<Login, 'browser'>) =>
    (await browser.go(world.request(world.post, { prompt: 'none' }))).location?.searchParams.has('code');
  /** What the form of the page posts. */
  function formOf(text: string) {
    const fields = [...text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
    return {
      action: /action="([^"]+)"/.exec(text)?.[1] ?? '',
      body: new URLSearchParams(fields as string[][] as [string, string][]).toString(),
    };
  }
  async function confirm({ browser }: Pick<Login, 'browser'>, text: string) {
    const { action, body } = formOf(text);
    return browser.send('POST', action, { body, headers: html });
  }

  test('oidcc-rp-initiated-logout', async () => {
    const login = await world.login(world.post);
    const state = 's'.repeat(128);
    const hint = { id_token_hint: login.tokens.id_token, post_logout_redirect_uri: bye, state };
    const { status, location } = await end(login, hint);
    expect([status, location?.href]).toEqual([302, `${bye}?state=${state}`]);
    expect(await isSignedIn(login)).toBe(false);
    expect((await world.userInfo(login.tokens.access_token)).status).toBe(401);
  });

  test('oidcc-rp-initiated-logout by POST, which another site may send', async () => {
    const login = await world.login(world.post);
    const body = new URLSearchParams({
      id_token_hint: login.tokens.id_token,
      post_logout_redirect_uri: bye,
    }).toString();
    const reply = await login.browser.go('/oidc/session/end', {
      method: 'POST',
      body,
      headers: html,
      isCrossSitePost: true,
    });
    expect(reply.location?.href).toBe(bye);
    expect(await isSignedIn(login)).toBe(false);
  });

  test.each([
    ['oidcc-rp-initiated-logout-bad-post-logout-redirect-uri', { post_logout_redirect_uri: `${bye}/x` }],
    [
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri',
      { post_logout_redirect_uri: `${bye}?foo=bar` },
    ],
    ['oidcc-rp-initiated-logout-bad-id-token-hint', { id_token_hint: 'bad' }],
    ['oidcc-rp-initiated-logout-modified-id-token-hint', { modified: 'yes' }],
    ['of another client', { client_id: 'client-basic' }],
  ])('%s: a page, no redirect, and nothing ends', async (_name, wrong) => {
    const login = await world.login(world.post);
    const idToken = login.tokens.id_token;
    const hint = 'modified' in wrong ? `${idToken.slice(0, -8)}AAAAAAAA` : idToken;
    const reply = await end(login, { id_token_hint: hint, post_logout_redirect_uri: bye, ...wrong });
    expect([reply.status, reply.location]).toEqual([400, null]);
    expect(reply.headers['content-type']).toContain('text/html');
    expect(await isSignedIn(login)).toBe(true);
  });

  test.each([
    ['oidcc-rp-initiated-logout-no-id-token-hint', { post_logout_redirect_uri: bye, client_id: 'client-post' }, bye],
    ['oidcc-rp-initiated-logout-no-params', {}, null],
    ['oidcc-rp-initiated-logout-only-state', { state: 'x' }, null],
    ['the lone address of GitLab', { post_logout_redirect_uri: bye }, null],
  ] as [string, Record<string, string>, string | null][])('%s: the person is asked', async (_name, given, target) => {
    const login = await world.login(world.post);
    const asked = await end(login, given);
    expect([asked.status, asked.location]).toEqual([200, null]);
    expect(asked.text).toContain('You are signed in as Alice');
    expect(await isSignedIn(login)).toBe(true);
    const { action, body } = formOf(asked.text);
    const forged = body.replace(/confirm=[^&]+/, `confirm=${'x'.repeat(43)}`);
    const refused = await login.browser.send('POST', action, { body: forged, headers: html });
    expect([refused.status, refused.location]).toEqual([200, null]);
    expect(await isSignedIn(login)).toBe(true);
    const done = await confirm(login, asked.text);
    expect(done.location?.href ?? null).toBe(target);
    if (target === null) expect(done.text).toContain('Signed out');
    expect(await isSignedIn(login)).toBe(false);
  });

  test('oidcc-rp-initiated-logout-no-post-logout-redirect-uri, -no-state', async () => {
    const one = await world.login(world.post);
    expect((await end(one, { id_token_hint: one.tokens.id_token })).text).toContain('Signed out');
    const two = await world.login(world.post);
    const given = { id_token_hint: two.tokens.id_token, post_logout_redirect_uri: bye };
    expect((await end(two, given)).location?.href).toBe(bye);
  });

  test('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
    const { json } = await world.browser().send('GET', '/oidc/.well-known/openid-configuration');
    expect(json.end_session_endpoint).toBe(`${publicUrl}/oidc/session/end`);
  });

  test("an ID token of somebody else's ends nobody's browser without a question; an expired one of one's own does", async () => {
    const browser = world.browser();
    await browser.page(await browser.go(world.request(world.post))).signIn('bob');
    const alice = await world.login(world.post);
    const asked = await end({ browser }, { id_token_hint: alice.tokens.id_token, post_logout_redirect_uri: bye });
    expect(asked.text).toContain('You are signed in as Bob');
    expect(await isSignedIn({ browser })).toBe(true);
    world.pass(3 * 3600);
    expect((await end(alice, { id_token_hint: alice.tokens.id_token })).text).toContain('Signed out');
    expect(await isSignedIn(alice)).toBe(false);
  });

  describe('clients of the first SDKs', () => {
    test('/login/profile/logout asks, unless a page of this site leads there', async () => {
      const login = await world.login(world.post);
      const path = '/login/profile/logout';
      await login.browser.send('GET', `${path}?redirect_uri=${encodeURIComponent(bye)}`, {
        headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' },
      });
      expect(await isSignedIn(login)).toBe(true);
      const asked = await end(login, { redirect_uri: bye }, path);
      expect((await confirm(login, asked.text)).location?.href).toBe(bye);
      expect(await isSignedIn(login)).toBe(false);
      const other = await world.login(world.post);
      const away = { headers: { ...html, 'sec-fetch-site': 'same-site' } };
      const evil = encodeURIComponent('https://evil.example/');
      const done = await other.browser.send('GET', `${path}?redirect_uri=${evil}`, away);
      expect([done.status, done.location]).toEqual([200, null]);
      expect(await isSignedIn(other)).toBe(false);
    });

    test('/logout and /api/v2/logout end the browser by the token, and by the cookie for pages of this site alone', async () => {
      for (const path of [
        '/logout',
        '/logout?appId=client-post&deviceId=current',
        '/api/v2/logout?app_id=client-post',
      ]) {
        const byToken = await world.login(world.post);
        const guest = world.browser();
        const headers = { authorization: byToken.tokens.id_token };
        expect((await guest.send('GET', path, { headers })).json.code).toBe(200);
        expect(await isSignedIn(byToken)).toBe(false);
        const byCookie = await world.login(world.post);
        await byCookie.browser.send('GET', path, { headers: { 'sec-fetch-site': 'cross-site' } });
        expect(await isSignedIn(byCookie)).toBe(true);
        await byCookie.browser.send('GET', path, { headers: { 'sec-fetch-site': 'same-site' } });
        expect(await isSignedIn(byCookie)).toBe(false);
      }
    });

    test('/cas/session tells who is signed in to the browser', async () => {
      const { browser } = await world.login(world.post);
      expect((await browser.send('GET', '/cas/session')).json).toMatchObject({
        session: { appId: 'client-post', userId: world.alice.id },
        userInfo: { id: world.alice.id, nickname: 'Alice' },
      });
      expect((await world.browser().send('GET', '/cas/session')).json).toEqual({ session: null, userInfo: null });
      // What a stranger makes up costs no look at the store.
      const looks = vi.spyOn(world.stores.ssoLogins, 'findStanding');
      const cookie = Array.from({ length: 20 }, (_, index) => `__Host-passbeam_sso_made-up-${index}=${'s'.repeat(43)}`);
      const reply = await world.browser().send('GET', '/cas/session', { headers: { cookie: cookie.join('; ') } });
      expect(reply.json).toEqual({ session: null, userInfo: null });
      expect(looks).not.toHaveBeenCalled();
    });

    test('check-status tells whether a token is good', async () => {
      const login = await world.login(world.post);
      const status = async (token: string) =>
        (await world.v3('POST', '/api/v2/users/login/check-status', { body: { token } })).body;
      expect(await status(login.tokens.id_token)).toMatchObject({
        code: 200,
        status: true,
        data: { id: world.alice.id },
      });
      await end(login, { id_token_hint: login.tokens.id_token });
      expect(await status(login.tokens.id_token)).toMatchObject({ status: false });
    });
  });

  test('people see the browsers they are signed in with, and end each', async () => {
    const phone = await world.signIn();
    const login = await world.login(world.post);
    await world.login(world.basic, {}, login.browser);
    const list = async () => (await world.v3('GET', 'mydevices/list', { token: phone, query: { limit: '50' } })).body;
    const before = await list();
    const browsers = before.data.filter(({ confirmedCount }: { confirmedCount: number }) => confirmedCount === 2);
    expect(browsers).toHaveLength(1);
    expect(browsers[0]).toMatchObject({ device: { type: 'Browser' }, loginMethod: 'PASSWORD', isCurrent: false });
    expect(before.totalCount).toBe(before.data.length);
    const { deviceId } = browsers[0].device;
    const own = (await world.v3('GET', 'mydevices/list', { token: login.tokens.access_token, query: { limit: '50' } }))
      .body;
    expect(own.data.find(({ isCurrent }: { isCurrent: boolean }) => isCurrent).device.deviceId).toBe(deviceId);
    const ended = await world.v3('POST', 'mydevices/revoke-session', { token: phone, body: { deviceId } });
    expect(ended.body.data).toEqual({ success: true, ended: 3 });
    expect(await isSignedIn(login)).toBe(false);
    expect((await world.userInfo(login.tokens.access_token)).status).toBe(401);
  });

  test('a browser that nobody uses is signed out, and so is one after its time', async () => {
    const { directory, pool } = world;
    const sso = { idleSeconds: 600, absoluteSeconds: 1500 };
    await directory.putPool({ ...pool, securitySettings: { ...pool.securitySettings, sso } });
    const login = await world.login(world.post);
    for (const seconds of [500, 500]) {
      world.pass(seconds);
      expect(await isSignedIn(login)).toBe(true);
    }
    world.pass(501);
    expect(await isSignedIn(login)).toBe(false);
    const idle = await world.login(world.post);
    world.pass(601);
    expect(await isSignedIn(idle)).toBe(false);
    await directory.putPool(pool);
  });
});
