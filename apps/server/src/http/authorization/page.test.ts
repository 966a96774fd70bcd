import { describe, expect } from 'vitest';
import { testPassword } from '../../testing.ts';
import { type AuthorizationWorld, engines, publicUrl, withWorld } from './world.fixture.ts';

/** The hosted page by its calls: scanning first, two tabs, reload, back button, double click. */
describe.each(engines())('the hosted page on $name', (engine) => {
  let world: AuthorizationWorld;
  const test = withWorld(engine, (opened) => {
    world = opened;
  });

  async function opened(given: Record<string, string> = {}, browser = world.browser(), client = world.post) {
    return { browser, page: browser.page(await browser.go(world.request(client, given))) };
  }
  type Page = Awaited<ReturnType<typeof opened>>['page'];

  async function shownCode(page: Page): Promise<string> {
    return (await page.post('qrcode')).json.data.qrcodeId;
  }

  describe('a scan', () => {
    test('signs in, and its ticket is seen by nobody', async () => {
      const { browser, page } = await opened({ scope: 'openid profile offline_access' });
      expect((await page.view()).methods).toMatchObject({ qrcode: true, password: { fields: expect.any(Array) } });
      const made = (await page.post('qrcode')).json.data;
      expect(made).toMatchObject({ status: 'PENDING', url: expect.stringMatching(/^https:/), expiresIn: 120 });
      await world.scan(made.qrcodeId, undefined, ['SCAN']);
      expect(await page.code()).toMatchObject({ status: 'SCANNED', briefUserInfo: { displayName: 'Alice' } });
      expect((await page.post('continue')).json.refusal).toBe('qr_not_scanned');
      const phone = await world.signIn();
      const second = await opened({}, browser);
      const qrcodeId = await shownCode(second.page);
      await world.scan(qrcodeId, phone);
      const seen = [
        await second.page.code(),
        (await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body,
      ];
      expect(JSON.stringify(seen)).not.toContain('tk_');
      const view = (await second.page.post('continue')).json.data;
      expect(view).toMatchObject({ step: 'leave', leaveUrl: `${publicUrl}/oidc/auth/${second.page.id}` });
      const answer = await second.page.leave();
      const { json } = await world.redeem(world.post, answer.location?.searchParams.get('code') ?? '');
      const { body } = await world.v3('GET', 'get-profile', { token: json.access_token });
      expect(body.data.userId).toBe(world.alice.id);
      const claims = JSON.parse(Buffer.from(json.id_token.split('.')[1], 'base64url').toString());
      expect(claims.amr).toEqual(['qr']);

      // Tokens of a scan approve nothing, also when the SSO login is used again.
      const again = await world.login(world.post, { prompt: 'none' }, browser);
      for (const token of [json.access_token, again.tokens.access_token]) {
        const scan = await world.v3('POST', 'set-qrcode-status', {
          token,
          body: { qrcodeId: await shownCode((await opened()).page), action: 'SCAN' },
        });
        expect(scan.body).toMatchObject({ statusCode: 403, refusal: 'qr_born_login' });
      }
      // The phone signs out: everything that it confirmed ends.
      await world.v3('GET', '/api/v2/logout', { app: 'phone', token: phone });
      expect((await world.userInfo(again.tokens.access_token)).status).toBe(401);
      const silent = await browser.go(world.request(world.post, { prompt: 'none' }));
      expect(silent.location?.searchParams.get('error')).toBe('login_required');
    });

    test('is continued once, whatever two tabs and double clicks do', async () => {
      const { page } = await opened();
      await world.scan(await shownCode(page));
      const { formToken } = await page.view();
      const views = await Promise.all([1, 2, 3, 4].map(() => page.post('continue', {}, formToken)));
      for (const { json } of views) expect(json.data?.step ?? json.refusal).toBeOneOf(['leave', 'form_stale']);
      const answers = await Promise.all([page.leave(), page.leave()]);
      const codes = new Set(answers.map(({ location }) => location?.searchParams.get('code')));
      expect(codes.size).toBe(1);
    });

    test('that was cancelled or expired leaves the page where it is', async () => {
      const { page } = await opened();
      await world.scan(await shownCode(page), undefined, ['SCAN', 'CANCEL']);
      expect(await page.code()).toMatchObject({ status: 'CANCELLED' });
      expect((await page.post('continue')).json.refusal).toBe('qr_finished');
      await shownCode(page);
      world.pass(121);
      expect(await page.code()).toMatchObject({ status: 'EXPIRED' });
      expect((await page.post('continue')).json.refusal).toBe('qr_expired');
      expect((await page.view()).step).toBe('signIn');
    });

    test('shows the same code in a second tab and after a reload', async () => {
      const { browser, page } = await opened();
      const qrcodeId = await shownCode(page);
      expect(await browser.pageOf(page.id).code()).toMatchObject({
        status: 'PENDING',
        qrcodeId,
        url: expect.any(String),
      });
    });

    test('of somebody whose account was blocked opens nothing', async () => {
      const phone = await world.signIn('bob');
      const { page } = await opened();
      await world.scan(await shownCode(page), phone);
      const bob = await world.stores.users.findByLogin('pool1', 'username', 'bob');
      if (bob === null) throw new Error('no bob');
      const update = (status: 'Suspended' | 'Activated', version: number) =>
        world.stores.users.update({ ...bob, status, version }, null);
      await update('Suspended', bob.version + 1);
      expect((await page.post('continue')).json.refusal).toBe('user_suspended');
      await update('Activated', bob.version + 2);
    });
  });

  describe('other ways', () => {
    test('a wrong password is refused, and the right one signs in', async () => {
      const { page } = await opened();
      const wrong = await page.post('password', { account: 'alice', password: 'wrong' });
      expect(wrong.json).toMatchObject({ refusal: 'wrong_credentials', message: expect.any(String) });
      expect((await page.signIn()).location?.searchParams.has('code')).toBe(true);
    });

    test('a one-time code signs in, where the application offers it', async () => {
      const { page } = await opened();
      const address = { channel: 'email', address: 'alice@example.com' };
      expect((await page.post('passcode/send', address)).json.refusal).toBe('permission_denied');
      const loginConfig = { ...world.site.profile.loginConfig, enabledBasicLoginMethods: ['EMAIL_CODE' as const] };
      const profile = { ...world.site.profile, ssoEnabledAt: 1, loginConfig };
      const client = await world.addApplication({ ...world.post, id: 'client-codes', profile });
      const other = (await opened({}, world.browser(), client)).page;
      expect((await other.view()).methods).toMatchObject({ password: null, passcode: { channels: ['email'] } });
      expect((await other.post('passcode/send', address)).json.data).toEqual({ sent: true });
      await expect.poll(() => world.outbox.at(-1)?.to.address).toBe('alice@example.com');
      const passcode = world.outbox.at(-1)?.passcode;
      expect((await other.post('passcode', { ...address, passcode })).json.data.step).toBe('leave');
      expect((await other.post('password', { account: 'alice', password: testPassword })).json.data.step).toBe('leave');
    });

    test('somebody new signs up, where the pool lets them', async () => {
      const { page } = await opened();
      const given = { email: 'new@example.com', password: 'a long and good passphrase' };
      expect((await page.post('sign-up', given)).json.data).toMatchObject({ step: 'leave' });
      await world.directory.putPool({
        ...world.pool,
        securitySettings: { ...world.pool.securitySettings, registerDisabled: true },
      });
      const closed = (await opened()).page;
      expect((await closed.view()).methods.signUp).toBeNull();
      const refused = await closed.post('sign-up', { ...given, email: 'newer@example.com' });
      expect(refused.json.refusal).toBe('permission_denied');
      await world.directory.putPool(world.pool);
    });

    test('going back to the application answers access_denied, the same at each click', async () => {
      const { page } = await opened();
      for (const _ of [1, 2]) expect((await page.post('cancel')).json.data.step).toBe('leave');
      const { location } = await page.leave();
      expect(location?.searchParams.get('error')).toBe('access_denied');
      expect(location?.searchParams.get('state')).toBe('state-1');
      expect(location?.searchParams.has('code')).toBe(false);
    });
  });

  describe('who is asked', () => {
    test('consent is asked once for somebody else’s product, and again for more', async () => {
      const browser = world.browser();
      const { page } = await opened({ scope: 'openid email' }, browser, world.party);
      const asked = (await page.post('password', { account: 'alice', password: testPassword })).json.data;
      expect(asked).toMatchObject({ step: 'consent', consent: { scopes: ['openid', 'email'], offlineAccess: false } });
      await page.post('consent', { allow: true });
      expect((await page.leave()).location?.searchParams.has('code')).toBe(true);
      world.pass(5);
      const silent = (scope: string) => browser.go(world.request(world.party, { scope, prompt: 'none' }));
      expect((await silent('openid')).location?.searchParams.has('code')).toBe(true);
      expect((await silent('openid phone')).location?.searchParams.get('error')).toBe('consent_required');
      const more = (await opened({ scope: 'openid phone' }, browser, world.party)).page;
      expect((await more.view()).step).toBe('consent');
      await more.post('consent', { allow: false });
      expect((await more.leave()).location?.searchParams.get('error')).toBe('access_denied');
    });

    test('select_account shows who is there, and lets somebody else in', async () => {
      const { browser } = await world.login(world.post);
      world.pass(5);
      const { page } = await opened({ prompt: 'select_account' }, browser);
      expect(await page.view()).toMatchObject({
        step: 'chooseAccount',
        account: { displayName: 'Alice', identifier: 'a***@example.com' },
      });
      expect((await page.post('account', { choice: 'other' })).json.data).toMatchObject({
        step: 'signIn',
        why: 'asked',
      });
      const answer = await page.signIn('bob');
      const { json } = await world.redeem(world.post, answer.location?.searchParams.get('code') ?? '');
      expect((await world.userInfo(json.access_token)).json.sub).not.toBe(world.alice.id);
      world.pass(5);
      const again = await opened({ prompt: 'select_account' }, browser);
      expect((await again.page.post('account', { choice: 'continue' })).json.data.step).toBe('leave');
    });

    test("an ID token of somebody else's gets nobody's tokens but theirs", async () => {
      const bob = await world.login(world.post, {}, await signedInAs('bob'));
      const { browser } = await world.login(world.post);
      world.pass(5);
      const hint = { id_token_hint: bob.tokens.id_token };
      const silent = await browser.go(world.request(world.post, { ...hint, prompt: 'none' }));
      expect(silent.location?.searchParams.get('error')).toBe('login_required');
      const { page } = await opened(hint, browser);
      expect(await page.view()).toMatchObject({ step: 'signIn', why: 'otherPerson' });
      const wrong = (await page.post('password', { account: 'alice', password: testPassword })).json.data;
      expect(wrong).toMatchObject({ step: 'signIn', why: 'otherPerson' });
      expect((await page.signIn('bob')).location?.searchParams.has('code')).toBe(true);
    });

    async function signedInAs(name: string) {
      const browser = world.browser();
      await browser.page(await browser.go(world.request(world.post))).signIn(name);
      return browser;
    }

    test('an application without SSO asks each time', async () => {
      const profile = { ...world.site.profile, ssoEnabledAt: null };
      const client = await world.addApplication({ ...world.post, id: 'client-alone', profile });
      const { browser } = await world.login(world.post);
      world.pass(5);
      expect((await (await opened({}, browser, client)).page.view()).step).toBe('signIn');
    });

    test('an address that any app could take is answered only after a look', async () => {
      const client = await world.addApplication({ ...world.spa, id: 'client-app', redirectUris: ['com.example:/cb'] });
      const { browser } = await world.login(world.post);
      world.pass(5);
      const given = { redirect_uri: 'com.example:/cb' };
      const silent = await browser.go(world.request(client, { ...given, prompt: 'none' }));
      expect(silent.location?.href).toMatch(/^com\.example:\/cb\?error=interaction_required/);
      const { page } = await opened(given, browser, client);
      expect((await page.view()).step).toBe('chooseAccount');
    });
  });

  describe('binding', () => {
    test('another browser can neither read nor take a step', async () => {
      const { page } = await opened();
      const stranger = world.browser().pageOf(page.id);
      const base = `/login/interactions/${page.id}`;
      expect((await world.browser().send('GET', base)).json.refusal).toBe('interaction_foreign');
      const { formToken } = await page.view();
      const body = { account: 'alice', password: testPassword };
      expect((await stranger.post('password', body, formToken)).json.refusal).toBe('interaction_foreign');
      expect((await world.browser().send('GET', `/oidc/auth/${page.id}`)).status).toBe(400);
    });

    test('a step needs the form token of whoever is signed in', async () => {
      const { browser } = await world.login(world.post);
      world.pass(5);
      const { page } = await opened({ prompt: 'consent' }, browser);
      const { formToken } = await page.view();
      // In another tab, somebody else signs in meanwhile.
      const tab = await opened({ prompt: 'login' }, browser);
      await tab.page.signIn('bob');
      expect((await page.post('consent', { allow: true }, formToken)).json.refusal).toBe('form_stale');
      expect((await page.post('consent', { allow: true }, '')).json.refusal).toBe('form_stale');
      expect(await page.view()).toMatchObject({ step: 'consent', account: { displayName: 'Bob' } });
    });

    test('pages of other origins are refused, and read nothing', async () => {
      const { browser, page } = await opened();
      const { formToken } = await page.view();
      const others: Record<string, string>[] = [{ origin: 'https://site.example' }, { 'sec-fetch-site': 'cross-site' }];
      for (const headers of others) {
        const reply = await browser.send('POST', `/login/interactions/${page.id}/cancel`, {
          body: {},
          headers: { ...headers, 'x-passbeam-form': formToken },
        });
        expect(reply.json.refusal).toBe('permission_denied');
        expect(reply.headers).not.toHaveProperty('access-control-allow-origin');
      }
      const preflight = await browser.send('OPTIONS', '/oidc/auth', {
        headers: { origin: 'https://site.example', 'access-control-request-method': 'GET' },
      });
      expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
    });

    test('each sign-in changes the cookie, and an old one is worth nothing', async () => {
      const { browser } = await world.login(world.post);
      const before = new Map(browser.jar);
      world.pass(5);
      await (await opened({ prompt: 'login' }, browser)).page.signIn();
      const name = [...browser.jar.keys()].find((key) => key.includes('_sso_')) ?? '';
      expect(name).toBe('__Host-passbeam_sso_pool1');
      expect(browser.jar.get(name)).not.toBe(before.get(name));
      const thief = world.browser();
      thief.jar.set(name, before.get(name) ?? '');
      const silent = await thief.go(world.request(world.post, { prompt: 'none' }));
      expect(silent.location?.searchParams.get('error')).toBe('login_required');
    });

    test('tabs do not overwrite each other, and a finished one answers the same for a minute', async () => {
      const browser = world.browser();
      const [one, two] = [await opened({ state: 'one' }, browser), await opened({ state: 'two' }, browser)];
      const second = await two.page.signIn();
      expect(second.location?.searchParams.get('state')).toBe('two');
      // The first tab finds the person signed in, and needs no password.
      expect((await one.page.view()).step).toBe('leave');
      const first = await one.page.leave();
      expect(first.location?.searchParams.get('state')).toBe('one');
      const reloaded = await one.page.leave();
      expect(reloaded.location?.href).toBe(first.location?.href);
      await world.redeem(world.post, first.location?.searchParams.get('code') ?? '');
      const back = await browser.send('GET', `/oidc/auth/${one.page.id}`);
      expect([back.status, back.location]).toEqual([400, null]);
      expect(back.text).toContain('This sign-in is over');
    });

    test.each(['none', 'a%20b', 'x'.repeat(300)])('one that is not there says where to begin: %s', async (id) => {
      const reply = await world.browser().send('GET', `/login/interactions/${id}`);
      expect(reply.json.refusal).toBe('interaction_not_found');
    });

    test('it is over after half an hour, and says where to begin', async () => {
      const { browser, page } = await opened();
      world.pass(1801);
      const base = `/login/interactions/${page.id}`;
      expect((await browser.send('GET', base)).json.refusal).toBe('interaction_not_found');
    });

    test('a lost reply of the sign-in loses no login: its cookie is set again', async () => {
      const { browser, page } = await opened();
      const before = new Map(browser.jar);
      await page.post('password', { account: 'alice', password: testPassword });
      browser.jar.clear();
      for (const [name, value] of before) browser.jar.set(name, value);
      expect((await page.view()).step).toBe('leave');
      expect([...browser.jar.keys()].some((name) => name.includes('_sso_'))).toBe(true);
    });
  });
});
