import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';

let passbeam: TestPassbeam;
let phone: string;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
  phone = await passbeam.signIn();
  passbeam.pass(1);
});
afterEach(() => passbeam.close());

const get = (path: string, query: Record<string, string> = {}, token = phone) =>
  passbeam.v3('GET', path, { token, query });
const post = (path: string, body: unknown, token = phone) => passbeam.v3('POST', path, { token, body });
const devices = async (token = phone) => (await get('mydevices/list', { limit: '50' }, token)).body.data;
const isSignedIn = async (token: string) => (await get('get-profile', {}, token)).body.statusCode === 200;

/** Logs in by a scan: a browser asks, the phone confirms, a backend exchanges. */
async function scanLogin(scope = 'openid profile') {
  const browser = { 'user-agent': chrome, origin: 'https://site.example', 'x-forwarded-for': '203.0.113.7' };
  const made = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' }, headers: browser });
  const { qrcodeId } = made.body.data;
  const cookie = String(made.headers['set-cookie']).split(';')[0] ?? '';
  const poll = () => passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers: { ...browser, cookie } });
  await poll();
  for (const action of ['SCAN', 'CONFIRM']) await post('set-qrcode-status', { qrcodeId, action });
  const { ticket } = (await poll()).body.data;
  const { body } = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
    body: { ticket, scope, client_id: 'site', client_secret: passbeam.site.secret },
    headers: { 'user-agent': 'backend/1' },
  });
  return { token: body.data.access_token as string, refreshToken: body.data.refresh_token as string, cookie };
}

describe('GET /api/v3/mydevices/list', () => {
  it('shows the browser a scan logged in with the facts of the consent screen, and the phone beneath', async () => {
    await scanLogin();
    const [desk, mine] = await devices();
    expect(desk).toMatchObject({
      device: { name: 'Chrome · Windows', type: 'Browser', os: 'Windows', status: 'activated', userAgent: chrome },
      lastLoginTime: new Date(passbeam.clock.now()).toISOString(),
      lastIp: '127.0.0.1',
      online: true,
      appId: 'site',
      appName: 'Application site',
      loginMethod: 'QRCODE',
      isCurrent: false,
      confirmedBy: mine.device.deviceId,
      confirmedCount: 0,
    });
    expect(mine).toMatchObject({
      device: { type: 'Mobile' },
      appId: 'phone',
      loginMethod: 'PASSWORD',
      isCurrent: true,
      confirmedBy: null,
      confirmedCount: 1,
    });
  });

  it('comes in pages, without what has ended', async () => {
    for (let index = 0; index < 12; index++) await passbeam.signIn();
    const first = (await get('mydevices/list')).body;
    expect([first.data.length, first.totalCount]).toEqual([10, 13]);
    const second = (await get('mydevices/list', { page: '2', limit: '10' })).body;
    expect(second.data).toHaveLength(3);
    const ids = [...first.data, ...second.data].map(({ device }) => device.deviceId);
    expect(new Set(ids).size).toBe(13);
    await post('mydevices/revoke-session', { deviceId: ids[3] });
    expect((await get('mydevices/list')).body.totalCount).toBe(12);
    passbeam.pass(31 * 86_400);
    const token = await passbeam.signIn();
    expect((await get('mydevices/list', {}, token)).body.totalCount).toBe(1);
  });

  it.each([
    ['page', '0'],
    ['page', '-1'],
    ['limit', '51'],
    ['limit', 'x'],
  ])('refuses %s=%s', async (name, value) => {
    expect((await get('mydevices/list', { [name]: value })).body).toMatchObject({ statusCode: 400, apiCode: 2231 });
  });
});

describe('POST /api/v3/mydevices/revoke-session', () => {
  it('ends that login at once, its refresh token with it, and no other', async () => {
    const desk = await scanLogin('openid offline_access');
    const other = await scanLogin();
    const { device } = (await devices(desk.token)).find((each: { isCurrent: boolean }) => each.isCurrent);
    const { body } = await post('mydevices/revoke-session', { deviceId: device.deviceId });
    expect(body).toMatchObject({ statusCode: 200, data: { success: true, ended: 1 } });
    expect(await Promise.all([desk.token, other.token, phone].map(isSignedIn))).toEqual([false, true, true]);
    const refreshed = await passbeam.app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: desk.refreshToken,
        client_id: 'site',
        client_secret: passbeam.site.secret,
      }).toString(),
    });
    expect(refreshed.json()).toMatchObject({ error: 'invalid_grant' });
    const [event] = await passbeam.stores.audit.list({ type: 'session.revoked', limit: 1 });
    expect(event).toMatchObject({ userId: passbeam.alice.id, loginSessionId: device.deviceId });
  });

  it('takes the browsers along that a phone logged in', async () => {
    const desks = [await scanLogin(), await scanLogin()];
    const second = await passbeam.signIn();
    const { device, confirmedCount } = (await devices()).find((each: { isCurrent: boolean }) => each.isCurrent);
    expect(confirmedCount).toBe(2);
    const { body } = await post('mydevices/revoke-session', { deviceId: device.deviceId }, second);
    expect(body.data).toEqual({ success: true, ended: 3 });
    const all = [phone, second, ...desks.map(({ token }) => token)];
    expect(await Promise.all(all.map(isSignedIn))).toEqual([false, true, false, false]);
  });

  it.each(['revoke-session', 'unbind'])(
    '%s: strangers’ logins are none of theirs, like those that never were',
    async (verb) => {
      await passbeam.addUser({ username: 'mara' });
      const mara = await passbeam.signIn('mara');
      const { device } = (await devices())[0];
      const foreign = (await post(`mydevices/${verb}`, { deviceId: device.deviceId }, mara)).body;
      const unknown = (await post(`mydevices/${verb}`, { deviceId: 'no-such-login' }, mara)).body;
      expect(foreign).toMatchObject({ statusCode: 400, message: expect.stringContaining('deviceId') });
      expect({ ...foreign, requestId: '' }).toEqual({ ...unknown, requestId: '' });
      expect(await isSignedIn(phone)).toBe(true);
    },
  );

  it('can be repeated', async () => {
    await scanLogin();
    const { device } = (await devices())[0];
    await post('mydevices/revoke-session', { deviceId: device.deviceId });
    const again = await post('mydevices/revoke-session', { deviceId: device.deviceId });
    expect(again.body).toMatchObject({ statusCode: 200, data: { ended: 0 } });
  });
});

it('POST /api/v3/mydevices/unbind ends every login of a browser, and the browser is a stranger again', async () => {
  const { cookie } = await scanLogin();
  const knows = () =>
    passbeam.stores.loginSessions.knowsBrowser(
      passbeam.alice.id,
      passbeam.secrets.hash(cookie.slice(cookie.indexOf('=') + 1)),
    );
  expect(await knows()).toBe(true);
  const { device } = (await devices())[0];
  expect((await post('mydevices/unbind', { deviceId: device.deviceId })).body.data).toEqual({
    success: true,
    ended: 1,
  });
  expect(await knows()).toBe(false);
  expect(await devices()).toHaveLength(1);
});

describe('GET /api/v3/get-my-login-history', () => {
  const history = async (query: Record<string, string> = {}) => (await get('get-my-login-history', query)).body.data;

  it('tells logins and failed attempts, newest first, and filters them', async () => {
    const startedAt = passbeam.clock.now();
    await scanLogin();
    passbeam.pass(10);
    await passbeam.v3('POST', 'signin', {
      app: 'phone',
      body: { connection: 'PASSWORD', passwordPayload: { username: 'alice', password: 'wrong' } },
      headers: { 'user-agent': chrome },
    });
    await passbeam.addUser({ username: 'mara' });
    await passbeam.signIn('mara');
    const { list, totalCount } = await history();
    expect(totalCount).toBe(3);
    expect(list.map((each: Record<string, unknown>) => [each.appId, each.success, each.loginMethod])).toEqual([
      ['phone', false, 'PASSWORD'],
      ['site', true, 'QRCODE'],
      ['phone', true, 'PASSWORD'],
    ]);
    expect(list[1]).toMatchObject({
      userId: passbeam.alice.id,
      appName: 'Application site',
      loginAt: new Date(startedAt).toISOString(),
      clientIp: '127.0.0.1',
      userAgent: chrome,
      parsedUserAgent: { name: 'Chrome', os: 'Windows', device: 'desktop' },
    });
    const count = async (query: Record<string, string>) => (await history(query)).totalCount;
    expect(await count({ success: 'true' })).toBe(2);
    expect(await count({ success: 'false' })).toBe(1);
    expect(await count({ appId: 'site' })).toBe(1);
    expect(await count({ clientIp: '203.0.113.9' })).toBe(0);
    expect(await count({ start: String(startedAt + 1) })).toBe(1);
    expect(await count({ end: String(startedAt) })).toBe(2);
    expect((await history({ page: '2', limit: '2' })).list).toHaveLength(1);
  });
});

it('GET /api/v3/get-my-logged-in-apps tells which are alive', async () => {
  await scanLogin();
  const apps = async () => (await get('get-my-logged-in-apps')).body.data;
  expect(await apps()).toMatchObject([
    { appId: 'phone', appName: 'Application phone', active: true },
    { appId: 'site', active: true },
  ]);
  await post('mydevices/revoke-session', { deviceId: (await devices())[0].device.deviceId });
  expect(await apps()).toMatchObject([{ active: true }, { appId: 'site', active: false }]);
});

it('GET /api/v3/get-security-info', async () => {
  const { body } = await get('get-security-info');
  expect(body.data).toEqual({
    passwordSecurityLevel: expect.any(Number),
    mfaEnrolled: false,
    passwordSet: true,
    emailBinded: true,
    phoneBinded: true,
    securityScore: 40 + 20 * body.data.passwordSecurityLevel,
  });
  expect(body.data.passwordSecurityLevel).toBeGreaterThan(0);
});

it.each([
  ['GET', 'get-my-login-history'],
  ['GET', 'get-my-logged-in-apps'],
  ['GET', 'mydevices/list'],
  ['POST', 'mydevices/revoke-session'],
  ['POST', 'mydevices/unbind'],
  ['GET', 'get-security-info'],
] as const)('%s %s needs a login', async (method, path) => {
  const body = method === 'POST' ? { deviceId: 'x' } : undefined;
  expect((await passbeam.v3(method, path, { body })).body).toMatchObject({ statusCode: 401, apiCode: 2020 });
});
