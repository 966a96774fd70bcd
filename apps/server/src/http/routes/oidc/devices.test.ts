import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Application } from '../../../core/directory/application.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
let passbeam: TestPassbeam;
let tv: Application;
let phoneToken: string;

beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  tv = await passbeam.addApplication({
    id: 'tv',
    name: 'Living room',
    tokenEndpointAuthMethod: 'none',
    approvesScans: false,
    signsInDevices: true,
  });
  await passbeam.addApplication({ id: 'kept', approvesScans: false, signsInDevices: true });
});
afterAll(() => passbeam.close());
beforeEach(async () => {
  phoneToken = await passbeam.signIn();
});

type Fields = Record<string, string>;
async function post(url: string, fields: Fields, headers: Fields = {}, server = passbeam) {
  const reply = await server.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': 'tv/1', ...headers },
    payload: new URLSearchParams(fields).toString(),
  });
  return { http: reply.statusCode, body: reply.json(), headers: reply.headers };
}

async function begin(fields: Fields = {}) {
  const { http, body } = await post('/oidc/device/auth', { client_id: 'tv', ...fields });
  expect(http).toBe(200);
  return body as { device_code: string; user_code: string; verification_uri_complete: string };
}
const ask = (deviceCode: string, fields: Fields = {}, headers: Fields = {}) =>
  post('/oidc/token', { grant_type: grantType, device_code: deviceCode, client_id: 'tv', ...fields }, headers);
const act = (userCode: string, action: string, token = phoneToken) =>
  passbeam.v3('POST', 'set-device-status', { app: null, token, body: { userCode, action } });
async function approve(userCode: string, token = phoneToken): Promise<void> {
  for (const action of ['SCAN', 'CONFIRM']) {
    expect((await act(userCode, action, token)).body).toMatchObject({ statusCode: 200, data: { success: true } });
  }
}
async function errorOf(reply: ReturnType<typeof ask>) {
  const { http, body, headers } = await reply;
  expect([http, headers['cache-control']]).toEqual([400, 'no-store']);
  return body.error;
}

describe('a device', () => {
  it('finds the endpoint in discovery, and gets codes', async () => {
    const discovery = (await passbeam.app.inject('/oidc/.well-known/openid-configuration')).json();
    expect(discovery.grant_types_supported).toContain(grantType);
    expect(discovery.device_authorization_endpoint).toBe('http://localhost:3000/oidc/device/auth');
    const { http, body, headers } = await post('/oidc/device/auth', { client_id: 'tv' });
    expect(http).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      device_code: expect.stringMatching(/^dc_[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: 'http://localhost:3000/device',
      verification_uri_complete: `http://localhost:3000/device?user_code=${body.user_code}`,
      expires_in: 600,
      interval: 5,
    });
  });

  it('waits, is let in by the app, and gets its tokens', async () => {
    const { device_code, user_code } = await begin({ scope: 'openid profile offline_access' });
    expect(await errorOf(ask(device_code))).toBe('authorization_pending');
    const scanned = await act(user_code.toLowerCase().replace('-', ''), 'SCAN');
    expect(scanned.body.data).toEqual({
      success: true,
      consent: {
        applicationName: 'Living room',
        applicationDomain: 'site.example',
        scopes: ['openid', 'profile', 'offline_access'],
        userCode: user_code,
        requestedAt: expect.any(String),
        ageSeconds: 0,
        ip: '127.0.0.1',
        place: null,
        browser: null,
        os: null,
        device: null,
        ipMismatch: false,
        expiresIn: 600,
      },
    });
    passbeam.pass(5);
    expect(await errorOf(ask(device_code))).toBe('authorization_pending');
    expect((await act(user_code, 'CONFIRM')).body.data).toEqual({ success: true });
    const { http, body } = await ask(device_code);
    expect(http).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'openid profile offline_access', expires_in: 7200 });
    const me = await passbeam.app.inject({
      url: '/oidc/me',
      headers: { authorization: `Bearer ${body.access_token}` },
    });
    expect(me.json()).toMatchObject({ sub: passbeam.alice.id, nickname: 'Alice' });
    const refreshed = await post('/oidc/token', {
      grant_type: 'refresh_token',
      refresh_token: body.refresh_token,
      client_id: 'tv',
    });
    expect(refreshed.http).toBe(200);
  });

  it('that was let in by a scan never approves, and ends with the phone that let it in', async () => {
    const { device_code, user_code } = await begin();
    await approve(user_code);
    const { access_token: token } = (await ask(device_code)).body;
    const { user_code: next } = await begin();
    expect((await act(next, 'SCAN', token)).body).toMatchObject({ statusCode: 403, refusal: 'qr_born_login' });
    await passbeam.app.inject({ url: '/api/v2/logout', headers: { authorization: `Bearer ${phoneToken}` } });
    expect((await passbeam.v3('GET', 'get-profile', { app: null, token })).body.statusCode).toBe(401);
  });

  it('is told of a refusal', async () => {
    const { device_code, user_code } = await begin();
    await act(user_code, 'SCAN');
    expect((await act(user_code, 'CANCEL')).body.statusCode).toBe(200);
    expect((await act(user_code, 'CANCEL')).body.statusCode).toBe(200);
    expect(await errorOf(ask(device_code))).toBe('access_denied');
    expect((await act(user_code, 'CONFIRM')).body).toMatchObject({ statusCode: 422, refusal: 'qr_finished' });
  });

  it('is told when its time is over, approved or not', async () => {
    const waiting = await begin();
    const approved = await begin();
    await approve(approved.user_code);
    passbeam.pass(600);
    for (const { device_code } of [waiting, approved]) expect(await errorOf(ask(device_code))).toBe('expired_token');
    const later = await passbeam.signIn();
    expect((await act(waiting.user_code, 'SCAN', later)).body).toMatchObject({ statusCode: 404 });
  });

  it('that asks too fast is slowed down while it waits, and only then', async () => {
    const { device_code, user_code } = await begin();
    const asked = async () => errorOf(ask(device_code));
    expect(await asked()).toBe('authorization_pending');
    passbeam.pass(4);
    expect(await asked()).toBe('slow_down');
    passbeam.pass(4);
    expect(await asked()).toBe('slow_down');
    passbeam.pass(7);
    expect(await asked()).toBe('authorization_pending');
    await approve(user_code);
    expect((await ask(device_code)).http).toBe(200);
  });
});

describe('tokens of a device', () => {
  it('are given once, and again to the same caller for ten seconds', async () => {
    const { device_code, user_code } = await begin({ scope: 'openid offline_access' });
    await approve(user_code);
    const first = await ask(device_code);
    passbeam.pass(9);
    const again = await ask(device_code);
    expect(again.http).toBe(200);
    expect(again.body.refresh_token).toBe(first.body.refresh_token);
    expect(await errorOf(ask(device_code, {}, { 'user-agent': 'thief/1' }))).toBe('invalid_grant');
    passbeam.pass(2);
    expect(await errorOf(ask(device_code))).toBe('invalid_grant');
    const replays = await passbeam.stores.audit.list({ type: 'device.code_replayed', limit: 9 });
    expect(replays.length).toBeGreaterThan(0);
  });

  it('end when a proved application shows the used code later, and not when anybody else does', async () => {
    const kept = { client_id: 'kept', client_secret: 'kept-secret-that-is-long-enough-to-be-one' };
    const { body } = await post('/oidc/device/auth', kept);
    await approve(body.user_code);
    const { access_token: token } = (await ask(body.device_code, kept)).body;
    const standing = async () => (await passbeam.v3('GET', 'get-profile', { app: null, token })).body.statusCode;
    passbeam.pass(11);
    expect((await ask(body.device_code, { ...kept, client_secret: 'wrong' })).http).toBe(401);
    expect(await errorOf(ask(body.device_code))).toBe('invalid_grant');
    expect(await standing()).toBe(200);
    expect(await errorOf(ask(body.device_code, kept))).toBe('invalid_grant');
    expect(await standing()).toBe(401);
  });

  it('are one login, however many ask at once', async () => {
    const { device_code, user_code } = await begin();
    await approve(user_code);
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ask(device_code, {}, { 'user-agent': `tv/${index}` })),
    );
    expect(replies.map(({ http }) => http).sort()).toEqual([200, ...Array(19).fill(400)]);
    for (const { http, body } of replies) if (http === 400) expect(body.error).toBe('invalid_grant');
  });

  it.each<[string, () => Promise<unknown>]>([
    [
      'the phone was logged out',
      () => passbeam.app.inject({ url: '/api/v2/logout', headers: { authorization: phoneToken } }),
    ],
    ['the person was suspended', async () => suspend(true)],
  ])('are not given when %s meanwhile', async (_, happens) => {
    const { device_code, user_code } = await begin();
    await approve(user_code);
    await happens();
    expect(['access_denied', 'invalid_grant']).toContain(await errorOf(ask(device_code)));
    await suspend(false);
  });

  async function suspend(isSuspended: boolean): Promise<void> {
    const user = await passbeam.stores.users.find(passbeam.alice.id);
    if (user === null) throw new Error('alice is gone');
    const status = isSuspended ? 'Suspended' : 'Activated';
    await passbeam.stores.users.update({ ...user, status, version: user.version + 1 }, null);
  }
});

describe('who may', () => {
  it('begin: applications that the operator lets, authenticated as they are', async () => {
    const phone = await post('/oidc/device/auth', { client_id: 'phone' });
    expect([phone.http, phone.body.error]).toEqual([400, 'unauthorized_client']);
    const nobody = await post('/oidc/device/auth', {});
    expect([nobody.http, nobody.body.error]).toEqual([401, 'invalid_client']);
    const unproved = await post('/oidc/device/auth', { client_id: 'kept', client_secret: 'wrong' });
    expect([unproved.http, unproved.body.error]).toEqual([401, 'invalid_client']);
    const nothing = await post('/oidc/device/auth', { client_id: 'tv', scope: 'made-up' });
    expect([nothing.http, nothing.body.error]).toEqual([400, 'invalid_scope']);
    expect(tv.signsInDevices).toBe(true);
  });

  it('be allowed: what the application is, and the person is asked for no more', async () => {
    await passbeam.addApplication({
      id: 'narrow',
      tokenEndpointAuthMethod: 'none',
      signsInDevices: true,
      allowedScopes: ['openid'],
    });
    const { body } = await post('/oidc/device/auth', { client_id: 'narrow', scope: 'openid email offline_access' });
    expect((await act(body.user_code, 'SCAN')).body.data.consent.scopes).toEqual(['openid']);
    const nothing = await post('/oidc/device/auth', { client_id: 'narrow', scope: 'email' });
    expect([nothing.http, nothing.body.error]).toEqual([400, 'invalid_scope']);
  });

  it('ask: the application that began, with a device code', async () => {
    const { device_code, user_code } = await begin();
    const kept = { client_id: 'kept', client_secret: 'kept-secret-that-is-long-enough-to-be-one' };
    expect(await errorOf(ask(device_code, kept))).toBe('invalid_grant');
    expect(await errorOf(ask('dc_unknown'))).toBe('invalid_grant');
    expect(await errorOf(ask(user_code))).toBe('invalid_grant');
    expect(await errorOf(ask(''))).toBe('invalid_request');
  });

  it('decide: the login that scanned, of the same pool, by an app that approves', async () => {
    const { user_code } = await begin();
    const other = await passbeam.signIn();
    expect((await act(user_code, 'CONFIRM')).body).toMatchObject({ statusCode: 422, refusal: 'qr_not_scanned' });
    await act(user_code, 'SCAN');
    for (const action of ['SCAN', 'CONFIRM', 'CANCEL']) {
      expect((await act(user_code, action, other)).body).toMatchObject({ statusCode: 403, refusal: 'qr_other_user' });
    }
    const viewer = await passbeam.addApplication({
      id: 'viewer',
      tokenEndpointAuthMethod: 'none',
      approvesScans: false,
    });
    const viewing = await passbeam.signIn('alice', viewer);
    expect((await act(user_code, 'SCAN', viewing)).body).toMatchObject({ refusal: 'approval_not_allowed' });

    await passbeam.addPool('pool2');
    const elsewhere = await passbeam.addApplication({
      id: 'other',
      userPoolId: 'pool2',
      tokenEndpointAuthMethod: 'none',
    });
    await passbeam.addUser({ username: 'bob', userPoolId: 'pool2' });
    const bob = await passbeam.signIn('bob', elsewhere);
    expect((await act(user_code, 'SCAN', bob)).body).toMatchObject({ refusal: 'user_code_unknown' });
  });

  it('not mix codes up: a user code is no QR code, and a QR code no user code', async () => {
    const { user_code, device_code } = await begin();
    for (const qrcodeId of [user_code, device_code]) {
      const reply = await passbeam.v3('POST', 'set-qrcode-status', {
        app: null,
        token: phoneToken,
        body: { qrcodeId, action: 'SCAN' },
      });
      expect(reply.body).toMatchObject({ refusal: 'qr_not_found' });
    }
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    expect((await act(body.data.qrcodeId, 'SCAN')).body).toMatchObject({ refusal: 'user_code_unknown' });
  });
});

describe('guesses', () => {
  it('of user codes run out, and a right one gives none back', async () => {
    const limited = await openTestPassbeam();
    try {
      await limited.addApplication({ id: 'tv', tokenEndpointAuthMethod: 'none', signsInDevices: true });
      const token = await limited.signIn();
      const { body } = await post('/oidc/device/auth', { client_id: 'tv' }, {}, limited);
      const scan = async (userCode: string) =>
        (await limited.v3('POST', 'set-device-status', { app: null, token, body: { userCode, action: 'SCAN' } })).http;
      const statuses = [];
      for (let guess = 0; guess < 15; guess++) statuses.push(await scan('BCDF-GHJK'));
      expect(await scan(body.user_code)).toBe(200);
      for (let guess = 0; guess < 15; guess++) statuses.push(await scan('not even a code'));
      expect(new Set(statuses)).toEqual(new Set([200]));
      expect(await scan('BCDF-GHJK')).toBe(429);
      expect(await scan(body.user_code)).toBe(429);
    } finally {
      await limited.close();
    }
  });

  it('at codes are bounded in number of devices, too', async () => {
    const limited = await openTestPassbeam();
    try {
      await limited.addApplication({ id: 'tv', tokenEndpointAuthMethod: 'none', signsInDevices: true });
      for (let device = 0; device < 60; device++) {
        expect((await post('/oidc/device/auth', { client_id: 'tv' }, {}, limited)).http).toBe(200);
      }
      const { http, headers } = await post('/oidc/device/auth', { client_id: 'tv' }, {}, limited);
      expect(http).toBe(429);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
      // One network cannot have all the devices that may wait: those of ten minutes are counted too.
      vi.useFakeTimers({ now: Date.now() + 61_000, toFake: ['Date'] });
      const later = [];
      for (let device = 0; device < 50; device++) {
        later.push((await post('/oidc/device/auth', { client_id: 'tv' }, {}, limited)).http);
      }
      expect(later.filter((status) => status === 200)).toHaveLength(40);
    } finally {
      vi.useRealTimers();
      await limited.close();
    }
  });
});
