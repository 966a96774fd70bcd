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
/** The tickets that the passbeam server would exchange, each with the state that its QR code was made with. */
let tickets: Map<string, { state: string | null; claims?: object }>;
let exchanged: { ticket: string; state?: string; poll_secret?: string; client_secret: string }[];
let app: ReturnType<typeof buildApp>;

beforeAll(async () => {
  keys = await generateKeyPair('RS256');
});

beforeEach(() => {
  now = Date.now();
  tickets = new Map();
  exchanged = [];
  let ids = 0;
  const login = createLogin({
    loginSessions: createLoginSessions({ now: () => now, randomId: () => `cookie-${++ids}` }),
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
  app = buildApp({ login, pages, company: null, pagesFolder: null });
});

/** Answers the real SDK in place of the passbeam server. */
async function wire(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  if (String(input).endsWith('/oidc/.well-known/jwks.json')) {
    return Response.json({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }] });
  }
  const body = JSON.parse(String(init?.body));
  exchanged.push(body);
  const known = tickets.get(body.ticket);
  if (!known) return Response.json({ statusCode: 400, apiCode: 2300, message: 'used', requestId: 'r' });
  if (body.state !== undefined && body.state !== known.state)
    return Response.json({ statusCode: 403, apiCode: 2300, message: 'another state', requestId: 'r' });
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
  const data = { id_token, token_type: 'Bearer', expire_in: 7200, expires_in: 7200, state: known.state };
  return Response.json({ statusCode: 200, message: 'ok', requestId: 'r', data });
}

/** A browser on the site: it sends the headers of a browser and keeps cookies. */
function openBrowser(cookies: Record<string, string> = {}) {
  const browser = {
    cookies,
    async ask(method: 'GET' | 'POST', url: string, payload?: object, headers: Record<string, string> = {}) {
      const cookie = Object.entries(browser.cookies).map(([name, value]) => `${name}=${value}`);
      const response = await app.inject({
        method,
        url,
        headers: {
          host: 'demo.test',
          cookie: cookie.join('; '),
          ...(method === 'POST' && { origin, 'content-type': 'application/json' }),
          ...headers,
        },
        ...(payload && { payload: JSON.stringify(payload) }),
      });
      for (const { name, value } of response.cookies) browser.cookies = { ...browser.cookies, [name]: value };
      return response;
    },
    post: (url: string, payload: object, headers?: Record<string, string>) =>
      browser.ask('POST', url, payload, headers),
    /** Opens the login page; resolves to the state with which the widget makes its codes. */
    async begin(): Promise<string> {
      return (await browser.ask('GET', '/session')).json().state;
    },
    async whoAmI() {
      return (await browser.ask('GET', '/session')).json().user;
    },
  };
  return browser;
}

/** A browser on the login page, whose code somebody confirmed. */
async function confirmedIn(ticket: string, claims?: object) {
  const browser = openBrowser();
  tickets.set(ticket, { state: await browser.begin(), claims });
  return browser;
}

describe('login with a ticket', () => {
  it('logs in the browser that began the login, as the person in the ID token', async () => {
    const browser = await confirmedIn('ticket-1');
    const response = await browser.post('/login', { ticket: 'ticket-1', pollSecret: 'secret-1' });
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

  it('has one state for all tabs of a browser, and a new one for the next login and for each other browser', async () => {
    const browser = await confirmedIn('ticket-1');
    const state = await browser.begin();
    expect(state).toMatch(/^[\w-]{43}$/);
    expect(await browser.begin()).toBe(state);
    expect(await openBrowser().begin()).not.toBe(state);
    await browser.post('/login', { ticket: 'ticket-1' });
    await browser.post('/logout', {});
    expect(await browser.begin()).not.toBe(state);
  });

  it('starts a new session id, and no longer accepts the one from before the login', async () => {
    const browser = await confirmedIn('ticket-1');
    await browser.post('/login', { ticket: 'ticket-1' });
    const before = browser.cookies;
    const state = 'a login begun in another tab';
    browser.cookies = { ...before, demo_site_state: state };
    tickets.set('ticket-2', { state });
    expect((await browser.post('/login', { ticket: 'ticket-2' })).statusCode).toBe(200);
    expect(browser.cookies.demo_site_session).not.toBe(before.demo_site_session);
    expect(await openBrowser(before).whoAmI()).toBeNull();
  });

  it('does not take over a session id that somebody planted', async () => {
    const browser = await confirmedIn('ticket-1');
    browser.cookies = { ...browser.cookies, demo_site_session: 'planted' };
    await browser.post('/login', { ticket: 'ticket-1' });
    expect(browser.cookies.demo_site_session).not.toContain('planted');
  });

  it('keeps the cookies from scripts and from other sites', async () => {
    const browser = openBrowser();
    const begun = await browser.ask('GET', '/session');
    tickets.set('ticket-1', { state: begun.json().state });
    const { cookies } = await browser.post('/login', { ticket: 'ticket-1' });
    const session = cookies.find(({ name }) => name === 'demo_site_session');
    for (const cookie of [begun.cookies[0], session]) {
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    }
  });

  it('ends at sign-out', async () => {
    const browser = await confirmedIn('ticket-1');
    await browser.post('/login', { ticket: 'ticket-1' });
    const { cookies } = browser;
    await browser.post('/logout', {});
    expect(await openBrowser(cookies).whoAmI()).toBeNull();
  });

  it('ends after eight hours', async () => {
    const browser = await confirmedIn('ticket-1');
    await browser.post('/login', { ticket: 'ticket-1' });
    now += 8 * 3_600_000;
    expect(await browser.whoAmI()).toBeNull();
  });
});

describe('refusals', () => {
  it('refuses a ticket of another browser’s login, which stays good for that browser', async () => {
    const owner = await confirmedIn('ticket-1');
    const thief = openBrowser();
    await thief.begin();

    const refused = await thief.post('/login', { ticket: 'ticket-1' });
    expect(refused.statusCode).toBe(403);
    expect(refused.json()).toEqual({ error: 'code_of_another_browser' });
    expect(await thief.whoAmI()).toBeNull();
    expect((await owner.post('/login', { ticket: 'ticket-1' })).statusCode).toBe(200);
  });

  it('refuses a ticket whose code was made without a state', async () => {
    const browser = openBrowser();
    await browser.begin();
    tickets.set('planted', { state: null });
    const refused = await browser.post('/login', { ticket: 'planted' });
    expect(refused.json()).toEqual({ error: 'code_of_another_browser' });
    expect(await browser.whoAmI()).toBeNull();
  });

  it.each([{}, { demo_site_state: '' }])('refuses a browser that began no login: %j', async (cookies) => {
    tickets.set('ticket-1', { state: null });
    const refused = await openBrowser(cookies as Record<string, string>).post('/login', { ticket: 'ticket-1' });
    expect(refused.statusCode).toBe(403);
    expect(exchanged).toEqual([]);
  });

  it('refuses a used ticket, and says that it is used', async () => {
    const browser = openBrowser();
    await browser.begin();
    const refused = await browser.post('/login', { ticket: 'unknown' });
    expect(refused.statusCode).toBe(400);
    expect(refused.json()).toEqual({ error: 'ticket_refused' });
  });

  it('refuses an ID token made for another application', async () => {
    const browser = await confirmedIn('ticket-2', { aud: 'another-application' });
    const refused = await browser.post('/login', { ticket: 'ticket-2' });
    expect(refused.statusCode).toBe(502);
    expect(await browser.whoAmI()).toBeNull();
  });

  it.each(['/login', '/logout'])('refuses %s from a page of another site', async (url) => {
    for (const headers of [{ origin: 'http://evil.test' }, { origin: 'null' }, { origin: '' }]) {
      const refused = await openBrowser().post(url, { ticket: 'ticket-1' }, headers);
      expect(refused.statusCode).toBe(403);
      expect(refused.json()).toEqual({ error: 'wrong_origin' });
    }
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded'])('refuses a body sent as %s', async (type) => {
    const refused = await openBrowser().post('/login', { ticket: 'ticket-1' }, { 'content-type': type });
    expect(refused.statusCode).toBe(415);
  });

  it('never logs anybody in or out by GET', async () => {
    for (const url of ['/login', '/logout']) {
      expect((await app.inject({ method: 'GET', url })).statusCode).toBe(404);
    }
  });

  it.each([[{}], [{ ticket: '' }], [{ ticket: 't', pollSecret: '<script>' }], [{ ticket: ['t'] }]])(
    'refuses a malformed body %j',
    async (payload) => {
      expect((await openBrowser().post('/login', payload)).statusCode).toBe(400);
    },
  );
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
      const browser = await confirmedIn('ticket-3', { picture });
      const { user } = (await browser.post('/login', { ticket: 'ticket-3' })).json();
      expect(user.photo).toBe(shown);
    }
  });

  it('allows only the site’s own scripts, no frames, no referrer, and the camera only on the phone', async () => {
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

  it('answers unknown addresses with a page for people and JSON for programs', async () => {
    const page = await app.inject({ url: '/nowhere', headers: { accept: 'text/html,*/*' } });
    expect([page.statusCode, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    expect(page.body).toContain('href="/phone"');
    expect((await app.inject('/nowhere')).json()).toEqual({ error: 'not_found' });
  });
});
