import { AuthenticationClient } from '@passbeam/sdk';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildApp } from './app.ts';
import { createLogin } from './login.ts';
import { createLoginSessions } from './login-sessions.ts';

const passbeamUrl = 'http://passbeam.test';
const appId = '0123456789abcdef01234567';
const origin = 'http://demo.test';

let keys: Awaited<ReturnType<typeof generateKeyPair>>;
let now: number;
/** The tickets the passbeam server would redeem, each for its code. */
let tickets: Map<string, { qrcodeId: string; claims?: object }>;
let exchanged: { ticket: string; poll_secret?: string; client_secret: string }[];
let app: ReturnType<typeof buildApp>;

beforeAll(async () => {
  keys = await generateKeyPair('RS256');
});

beforeEach(() => {
  now = Date.now();
  tickets = new Map([['ticket-1', { qrcodeId: 'code-1' }]]);
  exchanged = [];
  let ids = 0;
  const login = createLogin({
    sessions: createLoginSessions({ now: () => now, randomId: () => `cookie-${++ids}` }),
    passbeam: new AuthenticationClient({ host: passbeamUrl, appId, appSecret: 'site-secret', fetch: wire }),
    passbeamUrl,
    now: () => now,
  });
  const pages = {
    passbeamUrl,
    siteApplicationId: appId,
    phoneApplicationId: 'phone',
    userPoolId: 'pool',
    drawnAccount: 'alice',
  };
  app = buildApp({ login, pages, pagesFolder: null });
});

/** The passbeam server's end of the wire, for the real SDK. */
async function wire(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (String(input).endsWith('/oidc/.well-known/jwks.json')) {
    return Response.json({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] });
  }
  const body = JSON.parse(String(init?.body));
  exchanged.push(body);
  const known = tickets.get(body.ticket);
  if (!known) return Response.json({ statusCode: 400, apiCode: 2300, message: 'used', requestId: 'r' });
  tickets.delete(body.ticket);
  const claims = { nickname: 'Alice', username: 'alice', amr: ['qr'], ...known.claims };
  const id_token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
    .setSubject('user-1')
    .setIssuer(`${passbeamUrl}/oidc`)
    .setAudience((known.claims as { aud?: string })?.aud ?? appId)
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(keys.privateKey);
  const data = { id_token, token_type: 'Bearer', expire_in: 7200, expires_in: 7200, qrcodeId: known.qrcodeId };
  return Response.json({ statusCode: 200, message: 'ok', requestId: 'r', data });
}

/** A browser on the page: sends what a browser sends, and keeps its cookie. */
function openBrowser(cookie = '') {
  const browser = {
    cookie,
    async post(url: string, payload: object, headers: Record<string, string> = {}) {
      const response = await app.inject({
        method: 'POST',
        url,
        headers: { host: 'demo.test', origin, 'content-type': 'application/json', cookie: browser.cookie, ...headers },
        payload: JSON.stringify(payload),
      });
      const [set] = response.cookies;
      if (set) browser.cookie = `${set.name}=${set.value}`;
      return response;
    },
    async whoAmI() {
      const response = await app.inject({ method: 'GET', url: '/session', headers: { cookie: browser.cookie } });
      return response.json().user;
    },
  };
  return browser;
}

describe('login with a ticket', () => {
  it('logs in the browser that showed the code, as the person in the ID token', async () => {
    const browser = openBrowser();
    expect((await browser.post('/login/code', { qrcodeId: 'code-1' })).statusCode).toBe(204);
    const response = await browser.post('/login', { ticket: 'ticket-1', qrcodeId: 'code-1', pollSecret: 'secret-1' });
    expect(response.statusCode).toBe(200);
    expect(await browser.whoAmI()).toEqual({
      userId: 'user-1',
      displayName: 'Alice',
      username: 'alice',
      photo: null,
      methods: ['qr'],
      signedInAt: now,
    });
    expect(exchanged[0]).toMatchObject({
      ticket: 'ticket-1',
      poll_secret: 'secret-1',
      client_id: appId,
      client_secret: 'site-secret',
    });
    expect(response.body).not.toContain('ticket-1');
  });

  it('starts a new session id, and the one from before the login is worth nothing', async () => {
    const browser = openBrowser();
    await browser.post('/login/code', { qrcodeId: 'code-1' });
    const before = browser.cookie;
    await browser.post('/login', { ticket: 'ticket-1', qrcodeId: 'code-1' });
    expect(browser.cookie).not.toBe(before);
    expect(await openBrowser(before).whoAmI()).toBeNull();
    tickets.set('ticket-again', { qrcodeId: 'code-1' });
    const replayed = await openBrowser(before).post('/login', { ticket: 'ticket-again', qrcodeId: 'code-1' });
    expect(replayed.statusCode).toBe(403);
  });

  it('does not take over a session id somebody planted', async () => {
    const browser = openBrowser('demo_site_session=planted');
    await browser.post('/login/code', { qrcodeId: 'code-1' });
    expect(browser.cookie).not.toContain('planted');
  });

  it('keeps the cookie from scripts and from other sites', async () => {
    const [cookie] = (await openBrowser().post('/login/code', { qrcodeId: 'code-1' })).cookies;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
  });

  it('ends at sign-out', async () => {
    const browser = openBrowser();
    await browser.post('/login/code', { qrcodeId: 'code-1' });
    await browser.post('/login', { ticket: 'ticket-1', qrcodeId: 'code-1' });
    const cookie = browser.cookie;
    await browser.post('/logout', {});
    expect(await openBrowser(cookie).whoAmI()).toBeNull();
  });

  it('ends after eight hours', async () => {
    const browser = openBrowser();
    await browser.post('/login/code', { qrcodeId: 'code-1' });
    await browser.post('/login', { ticket: 'ticket-1', qrcodeId: 'code-1' });
    now += 8 * 3_600_000;
    expect(await browser.whoAmI()).toBeNull();
  });
});

describe('refusals', () => {
  it('refuses a ticket from another browser, and leaves it to the browser that owns it', async () => {
    const owner = openBrowser();
    await owner.post('/login/code', { qrcodeId: 'code-1' });
    const thief = openBrowser();
    await thief.post('/login/code', { qrcodeId: 'code-2' });

    const refused = await thief.post('/login', { ticket: 'ticket-1', qrcodeId: 'code-1' });
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toEqual({ error: 'code_of_another_browser' });
    expect(exchanged).toEqual([]);
    expect(await thief.whoAmI()).toBeNull();
    expect((await owner.post('/login', { ticket: 'ticket-1', qrcodeId: 'code-1' })).statusCode).toBe(200);
  });

  it('refuses to let a second browser register the same code', async () => {
    await openBrowser().post('/login/code', { qrcodeId: 'code-1' });
    const thief = openBrowser();
    expect((await thief.post('/login/code', { qrcodeId: 'code-1' })).statusCode).toBe(403);
    expect((await thief.post('/login', { ticket: 'ticket-1', qrcodeId: 'code-1' })).statusCode).toBe(403);
  });

  it('refuses a ticket passed off as one of its own codes', async () => {
    const thief = openBrowser();
    await thief.post('/login/code', { qrcodeId: 'code-2' });
    const refused = await thief.post('/login', { ticket: 'ticket-1', qrcodeId: 'code-2' });
    expect(refused.json()).toEqual({ error: 'code_of_another_browser' });
    expect(await thief.whoAmI()).toBeNull();
  });

  it('refuses a browser without any session', async () => {
    const refused = await openBrowser().post('/login', { ticket: 'ticket-1', qrcodeId: 'code-1' });
    expect(refused.statusCode).toBe(403);
    expect(exchanged).toEqual([]);
  });

  it('refuses a used ticket and says so', async () => {
    const browser = openBrowser();
    await browser.post('/login/code', { qrcodeId: 'code-9' });
    const refused = await browser.post('/login', { ticket: 'unknown', qrcodeId: 'code-9' });
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toEqual({ error: 'ticket_refused' });
  });

  it('refuses an ID token made for another application', async () => {
    tickets.set('ticket-2', { qrcodeId: 'code-2', claims: { aud: 'another-application' } });
    const browser = openBrowser();
    await browser.post('/login/code', { qrcodeId: 'code-2' });
    const refused = await browser.post('/login', { ticket: 'ticket-2', qrcodeId: 'code-2' });
    expect(refused.statusCode).toBe(502);
    expect(await browser.whoAmI()).toBeNull();
  });

  it.each(['/login/code', '/login', '/logout'])('refuses %s from a page of another site', async (url) => {
    const payload = { ticket: 'ticket-1', qrcodeId: 'code-1' };
    for (const headers of [{ origin: 'http://evil.test' }, { origin: 'null' }, { origin: '' }]) {
      const refused = await openBrowser().post(url, payload, headers);
      expect(refused.statusCode).toBe(403);
      expect(refused.json()).toEqual({ error: 'wrong_origin' });
    }
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded'])('refuses a body sent as %s', async (type) => {
    const refused = await openBrowser().post('/login/code', { qrcodeId: 'code-1' }, { 'content-type': type });
    expect(refused.statusCode).toBe(415);
  });

  it('never changes anything by GET', async () => {
    for (const url of ['/login', '/login/code', '/logout']) {
      expect((await app.inject({ method: 'GET', url })).statusCode).toBe(404);
    }
  });

  it.each([
    [{ qrcodeId: 'code-1' }],
    [{ ticket: '', qrcodeId: 'code-1' }],
    [{ ticket: 't', qrcodeId: '<script>' }],
    [{ ticket: ['t'], qrcodeId: 'code-1' }],
  ])('refuses a malformed body %j', async (payload) => {
    expect((await openBrowser().post('/login', payload)).statusCode).toBe(400);
  });
});

describe('what the pages may do', () => {
  it('shows pictures of https addresses and of the passbeam server only', async () => {
    for (const [picture, shown] of [
      ['javascript:alert(1)', null],
      ['data:image/svg+xml,x', null],
      ['http://elsewhere.test/a.png', null],
      ['https://elsewhere.test/a.png', 'https://elsewhere.test/a.png'],
      [`${passbeamUrl}/avatars/default.png`, `${passbeamUrl}/avatars/default.png`],
    ]) {
      tickets.set('ticket-3', { qrcodeId: 'code-3', claims: { picture } });
      const browser = openBrowser();
      await browser.post('/login/code', { qrcodeId: 'code-3' });
      const { user } = (await browser.post('/login', { ticket: 'ticket-3', qrcodeId: 'code-3' })).json();
      expect(user.photo).toBe(shown);
    }
  });

  it('allows scripts of its own only, no frames, no referrer; a camera on the phone alone', async () => {
    const site = (await app.inject('/session')).headers;
    expect(site['content-security-policy']).toContain("script-src 'self';");
    expect(site['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(site['content-security-policy']).toContain(`connect-src 'self' ${passbeamUrl};`);
    expect(site['referrer-policy']).toBe('no-referrer');
    expect(site['permissions-policy']).toContain('camera=()');
    const phone = (await app.inject('/phone/settings')).headers;
    expect(phone['permissions-policy']).toContain('camera=(self)');
  });

  it('never tells the pages the application’s secret', async () => {
    for (const url of ['/session', '/phone/settings']) {
      const { body } = await app.inject(url);
      expect(body).not.toContain('site-secret');
    }
  });

  it('shows people who lost their way a page, and programs a word', async () => {
    const page = await app.inject({ url: '/nowhere', headers: { accept: 'text/html,*/*' } });
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('href="/phone"');
    expect((await app.inject('/nowhere')).json()).toEqual({ error: 'not_found' });
  });
});
