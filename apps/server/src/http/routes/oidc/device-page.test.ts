import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';
import { callSigned } from '../management/signed-call.fixture.ts';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const form = 'application/x-www-form-urlencoded';
let passbeam: TestPassbeam;

beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addApplication({
    id: 'tv',
    name: 'Living <room>',
    tokenEndpointAuthMethod: 'none',
    signsInDevices: true,
  });
});
afterAll(() => passbeam.close());

async function begin(): Promise<{ device_code: string; user_code: string }> {
  const payload = 'client_id=tv&scope=openid+profile';
  const headers = { 'content-type': form, 'user-agent': 'tv/1' };
  return (await passbeam.app.inject({ method: 'POST', url: '/oidc/device/auth', headers, payload })).json();
}
async function ask(deviceCode: string) {
  const payload = new URLSearchParams({ grant_type: grantType, device_code: deviceCode, client_id: 'tv' }).toString();
  const reply = await passbeam.app.inject({
    method: 'POST',
    url: '/oidc/token',
    headers: { 'content-type': form },
    payload,
  });
  return { http: reply.statusCode, body: reply.json() };
}
const errorOf = async (deviceCode: string) => (await ask(deviceCode)).body.error;

/** A browser: cookies, the page's form, and the calls of the hosted page. */
function openBrowser() {
  const cookies = new Map<string, string>();
  async function send(options: {
    method?: 'GET' | 'POST';
    url: string;
    headers?: Record<string, string>;
    payload?: string;
  }) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const reply = await passbeam.app.inject({ ...options, headers: { ...options.headers, cookie } });
    for (const { name, value } of reply.cookies) cookies.set(name, value);
    return reply;
  }
  const enter = (code: string, headers: Record<string, string> = {}) =>
    send({
      method: 'POST',
      url: '/device',
      headers: { 'content-type': form, origin: 'http://localhost:3000', ...headers },
      payload: new URLSearchParams({ user_code: code }).toString(),
    });
  return {
    send,
    enter,
    async interactionOf(code: string): Promise<string> {
      const reply = await enter(code);
      expect(reply.statusCode).toBe(303);
      return new URL(String(reply.headers.location)).searchParams.get('uuid') ?? '';
    },
    view: async (uuid: string) => (await send({ url: `/login/interactions/${uuid}` })).json().data,
    async step(uuid: string, path: string, body: object) {
      const { formToken } = (await send({ url: `/login/interactions/${uuid}` })).json().data;
      const headers = { 'content-type': 'application/json', 'x-passbeam-form': formToken };
      const url = `/login/interactions/${uuid}/${path}`;
      return (await send({ method: 'POST', url, headers, payload: JSON.stringify(body) })).json();
    },
    done: (uuid: string) => send({ url: `/device/done?uuid=${uuid}` }),
  };
}
const call = async (path: string, body: Record<string, unknown>) =>
  expect((await callSigned(passbeam, 'POST', path, { body })).body.statusCode).toBe(200);
const credentials = { account: 'alice', password: testPassword };

describe('the page for codes', () => {
  it.each([
    ['en', 'Code on the device'],
    ['zh-CN', '设备上的代码'],
  ])('shows what is scanned, in %s, and looks nothing up', async (language, label) => {
    const headers = { 'accept-language': language };
    const reply = await passbeam.app.inject({ url: '/device?user_code=wdjb-mjht', headers });
    expect(reply.statusCode).toBe(200);
    expect(reply.body).toContain('value="WDJB-MJHT"');
    expect(reply.body).toContain(label);
    expect(reply.headers['content-security-policy']).toContain("form-action 'self'; frame-ancestors 'none'");
    expect(reply.body).not.toContain('<script');
    // One style sheet for every page that people see on the way.
    expect(reply.body).toContain('<link rel="stylesheet" href="/login/page.css">');
    expect(reply.body).not.toMatch(/<style|style=/);
    expect(reply.headers['content-security-policy']).toContain("style-src 'self'");
  });

  it('shows nothing of a stranger', async () => {
    const reply = await passbeam.app.inject({ url: '/device', query: { user_code: '"><script>alert(1)</script>' } });
    expect(reply.body).not.toContain('script>');
    const refused = await openBrowser().enter('"><b>x');
    expect(refused.statusCode).toBe(400);
    expect(refused.body).not.toContain('<b>');
    expect(refused.body).toContain('role="alert"');
  });

  it.each<[string, Record<string, string>]>([
    ['an origin', { origin: 'https://evil.test' }],
    ['its fetch metadata', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['an origin without a name', { origin: 'null' }],
  ])('is pressed by no other site, by %s', async (_, headers) => {
    const { user_code } = await begin();
    const { statusCode, headers: sent } = await openBrowser().enter(user_code, headers);
    expect([statusCode, sent.location, sent['set-cookie']]).toEqual([400, undefined, undefined]);
  });

  it('takes the button of its own page, which sends no referrer', async () => {
    const { user_code } = await begin();
    const reply = await openBrowser().enter(user_code, { origin: 'null', 'sec-fetch-site': 'same-origin' });
    expect(reply.statusCode).toBe(303);
  });

  it('tells unknown, expired and used codes without going on', async () => {
    const { user_code } = await begin();
    passbeam.pass(601);
    for (const code of [user_code, 'BCDF-GHJK', '']) {
      const reply = await openBrowser().enter(code);
      expect([reply.statusCode, reply.headers.location]).toEqual([400, undefined]);
      expect(reply.body).toContain('look at the device again');
    }
  });
});

describe('on the page a person', () => {
  it('signs in, agrees, and the device gets its tokens', async () => {
    const { device_code, user_code } = await begin();
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code.toLowerCase());
    expect(await browser.view(uuid)).toMatchObject({
      step: 'signIn',
      purpose: 'device',
      application: { id: 'tv' },
      device: { userCode: user_code, ip: '127.0.0.1', userAgent: 'tv/1' },
    });
    const { data } = await browser.step(uuid, 'password', credentials);
    expect(data).toMatchObject({ step: 'consent', consent: { scopes: ['openid', 'profile'] } });
    expect(await errorOf(device_code)).toBe('authorization_pending');
    const { data: left } = await browser.step(uuid, 'consent', { allow: true });
    expect(left).toMatchObject({ step: 'leave', leaveUrl: `http://localhost:3000/device/done?uuid=${uuid}` });
    expect((await browser.done(uuid)).body).toContain('The device is signed in');
    const { http, body } = await ask(device_code);
    expect(http).toBe(200);
    const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ sub: passbeam.alice.id, amr: ['pwd'] });
    const refused = await passbeam.v3('POST', 'set-device-status', {
      app: null,
      token: body.access_token,
      body: { userCode: user_code, action: 'SCAN' },
    });
    expect(refused.body).toMatchObject({ statusCode: 403, refusal: 'permission_denied' });
  });

  it('who was talked into it keeps the account: the device cannot delete it, nor bind an address or set a password', async () => {
    const { device_code, user_code } = await begin();
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code);
    await browser.step(uuid, 'password', credentials);
    await browser.step(uuid, 'consent', { allow: true });
    const token = (await ask(device_code)).body.access_token;
    const deletion = await passbeam.v3('DELETE', '/api/v2/users/delete', { app: 'tv', token });
    expect(deletion.body).toMatchObject({ code: 1001 });
    const taking: [string, object][] = [
      ['send-sms', { channel: 'CHANNEL_BIND_PHONE', phoneNumber: '13800000077' }],
      ['bind-phone', { phoneNumber: '13800000077', passCode: '123456' }],
      ['update-password', { newPassword: 'a quite different one', oldPassword: testPassword }],
      ['update-profile', { username: 'mallory' }],
    ];
    for (const [path, body] of taking) {
      const reply = await passbeam.v3('POST', path, { app: 'tv', token, body });
      expect(reply.body, path).toMatchObject({ statusCode: 403, refusal: 'permission_denied' });
    }
    expect((await passbeam.v3('GET', 'get-profile', { app: 'tv', token })).body.statusCode).toBe(200);
  });

  it('proves anew who they are, though the browser is signed in', async () => {
    const browser = openBrowser();
    const first = await browser.interactionOf((await begin()).user_code);
    await browser.step(first, 'password', credentials);
    await browser.step(first, 'consent', { allow: true });
    passbeam.pass(1);
    const { device_code, user_code } = await begin();
    const second = await browser.interactionOf(user_code);
    expect(await browser.view(second)).toMatchObject({
      step: 'signIn',
      why: 'again',
      account: { displayName: 'Alice' },
    });
    await browser.step(second, 'consent', { allow: true });
    expect(await errorOf(device_code)).toBe('authorization_pending');
    expect((await browser.done(second)).statusCode).toBe(303);
  });

  it('proves it again when five minutes went by before the answer', async () => {
    const { user_code } = await begin();
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code);
    await browser.step(uuid, 'password', credentials);
    passbeam.pass(301);
    expect((await browser.view(uuid)).step).toBe('signIn');
    const { error, refusal } = await browser.step(uuid, 'consent', { allow: true });
    expect(error ?? refusal).toBe('wrong_step');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['was kicked', () => call('kick-users', { userId: passbeam.alice.id, appIds: ['tv'] })],
    ['was suspended', () => call('update-user', { userId: passbeam.alice.id, status: 'Suspended' })],
  ])('who %s after agreeing signs in no device', async (_, happens) => {
    const { device_code, user_code } = await begin();
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code);
    await browser.step(uuid, 'password', credentials);
    await browser.step(uuid, 'consent', { allow: true });
    await happens();
    expect(['access_denied', 'invalid_grant']).toContain(await errorOf(device_code));
    await call('update-user', { userId: passbeam.alice.id, status: 'Activated' });
    expect(['access_denied', 'invalid_grant']).toContain(await errorOf(device_code));
  });

  it('refuses, and the device hears it', async () => {
    const { device_code, user_code } = await begin();
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code);
    await browser.step(uuid, 'password', credentials);
    await browser.step(uuid, 'consent', { allow: false });
    expect((await browser.done(uuid)).body).toContain('You refused');
    expect(await errorOf(device_code)).toBe('access_denied');
  });

  it('who goes away without signing in decides nothing', async () => {
    const { device_code, user_code } = await begin();
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code);
    await browser.step(uuid, 'cancel', {});
    expect((await browser.done(uuid)).body).toContain('Nothing was decided');
    expect(await errorOf(device_code)).toBe('authorization_pending');
  });

  it('who is late hears that the code is over', async () => {
    const { user_code } = await begin();
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code);
    passbeam.pass(590);
    await browser.step(uuid, 'password', credentials);
    passbeam.pass(11);
    await browser.step(uuid, 'consent', { allow: true });
    expect((await browser.done(uuid)).body).toContain('no longer good');
  });

  it('cannot decide what another person scanned in the app', async () => {
    await passbeam.addUser({ username: 'bob' });
    const { device_code, user_code } = await begin();
    const token = await passbeam.signIn('bob');
    await passbeam.v3('POST', 'set-device-status', { app: null, token, body: { userCode: user_code, action: 'SCAN' } });
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code);
    await browser.step(uuid, 'password', credentials);
    await browser.step(uuid, 'consent', { allow: true });
    expect((await browser.done(uuid)).body).toContain('no longer good');
    expect(await errorOf(device_code)).toBe('authorization_pending');
  });

  it('answers once: a second tab and another browser change nothing', async () => {
    const { device_code, user_code } = await begin();
    const browser = openBrowser();
    const uuid = await browser.interactionOf(user_code);
    await browser.step(uuid, 'password', credentials);
    await browser.step(uuid, 'consent', { allow: true });
    expect((await browser.step(uuid, 'consent', { allow: false })).data.step).toBe('leave');
    expect((await openBrowser().done(uuid)).statusCode).toBe(400);
    expect((await openBrowser().send({ url: `/oidc/auth/${uuid}` })).statusCode).toBe(400);
    expect((await ask(device_code)).http).toBe(200);
  });
});
