import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PasscodeMessage } from '../../../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../../../testing.ts';

let outbox: PasscodeMessage[];
let passbeam: TestPassbeam;
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
});
afterEach(() => passbeam.close());

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  passbeam.v3('POST', path, { app: 'phone', body, headers });
const sendEmail = (email = 'alice@example.com', channel = 'CHANNEL_LOGIN') => post('send-email', { channel, email });
const passcode = () => outbox.at(-1)?.passcode ?? '';
const signIn = (passCodePayload: unknown, options: unknown = {}) =>
  post('signin', { connection: 'PASSCODE', passCodePayload, options });

describe('POST /api/v3/send-email and send-sms', () => {
  it('send a code and say nothing else', async () => {
    const { body } = await sendEmail();
    expect(body).toEqual({ statusCode: 200, message: 'ok', requestId: expect.any(String) });
    await post('send-sms', { channel: 'CHANNEL_LOGIN', phoneNumber: '13800000001', phoneCountryCode: '+86' });
    expect(outbox.map(({ to }) => to.address)).toEqual(['alice@example.com', '+8613800000001']);
  });

  it('answer alike for the known and the unknown', async () => {
    const known = await sendEmail();
    const unknown = await sendEmail('nobody@example.com');
    expect({ ...unknown.body, requestId: '' }).toEqual({ ...known.body, requestId: '' });
    for (const email of ['alice@example.com', 'nobody@example.com']) {
      const again = await sendEmail(email);
      expect(again.http).toBe(429);
      expect(again.headers['retry-after']).toBe('60');
    }
  });

  it('speak the language of the request', async () => {
    await post('send-email', { channel: 'CHANNEL_LOGIN', email: 'alice@example.com' }, { 'x-authing-lang': 'zh-CN' });
    expect(outbox[0]?.language).toBe('zh');
  });

  it.each([
    ['send-email', { channel: 'CHANNEL_LOGIN', email: 'nonsense' }, 400, 'email'],
    ['send-email', { channel: 'CHANNEL_LOGIN' }, 400, 'email'],
    ['send-email', { channel: 'CHANNEL_OTHER', email: 'a@example.com' }, 400, 'channel'],
    ['send-email', { channel: 'CHANNEL_BIND_MFA', email: 'a@example.com' }, 400, 'CHANNEL_BIND_MFA'],
    ['send-sms', { channel: 'CHANNEL_LOGIN', phoneNumber: 'x' }, 400, 'phoneNumber'],
    [
      'send-sms',
      { channel: 'CHANNEL_LOGIN', phoneNumber: '13800000001', phoneCountryCode: 'x' },
      400,
      'phoneCountryCode',
    ],
  ])('%s refuses %j', async (path, body, statusCode, text) => {
    const reply = await post(path, body);
    expect(reply.body).toMatchObject({ statusCode, message: expect.stringContaining(text) });
    expect(outbox).toEqual([]);
  });

  it('limit one network that asks for many, and one address that is asked for often', async () => {
    const https = new Set<number>();
    for (let index = 0; index < 35; index++) https.add((await sendEmail(`a${index}@example.com`)).http);
    expect(https).toEqual(new Set([200, 429]));
    expect(outbox).toHaveLength(30);
  });
});

describe('without SMTP and hook', () => {
  it('say what the operator must set', async () => {
    await passbeam.close();
    passbeam = await openTestPassbeam();
    expect((await sendEmail()).body).toMatchObject({
      statusCode: 501,
      message: expect.stringContaining('SMTP_URL and MAIL_FROM'),
    });
    const sms = await post('send-sms', { channel: 'CHANNEL_LOGIN', phoneNumber: '13800000001' });
    expect(sms.body).toMatchObject({ statusCode: 501, message: expect.stringContaining('SMS_HOOK_URL') });
  });

  it('in the demo, show the code in the log of the server', async () => {
    await passbeam.close();
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    passbeam = await openTestPassbeam({ DEMO: 'on' }, { log });
    await sendEmail();
    const [, passCode] = /demo: the code for alice@example.com is (\d{6})/.exec(lines.join('')) ?? [];
    expect((await signIn({ passCode, email: 'alice@example.com' })).body.statusCode).toBe(200);
  });
});

describe('POST /api/v3/signin with connection PASSCODE', () => {
  it('gives a token set, once', async () => {
    await sendEmail();
    const { body } = await signIn(
      { passCode: passcode(), email: 'alice@example.com' },
      { scope: 'openid offline_access' },
    );
    expect(body.data).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) });
    const profile = await passbeam.v3('GET', 'get-profile', { token: body.data.access_token });
    expect(profile.body.data).toMatchObject({ username: 'alice', emailVerified: true });
    passbeam.pass(11);
    const again = await signIn({ passCode: passcode(), email: 'alice@example.com' });
    expect(again.body).toMatchObject({ statusCode: 400, apiCode: 2001 });
  });

  it('works for phones, with the country in front or beside', async () => {
    await post('send-sms', { channel: 'CHANNEL_LOGIN', phoneNumber: '13800000001', phoneCountryCode: '+86' });
    expect((await signIn({ passCode: passcode(), phone: '+8613800000001' })).body.statusCode).toBe(200);
  });

  it('approves scans like any phone login', async () => {
    await sendEmail();
    const { data } = (await signIn({ passCode: passcode(), email: 'alice@example.com' })).body;
    const { qrcodeId } = (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data;
    const call = { token: data.access_token, body: { qrcodeId, action: 'SCAN' } };
    expect((await passbeam.v3('POST', 'set-qrcode-status', call)).body.statusCode).toBe(200);
  });

  it('answers alike for a wrong code of the known and the unknown', async () => {
    await sendEmail();
    const wrong = passcode() === '000000' ? '111111' : '000000';
    const known = (await signIn({ passCode: wrong, email: 'alice@example.com' })).body;
    const unknown = (await signIn({ passCode: wrong, email: 'nobody@example.com' })).body;
    expect(known).toMatchObject({ statusCode: 400, apiCode: 2001 });
    expect({ ...unknown, requestId: '' }).toEqual({ ...known, requestId: '' });
  });

  it('makes an account when asked to', async () => {
    await sendEmail('new@example.com');
    const payload = { passCode: passcode(), email: 'new@example.com' };
    expect((await signIn(payload, { autoRegister: true })).body.statusCode).toBe(200);
  });

  it('takes no code of another channel, pool or kind', async () => {
    await sendEmail('alice@example.com', 'CHANNEL_REGISTER');
    expect((await signIn({ passCode: passcode(), email: 'alice@example.com' })).body.apiCode).toBe(2001);
    passbeam.pass(60);
    await sendEmail();
    await passbeam.addPool('pool2');
    await passbeam.addApplication({ id: 'other', userPoolId: 'pool2', tokenEndpointAuthMethod: 'none' });
    const body = { connection: 'PASSCODE', passCodePayload: { passCode: passcode(), email: 'alice@example.com' } };
    expect((await passbeam.v3('POST', 'signin', { app: 'other', body })).body.apiCode).toBe(2001);
    expect((await passbeam.v3('POST', 'signin', { app: 'phone', body })).body.statusCode).toBe(200);
  });

  it('slows one address that guesses', async () => {
    const https = new Set<number>();
    for (let index = 0; index < 65; index++) {
      https.add((await signIn({ passCode: '000000', email: `a${index}@example.com` })).http);
    }
    expect(https).toEqual(new Set([200, 429]));
  });

  it.each([
    ['no payload', undefined, 'passCodePayload'],
    ['no code', { email: 'a@example.com' }, 'passCodePayload.passCode'],
    ['no address', { passCode: '1' }, 'passCodePayload.email'],
    ['two addresses', { passCode: '1', email: 'a@example.com', phone: '13800000001' }, 'exactly one'],
    ['an odd address', { passCode: '1', email: 'x' }, 'passCodePayload.email'],
  ])('names the field for %s', async (_, payload, text) => {
    expect((await signIn(payload)).body).toMatchObject({ statusCode: 400, message: expect.stringContaining(text) });
  });

  it('needs the secret of an application that has one', async () => {
    await sendEmail();
    const body = { connection: 'PASSCODE', passCodePayload: { passCode: passcode(), email: 'alice@example.com' } };
    expect((await passbeam.v3('POST', 'signin', { body })).body).toMatchObject({ statusCode: 401, apiCode: 1001 });
  });
});

describe('POST /api/v3/signup with connection PASSCODE', () => {
  const signUp = (passCodePayload: unknown, more: object = {}) =>
    post('signup', { connection: 'PASSCODE', passCodePayload, ...more });

  it('registers a verified person', async () => {
    await sendEmail('new@example.com', 'CHANNEL_REGISTER');
    const { body } = await signUp(
      { passCode: passcode(), email: 'new@example.com' },
      { profile: { nickname: 'New' }, options: { passwordForPhonePassCode: testPassword } },
    );
    expect(body.data).toMatchObject({ email: 'new@example.com', emailVerified: true, nickname: 'New' });
    const passwordPayload = { email: 'new@example.com', password: testPassword };
    expect((await post('signin', { connection: 'PASSWORD', passwordPayload })).body.statusCode).toBe(200);
  });

  it('tells who proved the address that it is registered, and nobody else', async () => {
    await sendEmail('alice@example.com', 'CHANNEL_REGISTER');
    const wrong = await signUp({ passCode: passcode() === '1' ? '2' : '1', email: 'alice@example.com' });
    expect(wrong.body).toMatchObject({ statusCode: 400, apiCode: 2001 });
    const right = await signUp({ passCode: passcode(), email: 'alice@example.com' });
    expect(right.body).toMatchObject({ statusCode: 409, apiCode: 2026 });
  });

  it('is refused where registration is closed', async () => {
    const pool = passbeam.directory.getPool('pool1');
    const securitySettings = { ...pool.securitySettings, registerDisabled: true };
    await passbeam.directory.putPool({ ...pool, securitySettings });
    expect((await signUp({ passCode: '1', email: 'new@example.com' })).body).toMatchObject({ apiCode: 2031 });
  });
});

describe('a forgotten password', () => {
  it('is replaced with a code and a token', async () => {
    await sendEmail('alice@example.com', 'CHANNEL_RESET_PASSWORD');
    const proof = {
      verifyMethod: 'EMAIL_PASSCODE',
      emailPassCodePayload: { email: 'alice@example.com', passCode: passcode() },
    };
    const { body } = await post('verify-reset-password-request', proof);
    expect(body.data).toEqual({ passwordResetToken: expect.any(String), tokenExpiresIn: 600 });
    const { passwordResetToken } = body.data;
    const weak = await post('reset-password', { passwordResetToken, password: '123456' });
    expect(weak.body).toMatchObject({ statusCode: 400, apiCode: 2029 });
    const done = await post('reset-password', { passwordResetToken, password: 'another good password' });
    expect(done.body).toMatchObject({ statusCode: 200, data: { success: true } });
    const passwordPayload = { username: 'alice', password: 'another good password' };
    expect((await post('signin', { connection: 'PASSWORD', passwordPayload })).body.statusCode).toBe(200);
    const again = await post('reset-password', { passwordResetToken, password: 'yet another password' });
    expect(again.body).toMatchObject({ statusCode: 400, apiCode: 2001 });
  });

  it('needs the payload of its method', async () => {
    const { body } = await post('verify-reset-password-request', { verifyMethod: 'PHONE_PASSCODE' });
    expect(body).toMatchObject({ statusCode: 400, message: expect.stringContaining('phonePassCodePayload') });
  });
});
