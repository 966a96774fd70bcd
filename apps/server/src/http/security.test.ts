import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newEvent } from '../core/audit/event.ts';
import type { Application } from '../core/directory/application.ts';
import { createQrActions } from '../core/qr/act.ts';
import { createQrCreation } from '../core/qr/create.ts';
import { createQuota, type QuotaLimits } from '../core/qr/quota.ts';
import { loggerOptions } from '../process/logging.ts';
import { aNewQrSession, anEvent } from '../stores/conformance/builders.ts';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../testing.ts';
import { networkOf } from './limits/address.ts';

/** Attacks that involve more than one route, over every alias (threats T41). */
const aliases = [
  ['get-qrcode-status', 'set-qrcode-status'],
  ['check-qrcode-status', 'change-qrcode-status'],
] as const;

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
});
afterEach(() => passbeam.close());

async function create(application: Application = passbeam.site, headers: Record<string, string> = {}): Promise<string> {
  const { body } = await passbeam.v3('POST', 'gene-qrcode', {
    app: application.id,
    body: { type: 'MOBILE_APP' },
    headers,
  });
  return body.data.qrcodeId;
}

async function poll(path: string, qrcodeId: string, headers: Record<string, string> = {}) {
  return (await passbeam.v3('GET', path, { query: { qrcodeId }, headers })).body;
}

async function move(path: string, qrcodeId: string, action: string, token: string, app = 'phone') {
  return (await passbeam.v3('POST', path, { app, token, body: { qrcodeId, action } })).body;
}

async function exchange(application: Application, ticket: string) {
  const { body } = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
    app: application.id,
    body: { ticket, client_id: application.id, client_secret: application.secret },
  });
  return body;
}

async function confirmed(token: string, application: Application = passbeam.site) {
  const qrcodeId = await create(application);
  for (const action of ['SCAN', 'CONFIRM'] as const) {
    expect(await move('set-qrcode-status', qrcodeId, action, token)).toMatchObject({ statusCode: 200 });
  }
  const { data } = await poll('get-qrcode-status', qrcodeId);
  return { qrcodeId, ticket: data.ticket as string };
}

async function setStatus(status: 'Suspended' | 'Archived' | 'Resigned' | 'Deactivated'): Promise<void> {
  const user = await passbeam.stores.users.find(passbeam.alice.id);
  if (!user) throw new Error('alice is gone');
  await passbeam.stores.users.update({ ...user, status, version: user.version + 1 }, null);
}

const form = (url: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  passbeam.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  });

describe('two pools with three applications each (threats T12)', () => {
  async function openSecondPool() {
    await passbeam.addPool('pool2');
    const { site, phoneApp } = passbeam;
    const shop = await passbeam.addApplication({ id: 'shop', tokenEndpointAuthMethod: 'client_secret_basic' });
    const site2 = await passbeam.addApplication({ id: 'site2', userPoolId: 'pool2' });
    const shop2 = await passbeam.addApplication({ id: 'shop2', userPoolId: 'pool2' });
    const phone2 = await passbeam.addApplication({
      id: 'phone2',
      userPoolId: 'pool2',
      tokenEndpointAuthMethod: 'none',
    });
    await passbeam.addUser({ username: 'mallory', userPoolId: 'pool2' });
    return { home: [site, shop, phoneApp], away: [site2, shop2, phone2], phone2 };
  }

  it('a ticket is worth something to the application of its code alone, and lasts through the others’ attempts', async () => {
    const { home, away } = await openSecondPool();
    const token = await passbeam.signIn();
    const everybody = [...home, ...away];
    for (const owner of home) {
      for (const thief of everybody.filter(({ id }) => id !== owner.id)) {
        const { ticket, qrcodeId } = await confirmed(token, owner);
        expect(await exchange(thief, ticket), `${thief.id} with a ticket of ${owner.id}`).toMatchObject({
          statusCode: 400,
          apiCode: 2300,
        });
        expect(await exchange(owner, ticket)).toMatchObject({ statusCode: 200, data: { qrcodeId } });
      }
    }
  });

  it.each(aliases)(
    '%s, %s: a phone of one pool moves no code of the other, whatever the headers say',
    async (statusPath, changePath) => {
      const { home, away, phone2 } = await openSecondPool();
      const mallory = await passbeam.signIn('mallory', phone2);
      for (const owner of home) {
        const qrcodeId = await create(owner);
        for (const named of [...home, ...away]) {
          expect(await move(changePath, qrcodeId, 'SCAN', mallory, named.id)).toMatchObject({
            statusCode: 403,
            apiCode: 2036,
          });
        }
        expect((await poll(statusPath, qrcodeId)).data.status).toBe('PENDING');
      }
    },
  );
});

it('headers that name another user pool than the credentials’ contradict them (threats T12)', async () => {
  await passbeam.addPool('pool2');
  const { id, secret } = passbeam.site;
  const headers = { 'x-authing-userpool-id': 'pool2' };
  const { body } = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
    app: null,
    headers,
    body: { ticket: 'tk', client_id: id, client_secret: secret },
  });
  expect(body).toMatchObject({ statusCode: 400, apiCode: 2231 });
  const reply = await form(
    '/oidc/token',
    { grant_type: 'client_credentials', client_id: id, client_secret: secret },
    headers,
  );
  expect(reply.statusCode).toBe(400);
});

describe('kinds of secrets (threats T17, T20)', () => {
  /** One of every kind there is, each alive. */
  async function everyKind() {
    const web = { client_id: 'site', client_secret: passbeam.site.secret };
    const login = (
      await form('/oidc/token', {
        grant_type: 'password',
        username: 'alice',
        password: testPassword,
        scope: 'openid offline_access',
        ...web,
      })
    ).json();
    const machine = (await form('/oidc/token', { grant_type: 'client_credentials', ...web })).json();
    const phone = await passbeam.signIn();
    const { ticket, qrcodeId } = await confirmed(phone);
    const created = await passbeam.v3('POST', 'gene-qrcode', {
      body: { type: 'MOBILE_APP' },
      headers: { origin: 'https://site.example' },
    });
    return {
      accessToken: login.access_token as string,
      idToken: login.id_token as string,
      refreshToken: login.refresh_token as string,
      machineToken: machine.access_token as string,
      ticket,
      qrcodeId,
      imageToken: /\/qr\/(.+)\.png$/.exec(created.body.data.url)?.[1] ?? '',
      cookie: /passbeam_poll=([^;]+)/.exec(String(created.headers['set-cookie']))?.[1] ?? '',
      appSecret: passbeam.site.secret,
      poolSecret: passbeam.pool.secret,
    };
  }
  type Kinds = Awaited<ReturnType<typeof everyKind>>;

  const others = (kinds: Kinds, ...own: (keyof Kinds)[]) =>
    Object.entries(kinds).filter(([kind, value]) => value !== '' && !own.some((name) => name === kind));

  it('only an access token of a person speaks for a person', async () => {
    const kinds = await everyKind();
    expect(Object.values(kinds)).not.toContain('');
    const qrcodeId = await create();
    for (const [kind, value] of others(kinds, 'accessToken')) {
      for (const token of [value, `Bearer ${value}`]) {
        for (const [, changePath] of aliases) {
          expect(await move(changePath, qrcodeId, 'SCAN', token), `${kind} at ${changePath}`).toMatchObject({
            statusCode: 401,
          });
        }
        for (const [path, body] of [
          ['update-profile', { nickname: 'x' }],
          ['update-password', { oldPassword: testPassword, newPassword: 'a different horse battery' }],
        ] as const) {
          expect((await passbeam.v3('POST', path, { token, body })).body, `${kind} at ${path}`).toMatchObject({
            statusCode: 401,
          });
        }
        expect((await passbeam.v3('GET', 'get-profile', { token })).body, kind).toMatchObject({ statusCode: 401 });
        const me = await passbeam.app.inject({ url: '/oidc/me', headers: { authorization: token } });
        expect(me.statusCode, `${kind} at /oidc/me`).toBe(401);
      }
    }
    expect((await poll('get-qrcode-status', qrcodeId)).data.status).toBe('PENDING');
  });

  it('only a refresh token refreshes, and what is presented stays good for its own use', async () => {
    const kinds = await everyKind();
    const web = { client_id: 'site', client_secret: kinds.appSecret };
    for (const [kind, value] of others(kinds, 'refreshToken')) {
      const reply = await form('/oidc/token', { grant_type: 'refresh_token', refresh_token: value, ...web });
      expect(reply.json().error, kind).toBe('invalid_grant');
    }
    const reply = await form('/oidc/token', { grant_type: 'refresh_token', refresh_token: kinds.refreshToken, ...web });
    expect(reply.statusCode).toBe(200);
  });

  it('only a ticket is exchanged, and trying the rest consumes nothing', async () => {
    const kinds = await everyKind();
    for (const [kind, value] of others(kinds, 'ticket')) {
      // The schema refuses texts longer than any ticket, the look-up all others.
      expect(await exchange(passbeam.site, value), kind).toMatchObject({ statusCode: 400 });
    }
    expect(await exchange(passbeam.site, kinds.ticket)).toMatchObject({ statusCode: 200 });
  });

  it('only a code id is polled, and only an image token is drawn', async () => {
    const kinds = await everyKind();
    for (const [kind, value] of others(kinds, 'qrcodeId')) {
      for (const [statusPath] of aliases) {
        expect([400, 404], kind).toContain((await poll(statusPath, value)).statusCode);
      }
    }
    for (const [kind, value] of others(kinds, 'imageToken')) {
      const url = `/qr/${encodeURIComponent(value)}.png`;
      expect((await passbeam.app.inject(url)).json(), kind).toMatchObject({ statusCode: 404 });
    }
    expect((await passbeam.app.inject(`/qr/${kinds.imageToken}.png`)).statusCode).toBe(200);
  });

  it('only tokens are live to introspection, and only an ID token is a hint at logout', async () => {
    const kinds = await everyKind();
    const web = { client_id: 'site', client_secret: kinds.appSecret };
    for (const [kind, value] of others(kinds, 'accessToken', 'refreshToken', 'machineToken')) {
      expect((await form('/oidc/token/introspection', { token: value, ...web })).json(), kind).toEqual({
        active: false,
      });
    }
    for (const [kind, value] of others(kinds, 'idToken')) {
      const reply = await passbeam.app.inject({ url: '/oidc/session/end', query: { id_token_hint: value } });
      expect(reply.statusCode, kind).toBe(400);
    }
    expect((await passbeam.v3('GET', 'get-profile', { token: kinds.accessToken })).body.statusCode).toBe(200);
  });
});

describe('authority that goes between steps (threats T18)', () => {
  type Loss = [name: string, lose: (token: string) => unknown];
  const changePassword = async (token: string) => {
    const { body } = await passbeam.v3('POST', 'update-password', {
      token,
      body: { oldPassword: testPassword, newPassword: 'a different horse battery' },
    });
    expect(body.statusCode).toBe(200);
  };
  const losses: Loss[] = [
    ['the person is suspended', () => setStatus('Suspended')],
    ['the person is deactivated', () => setStatus('Deactivated')],
    ['the person is archived', () => setStatus('Archived')],
    ['the phone signs out', (token) => form('/oidc/token/revocation', { token, client_id: 'phone' })],
    [
      'every login of the person ends',
      () =>
        passbeam.stores.loginSessions.revokeAll(
          passbeam.alice.id,
          passbeam.clock.now(),
          newEvent(passbeam.secrets, 'session.revoked', null),
        ),
    ],
    ['the password is changed on the phone', changePassword],
    ['the password is changed elsewhere', async () => changePassword(await passbeam.signIn())],
    ['the phone’s application is disabled', () => passbeam.addApplication({ ...passbeam.phoneApp, enabled: false })],
    [
      'the phone’s application may approve no more',
      () => passbeam.addApplication({ ...passbeam.phoneApp, approvesScans: false }),
    ],
    ['the site’s application is disabled', () => passbeam.addApplication({ ...passbeam.site, enabled: false })],
  ];
  const cases = aliases.flatMap(([, changePath]) => losses.map(([name, lose]) => [changePath, name, lose] as const));

  it.each(cases)('%s: %s before SCAN, CONFIRM or the exchange', async (changePath, name, lose) => {
    const token = await passbeam.signIn();
    const unscanned = await create();
    const unconfirmed = await create();
    await move(changePath, unconfirmed, 'SCAN', token);
    const { ticket } = await confirmed(token);
    passbeam.pass(1);
    await lose(token);

    expect((await move(changePath, unscanned, 'SCAN', token)).statusCode).not.toBe(200);
    expect((await move(changePath, unconfirmed, 'CONFIRM', token)).statusCode).not.toBe(200);
    // Revoking one access token ends that token; the login, and with it the ticket, is ended by the other ways.
    if (name !== 'the phone signs out') expect((await exchange(passbeam.site, ticket)).statusCode).not.toBe(200);
    // Nothing moved. QR sessions of a disabled application show as expired.
    const status = name === 'the site’s application is disabled' ? 'EXPIRED' : 'SCANNED';
    expect((await poll('get-qrcode-status', unconfirmed)).data.status).toBe(status);
  });

  it('a person who signs up while the code waits can log in by it', async () => {
    const qrcodeId = await create();
    passbeam.pass(20);
    await passbeam.addUser({ username: 'newcomer' });
    const token = await passbeam.signIn('newcomer');
    for (const action of ['SCAN', 'CONFIRM']) await move('set-qrcode-status', qrcodeId, action, token);
    const { data } = await poll('get-qrcode-status', qrcodeId);
    expect(await exchange(passbeam.site, data.ticket)).toMatchObject({ statusCode: 200 });
  });

  it('a login ended while its ticket is being exchanged leaves nothing behind', async () => {
    const token = await passbeam.signIn();
    const { ticket } = await confirmed(token);
    const { redeem } = passbeam.stores.redemptions;
    let born = '';
    vi.spyOn(passbeam.stores.redemptions, 'redeem').mockImplementation(async (entry) => {
      if ('loginSession' in entry) born = entry.loginSession.id;
      const event = newEvent(passbeam.secrets, 'session.revoked', null);
      await passbeam.stores.loginSessions.revokeAll(passbeam.alice.id, passbeam.clock.now(), event);
      return redeem(entry);
    });
    expect(await exchange(passbeam.site, ticket)).toMatchObject({ statusCode: 400, apiCode: 2300 });
    expect((await passbeam.stores.loginSessions.find(born))?.revokedAt).not.toBeNull();
  });
});

describe.each(aliases)('%s, %s', (statusPath, changePath) => {
  it('a finished code moves no more and tells nothing, however it ended (threats T8)', async () => {
    const token = await passbeam.signIn();
    const used = await confirmed(token);
    await exchange(passbeam.site, used.ticket);
    const cancelled = await create();
    for (const action of ['SCAN', 'CANCEL']) await move(changePath, cancelled, action, token);
    const expired = await confirmed(token);
    passbeam.pass(301);
    for (const qrcodeId of [used.qrcodeId, cancelled, expired.qrcodeId]) {
      for (const action of ['SCAN', 'CONFIRM', 'CANCEL']) {
        expect(await move(changePath, qrcodeId, action, token)).toMatchObject({ statusCode: 422 });
      }
    }
    for (const qrcodeId of [used.qrcodeId, expired.qrcodeId]) {
      expect((await poll(statusPath, qrcodeId)).data).toEqual({ status: 'EXPIRED' });
    }
    expect((await poll(statusPath, cancelled)).data).not.toHaveProperty('ticket');
    expect(await exchange(passbeam.site, expired.ticket)).toMatchObject({ statusCode: 400, apiCode: 2300 });
  });

  it('the person who confirms is the one who logs in, whatever the request claims (threats T2, T20)', async () => {
    const bob = await passbeam.addUser({ username: 'bob' });
    const [alice, bobs] = [await passbeam.signIn(), await passbeam.signIn('bob')];
    const qrcodeId = await create();
    const claims = { userId: bob.id, sub: bob.id, phone: bob.phone, token: bobs, access_token: bobs, ticket: 'tk_x' };
    for (const action of ['SCAN', 'CONFIRM']) {
      const { body } = await passbeam.v3('POST', changePath, {
        app: 'phone',
        token: alice,
        query: { userId: bob.id },
        body: { qrcodeId, action, ...claims },
        headers: { 'x-authing-user-id': bob.id, cookie: `token=${bobs}` },
      });
      expect(body.statusCode).toBe(200);
    }
    const { data } = await poll(statusPath, qrcodeId);
    const login = await exchange(passbeam.site, data.ticket);
    const me = await passbeam.v3('GET', 'get-profile', { token: login.data.access_token });
    expect(me.body.data.userId).toBe(passbeam.alice.id);
  });

  it('a cookie of another browser gets the status alone at every step, and no say (threats T9)', async () => {
    const headers = { origin: 'https://site.example', 'user-agent': 'Browser/1' };
    const created = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' }, headers });
    const { qrcodeId } = created.body.data;
    const own = { ...headers, cookie: String(created.headers['set-cookie']).split(';')[0] ?? '' };
    const foreign = { ...headers, cookie: `passbeam_poll=${'A'.repeat(43)}` };
    await poll(statusPath, qrcodeId, own);
    const token = await passbeam.signIn();
    for (const [action, status] of [
      [null, 'PENDING'],
      ['SCAN', 'SCANNED'],
      ['CONFIRM', 'EXPIRED'],
    ] as const) {
      if (action) await move(changePath, qrcodeId, action, token);
      for (const stranger of [foreign, headers, {}]) {
        expect((await poll(statusPath, qrcodeId, stranger)).data).toEqual({ status });
      }
    }
    expect((await poll(statusPath, qrcodeId, own)).data).toMatchObject({ status: 'AUTHORIZED' });
    const events = await passbeam.stores.audit.list({ type: 'qr.poll_foreign', limit: 10 });
    expect(events).toHaveLength(1);
  });
});

it('over https no neighbouring subdomain can plant the binding cookie (threats T9)', async () => {
  await passbeam.close();
  passbeam = await openTestPassbeam({ PUBLIC_URL: 'https://login.example' });
  const headers = { origin: 'https://site.example' };
  const planted = `passbeam_poll=${'A'.repeat(43)}`;
  const created = await passbeam.v3('POST', 'gene-qrcode', {
    body: { type: 'MOBILE_APP' },
    headers: { ...headers, cookie: planted },
  });
  const { qrcodeId } = created.body.data;
  const cookie = String(created.headers['set-cookie']);
  // Browsers accept the prefix only with Secure, with Path=/ and without Domain.
  expect(cookie).toMatch(/^__Host-passbeam_poll=[\w-]{43};/);
  expect(cookie).toMatch(/; Path=\/;.*Secure/);
  expect(cookie).not.toMatch(/domain/i);
  await poll('get-qrcode-status', qrcodeId, { ...headers, cookie: cookie.split(';')[0] ?? '' });
  const token = await passbeam.signIn();
  await move('set-qrcode-status', qrcodeId, 'SCAN', token);
  expect((await poll('get-qrcode-status', qrcodeId, { ...headers, cookie: planted })).data).toEqual({
    status: 'SCANNED',
  });
});

it('an address is believed from a trusted proxy alone, and is one and the same everywhere (threats T30)', async () => {
  await passbeam.close();
  passbeam = await openTestPassbeam({ TRUSTED_PROXIES: '10.0.0.0/8' });
  const token = await passbeam.signIn();
  const facts = async (remoteAddress: string, forwarded: string) => {
    const created = await passbeam.app.inject({
      method: 'POST',
      url: '/api/v3/gene-qrcode',
      remoteAddress,
      headers: {
        'x-authing-app-id': 'site',
        origin: 'https://site.example',
        'x-forwarded-for': forwarded,
        'x-real-ip': '198.51.100.66',
        forwarded: 'for=198.51.100.66',
      },
      payload: { type: 'MOBILE_APP' },
    });
    const scanned = await move('set-qrcode-status', created.json().data.qrcodeId, 'SCAN', token);
    const [event] = await passbeam.stores.audit.list({ type: 'qr.created', limit: 1 });
    return [scanned.data.consent.ip, event?.ip];
  };
  expect(await facts('203.0.113.9', '198.51.100.1')).toEqual(['203.0.113.9', '203.0.113.9']);
  expect(await facts('203.0.113.9', '198.51.100.2, 10.0.0.1')).toEqual(['203.0.113.9', '203.0.113.9']);
  // An address that the caller made up stands to the left of the one that the proxy added.
  expect(await facts('10.0.0.1', '198.51.100.3, 203.0.113.7')).toEqual(['203.0.113.7', '203.0.113.7']);
});

it('what is kept of a caller is short, however long the header (threats T28)', async () => {
  await create(passbeam.site, { 'user-agent': 'x'.repeat(15_000), origin: 'https://site.example' });
  const [event] = await passbeam.stores.audit.list({ type: 'qr.created', limit: 1 });
  expect(event?.userAgent).toHaveLength(512);
});

it('customData of a code never reaches the person who scans it (threats T24)', async () => {
  const token = await passbeam.signIn();
  const profile = async () =>
    (await passbeam.v3('GET', 'get-profile', { token, query: { withCustomData: 'true' } })).body;
  const before = (await profile()).data;
  const { body } = await passbeam.v3('POST', 'gene-qrcode', {
    body: {
      type: 'MOBILE_APP',
      customData: { role: 'admin', status: 'Activated', email: 'x@evil.example', emailVerified: true, nickname: 'Eve' },
      context: { nickname: 'Eve' },
    },
  });
  const { qrcodeId } = body.data;
  for (const action of ['SCAN', 'CONFIRM']) await move('set-qrcode-status', qrcodeId, action, token);
  const { ticket } = (await poll('get-qrcode-status', qrcodeId)).data;
  expect(await exchange(passbeam.site, ticket)).toMatchObject({ statusCode: 200 });
  expect((await profile()).data).toEqual(before);
});

it.each([null, 'https://site.example/logo.png'])(
  'a code has an image however much customData it carries (logo: %s)',
  async (logoUrl) => {
    await passbeam.addApplication({ ...passbeam.site, logoUrl });
    for (const size of [10, 900, 2000, 4000]) {
      const { body } = await passbeam.v3('POST', 'gene-qrcode', {
        body: { type: 'MOBILE_APP', customData: { a: 'x'.repeat(size) } },
      });
      for (const ending of ['.png', '.svg']) {
        const reply = await passbeam.app.inject(new URL(body.data.url).pathname.replace('.png', ending));
        expect(reply.headers['content-type'], `${size} ${ending}`).toMatch(/^image\//);
      }
    }
  },
);

it('an application has as many unfinished codes as the operator says, and more are refused (threats T28)', async () => {
  const sized = await openTestPassbeam({ MAX_UNFINISHED_CODES: '1000' });
  const create = async (on: TestPassbeam) =>
    (await on.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.statusCode;
  for (const { stores } of [passbeam, sized]) {
    const codes = Array.from({ length: 999 }, () => aNewQrSession({ applicationId: 'site' }));
    await Promise.all(codes.map((code) => stores.qrSessions.insert(code, 120, anEvent())));
  }
  expect([await create(passbeam), await create(sized)]).toEqual([200, 200]);
  expect([await create(passbeam), await create(sized)]).toEqual([200, 429]);
  await sized.addApplication({ id: 'other' });
  const elsewhere = await sized.v3('POST', 'gene-qrcode', { app: 'other', body: { type: 'MOBILE_APP' } });
  expect(elsewhere.body.statusCode).toBe(200);
  await sized.close();
});

/** Makes QR sessions within these limits, from a given address. */
function makerOf(limits: QuotaLimits) {
  const { stores, directory, secrets, clock } = passbeam;
  const quota = createQuota({ qrSessions: stores.qrSessions, clock, limits });
  const createCode = createQrCreation({ qrSessions: stores.qrSessions, directory, secrets, quota });
  return (ip: string) => {
    const caller = { ip, userAgent: null, requestId: 'request' };
    const network = networkOf(ip);
    return createCode({
      application: passbeam.site,
      customData: undefined,
      withCustomData: false,
      isProved: false,
      pollChallenge: undefined,
      state: undefined,
      caller,
      network,
      browser: null,
      shown: null,
    });
  };
}

it('a whole IPv6 subscriber network is one generator to the cap on outstanding codes (threats T28)', async () => {
  const make = makerOf({ perNetwork: 3, perApplication: 100 });
  for (const host of ['1', '2', '3']) {
    await make(`2001:db8:0:1::${host}`);
    passbeam.pass(2);
  }
  await expect(make('2001:db8:0:1:ffff::4')).rejects.toMatchObject({ code: 'too_many_requests' });
  await make('2001:db8:0:2::1');
  passbeam.pass(120);
  await make('2001:db8:0:1:ffff::4');
});

it.each([
  ['network', { perNetwork: 3, perApplication: 100 }],
  ['application', { perNetwork: 100, perApplication: 3 }],
])('many codes asked for at once are no more than one %s may have (threats T28)', async (_, limits) => {
  const make = makerOf(limits);
  const madeOf = async (makes: Promise<unknown>[]) =>
    (await Promise.allSettled(makes)).filter(({ status }) => status === 'fulfilled').length;
  const volley = (size: number) => Array.from({ length: size }, () => make('192.0.2.7'));
  // The second volley counts anew while the QR sessions of the first are still being made.
  const first = volley(2);
  passbeam.pass(2);
  expect(await madeOf([...first, ...volley(20)])).toBe(3);
  passbeam.pass(2);
  expect(await madeOf(volley(20))).toBe(0);
  passbeam.pass(120);
  expect(await madeOf(volley(20))).toBe(3);
});

it('a store that could not count is asked again, and a code that was not made takes no room (threats T28)', async () => {
  const make = makerOf({ perNetwork: 1, perApplication: 1 });
  const { qrSessions } = passbeam.stores;
  vi.spyOn(qrSessions, 'countOutstanding').mockRejectedValueOnce(new Error('away'));
  vi.spyOn(qrSessions, 'insert').mockRejectedValueOnce(new Error('away'));
  await expect(make('192.0.2.7')).rejects.toThrow('away');
  await expect(make('192.0.2.7')).rejects.toThrow('away');
  await expect(make('192.0.2.7')).resolves.toBeDefined();
  vi.restoreAllMocks();
});

it('many scans at once find no more room than one after the other (threats T40)', async () => {
  const token = await passbeam.signIn();
  const codes = await Promise.all(Array.from({ length: 12 }, () => create()));
  const { stores, directory, secrets } = passbeam;
  const { sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const loginSession = await stores.loginSessions.find(sid);
  if (loginSession === null) throw new Error('the phone is not signed in');
  // These calls go straight to core, because checking tokens first would spread them out in time.
  const act = createQrActions({
    qrSessions: stores.qrSessions,
    loginSessions: stores.loginSessions,
    users: stores.users,
    customFields: stores.customFields,
    audit: stores.audit,
    directory,
    secrets,
    capsHeldCodes: true,
    codeSeal: () => ({ seal: (text) => text, unseal: (text) => text }),
    publicUrl: 'https://login.example',
  });
  const signedIn = {
    action: 'approveCodes' as const,
    kinds: ['ownSignIn'] as const,
    user: passbeam.alice,
    loginSession,
    applicationId: 'phone',
    scope: 'openid',
    jti: 'jti',
    expiresAt: passbeam.clock.now() + 60_000,
  };
  const caller = { ip: '127.0.0.1', userAgent: null, requestId: 'request' };
  const outcomes = await Promise.allSettled(
    codes.map((qrcodeId) => act({ qrcodeId, action: 'SCAN', signedIn, caller })),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
});

it('no log line and no file holds a secret after a whole run (threats T38)', async () => {
  const lines: string[] = [];
  const folder = await mkdtemp(join(tmpdir(), 'passbeam-marks-'));
  await passbeam.close();
  passbeam = await openTestPassbeam(
    {},
    {
      log: pino(loggerOptions('trace'), { write: (line: string) => lines.push(line) }),
      databasePath: join(folder, 'passbeam.db'),
    },
  );
  const pollSecret = passbeam.secrets.randomToken();
  const phone = (
    await passbeam.v3('POST', 'signin', {
      app: 'phone',
      body: {
        connection: 'PASSWORD',
        passwordPayload: { username: 'alice', password: testPassword },
        options: { scope: 'openid offline_access' },
      },
    })
  ).body.data;
  const mistyped = 'Passw0rd-in-the-name-field';
  await passbeam.v3('POST', 'signin', {
    app: 'phone',
    body: { connection: 'PASSWORD', passwordPayload: { account: mistyped, password: mistyped } },
  });
  const offered = await passbeam.v3('POST', 'gene-qrcode', {
    body: { type: 'MOBILE_APP' },
    headers: { origin: 'https://site.example' },
  });
  const created = await passbeam.v3('POST', 'gene-qrcode', {
    body: { type: 'MOBILE_APP', pollChallenge: passbeam.secrets.hash(pollSecret) },
  });
  const { qrcodeId, url } = created.body.data;
  await passbeam.app.inject(new URL(url).pathname);
  for (const action of ['SCAN', 'CONFIRM']) await move('set-qrcode-status', qrcodeId, action, phone.access_token);
  const { data } = await poll('get-qrcode-status', qrcodeId, { 'x-qr-poll-secret': pollSecret });
  const body = { ticket: data.ticket, client_id: 'site', poll_secret: pollSecret, scope: 'openid offline_access' };
  for (const client_secret of [`wrong-${passbeam.site.secret}`, passbeam.site.secret]) {
    await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body: { ...body, client_secret } });
  }
  const refreshed = await form('/oidc/token', {
    grant_type: 'refresh_token',
    refresh_token: phone.refresh_token,
    client_id: 'phone',
  });
  await passbeam.app.inject(`/oidc/me?access_token=${phone.access_token}`);
  await passbeam.app.inject(`/nowhere/${data.ticket}?token=${phone.access_token}`);
  await passbeam.app.inject({ method: 'POST', url: `/api/v3/gene-qrcode?ticket=${data.ticket}`, payload: '{' });

  const secrets = {
    password: testPassword,
    mistyped,
    pollSecret,
    qrcodeId,
    imageToken: /\/qr\/(.+)\.png$/.exec(url)?.[1],
    ticket: data.ticket,
    cookie: /=([^;]+)/.exec(String(offered.headers['set-cookie']))?.[1],
    accessToken: phone.access_token,
    idToken: phone.id_token,
    refreshToken: phone.refresh_token,
    successor: refreshed.json().refresh_token,
    appSecret: passbeam.site.secret,
    poolSecret: passbeam.pool.secret,
  };
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => [name, await readFile(join(folder, name), 'latin1')] as const),
  );
  expect(files.map(([name]) => name)).toContain('passbeam.db-wal');
  expect(lines.length).toBeGreaterThan(5);
  for (const [kind, secret] of Object.entries(secrets)) {
    expect(secret, kind).toMatch(/.{15}/);
    for (const [place, text] of [['the log', lines.join('')] as const, ...files]) {
      expect(text.includes(secret), `${kind} in ${place}`).toBe(false);
    }
  }
  await rm(folder, { recursive: true, force: true });
});
