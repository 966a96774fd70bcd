import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ApacheServer, isApacheMissing, startApache } from '@passbeam/workshop/apache';
import { freePort } from '@passbeam/workshop/free-port';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { createBrowser } from './world.fixture.ts';

/** Debian's Apache with mod_auth_openidc, in front of a page for people who signed in. */
describe.skipIf(isApacheMissing())('mod_auth_openidc', () => {
  let passbeam: TestPassbeam;
  let base: string;
  let apache: ApacheServer;
  let phone: string;
  beforeAll(async () => {
    const [port, apachePort] = [await freePort(), await freePort()];
    base = `http://127.0.0.1:${port}`;
    passbeam = await openTestPassbeam({ PUBLIC_URL: base, RATE_LIMITS: 'off', OUTBOUND_ALLOW: '127.0.0.1' });
    // Apache's clock is the machine's.
    passbeam.pass((Date.now() - passbeam.clock.now()) / 1000);
    await passbeam.addUser({ username: 'dora', nickname: 'Dora', email: 'dora@example.com', emailVerified: true });
    phone = await passbeam.signIn('dora');
    const site = `http://127.0.0.1:${apachePort}`;
    const client = await passbeam.addApplication({
      id: 'apache',
      kind: 'relyingParty',
      approvesScans: false,
      secret: 'secret_of-apache~with+signs/that=are&encoded',
      tokenEndpointAuthMethod: 'client_secret_basic',
      redirectUris: [`${site}/protected/callback`],
      logoutRedirectUris: [`${site}/index.html`],
      backchannelLogoutUri: `${site}/protected/callback?logout=backchannel`,
      profile: { ...passbeam.site.profile, ssoEnabledAt: 1 },
    });
    await passbeam.app.listen({ port, host: '127.0.0.1' });
    apache = await startApache(apachePort, [
      `OIDCProviderMetadataURL ${base}/oidc/.well-known/openid-configuration`,
      `OIDCClientID ${client.id}`,
      `OIDCClientSecret "${client.secret}"`,
      `OIDCRedirectURI ${site}/protected/callback`,
      'OIDCCryptoPassphrase a-passphrase-of-this-test',
      'OIDCScope "openid profile email"',
      'OIDCPKCEMethod S256',
      'OIDCInfoHook userinfo id_token',
      '<Location /protected>',
      '  AuthType openid-connect',
      '  Require valid-user',
      '</Location>',
    ]);
  });
  afterAll(async () => {
    await apache?.stop();
    await passbeam?.close();
  });

  /** What the browser keeps of Apache. */
  const jar = new Map<string, string>();
  async function visit(url: string) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    // As a browser goes to a page; fetch would say that a script asks.
    const request = get(url, { headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate', cookie } });
    const [reply] = (await once(request, 'response')) as [IncomingMessage];
    for (const set of reply.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return { status: reply.statusCode, location: reply.headers.location ?? '', text: await text(reply) };
  }

  /** Somebody scans, and is let in. */
  async function comeIn() {
    const browser = createBrowser(passbeam.app, 'Browser/1', base);
    const asked = await visit(`${apache.url}/protected/`);
    expect(asked.location, `${asked.status} ${apache.lines().join('\n')}`).toMatch(`${base}/oidc/auth?`);
    const page = browser.page(await browser.go(asked.location));
    const { qrcodeId } = (await page.post('qrcode')).json.data;
    for (const action of ['SCAN', 'CONFIRM']) {
      await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token: phone, body: { qrcodeId, action } });
    }
    const { step } = (await page.post('continue')).json.data;
    if (step === 'consent') await page.post('consent', { allow: true });
    const answer = await page.leave();
    const back = await visit(answer.location?.href ?? '');
    expect(back, apache.lines().join('\n')).toMatchObject({ status: 302, location: `${apache.url}/protected/` });
    expect(await visit(back.location)).toMatchObject({ status: 200, text: 'for people who signed in' });
    return browser;
  }

  it('lets somebody in who scanned, knows who they are, and signs them out', async () => {
    const browser = await comeIn();
    const info = JSON.parse((await visit(`${apache.url}/protected/callback?info=json`)).text);
    expect(info.userinfo).toMatchObject({ nickname: 'Dora', email: 'dora@example.com', email_verified: true });
    expect(info.id_token.amr).toEqual(['qr']);

    const bye = encodeURIComponent(`${apache.url}/index.html`);
    const leaving = await visit(`${apache.url}/protected/callback?logout=${bye}`);
    expect(leaving.location).toMatch(`${base}/oidc/session/end?`);
    expect((await browser.go(leaving.location)).location?.href).toBe(`${apache.url}/index.html`);
    expect((await visit(`${apache.url}/protected/`)).location).toMatch(`${base}/oidc/auth?`);
  });

  it('is told that the login ended elsewhere, and lets that browser in no longer', async () => {
    await comeIn();
    const consents = { app: null, token: phone, body: { appId: 'apache' } };
    expect((await passbeam.v3('POST', 'withdraw-my-consent', consents)).body.data).toMatchObject({ ended: 1 });
    await passbeam.logoutDelivery.deliver();
    await passbeam.logoutDelivery.settle();
    expect(await passbeam.stores.logoutNotices.due(1e15, { limit: 1, notOf: [] }), apache.lines().join('\n')).toEqual(
      [],
    );
    expect((await visit(`${apache.url}/protected/`)).location).toMatch(`${base}/oidc/auth?`);
  });
});
