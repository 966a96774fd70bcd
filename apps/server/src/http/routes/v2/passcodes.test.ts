import { constants, publicEncrypt } from 'node:crypto';
import { errors } from '@passbeam/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PasscodeMessage } from '../../../core/sign-in/message-sender.ts';
import { maxPasscodeFailures } from '../../../core/sign-in/passcode-store.ts';
import { openTestPassbeam, sendInto, type TestPassbeam } from '../../../testing.ts';

let outbox: PasscodeMessage[];
let passbeam: TestPassbeam;
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
});
afterEach(() => passbeam.close());

const post = async (path: string, body: unknown, app = 'phone') =>
  (await passbeam.v3('POST', `/api/v2/${path}`, { app, body })).body;
const passcode = () => outbox.at(-1)?.passcode ?? '';

describe('passcodes of the second generation', () => {
  it('log in by e-mail and by SMS, with a V2 token that works', async () => {
    expect(await post('email/send', { email: 'alice@example.com', scene: 'LOGIN_VERIFY_CODE' })).toEqual({
      code: 200,
      message: 'ok',
    });
    const byMail = await post('login/email-code', { email: 'alice@example.com', code: passcode() });
    expect(byMail).toMatchObject({
      code: 200,
      statusCode: 200,
      data: { username: 'alice', token: expect.any(String) },
    });
    const headers = { authorization: `Bearer ${byMail.data.token}` };
    const me = await passbeam.v3('GET', '/api/v2/users/me', { app: 'phone', headers });
    expect(me.body).toMatchObject({ code: 200, data: { id: passbeam.alice.id, emailVerified: true } });

    await post('sms/send', { phone: '13800000001', phoneCountryCode: '+86', scene: 'login' });
    const bySms = await post('login/phone-code', { phone: '13800000001', phoneCountryCode: '+86', code: passcode() });
    expect(bySms).toMatchObject({ code: 200, data: { id: passbeam.alice.id, phoneVerified: true } });
  });

  it('cross over to v3 and back', async () => {
    await post('email/send', { email: 'alice@example.com', scene: 'LOGIN_VERIFY_CODE' });
    const body = { connection: 'PASSCODE', passCodePayload: { email: 'alice@example.com', passCode: passcode() } };
    expect((await passbeam.v3('POST', 'signin', { app: 'phone', body })).body.statusCode).toBe(200);
    passbeam.pass(60);
    await passbeam.v3('POST', 'send-email', {
      app: 'phone',
      body: { channel: 'CHANNEL_LOGIN', email: 'alice@example.com' },
    });
    expect((await post('login/email-code', { email: 'alice@example.com', code: passcode() })).code).toBe(200);
  });

  it('to log in and to register have addresses of their own', async () => {
    await post('sms/send-login', { phone: '13800000001', phoneCountryCode: '+86' });
    await post('sms/send-register', { phone: '13800000008', phoneCountryCode: '+86' });
    expect(outbox.map(({ purpose }) => purpose)).toEqual(['CHANNEL_LOGIN', 'CHANNEL_REGISTER']);
  });

  it('without a scene are for what the person can do', async () => {
    await post('sms/send', { phone: '13800000001', phoneCountryCode: '+86' });
    await post('sms/send', { phone: '13800000009', phoneCountryCode: '+86' });
    expect(outbox.map(({ purpose }) => purpose)).toEqual(['CHANNEL_LOGIN', 'CHANNEL_REGISTER']);
    const registration = { phone: '13800000009', phoneCountryCode: '+86', code: passcode(), forceLogin: true };
    expect(await post('register/phone-code', registration)).toMatchObject({
      code: 200,
      data: { phone: '13800000009', phoneCountryCode: '+86', phoneVerified: true, token: expect.any(String) },
    });
  });

  it.each([
    ['sms', { phone: '13800000009', phoneCountryCode: '+86' }, 'phoneCode', 'register-phone-code'],
    ['email', { email: 'new@example.com' }, 'emailCode', 'register-email-code'],
  ])('to register by %s can be checked first, and stay good', async (kind, address, name, register) => {
    await post(`${kind}/send`, { ...address, scene: kind === 'sms' ? 'register' : 'REGISTER_VERIFY_CODE' });
    const checked = { code: 200, statusCode: 200, data: { valid: true } };
    for (let time = 0; time < 6; time++) {
      expect(await post(`${kind}/preCheckCode`, { ...address, [name]: passcode() })).toMatchObject(checked);
    }
    expect(await post(register, { ...address, code: passcode() })).toMatchObject({ code: 200 });
  });

  it.each(['open', 'closed'])(
    'without a scene write as often for people without an account where registration is %s',
    async (registration) => {
      const { pool, directory, stores } = passbeam;
      const securitySettings = { ...pool.securitySettings, registerDisabled: registration === 'closed' };
      await directory.putPool({ ...pool, securitySettings });
      const writes = vi.spyOn(stores.passcodes, 'put');
      const writesFor = async (email: string, scene?: string) => {
        writes.mockClear();
        expect((await post('email/send', { email, scene })).code).toBe(200);
        passbeam.pass(60);
        return writes.mock.calls.length;
      };
      await passbeam.addUser({ username: 'carol', email: 'carol@example.com', emailVerified: true });
      for (const scene of [undefined, 'VERIFY_CODE']) {
        const writesForCarol = await writesFor('carol@example.com', scene);
        expect(writesForCarol).toBeGreaterThan(0);
        expect(await writesFor('nobody@example.com', scene)).toBe(writesForCarol);
      }
    },
  );

  it('without a scene that began an account are used up for everything, and the next may be asked for at once', async () => {
    await post('email/send', { email: 'new@example.com' });
    const first = passcode();
    expect((await post('register/email-code', { email: 'new@example.com', code: first })).code).toBe(200);
    await post('email/send', { email: 'new@example.com', scene: 'RESET_PASSWORD' });
    expect(outbox).toHaveLength(2);
    const { publicKey: key } = (await passbeam.v3('GET', '/api/v2/.well-known')).body.data;
    const password = Buffer.from('a quite different one');
    const newPassword = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, password).toString('base64');
    const reset = (code: string) => post('password/reset/email', { email: 'new@example.com', code, newPassword });
    if (first !== passcode()) expect((await reset(first)).code).toBe(2001);
    expect((await reset(passcode())).code).toBe(200);
  });

  it('that are wrong when checked count as guesses', async () => {
    const address = { email: 'new@example.com' };
    await post('email/send', { ...address, scene: 'REGISTER_VERIFY_CODE' });
    const wrong = passcode() === '000000' ? '000001' : '000000';
    const headers = { 'x-authing-lang': 'zh-CN' };
    const body = { ...address, emailCode: wrong };
    const refused = await passbeam.v3('POST', '/api/v2/email/preCheckCode', { app: 'phone', body, headers });
    expect(refused.body).toMatchObject({
      statusCode: 200,
      data: { valid: false, message: errors.passcode_invalid.zh },
    });
    for (let time = 1; time < maxPasscodeFailures; time++) await post('email/preCheckCode', body);
    const right = { ...address, emailCode: passcode() };
    expect(await post('email/preCheckCode', right)).toMatchObject({ data: { valid: false } });
    expect(await post('register-email-code', { ...address, code: passcode() })).toMatchObject({ code: 2001 });
  });

  it('to log in are not taken for passcodes to register', async () => {
    await post('email/send', { email: 'alice@example.com', scene: 'LOGIN_VERIFY_CODE' });
    const body = { email: 'alice@example.com', emailCode: passcode() };
    expect(await post('email/preCheckCode', body)).toMatchObject({ data: { valid: false } });
  });

  it.each(['register/email-code', 'register-email-code'])('register by %s', async (path) => {
    await post('email/send', { email: 'new@example.com', scene: 'REGISTER_VERIFY_CODE' });
    const body = { email: 'new@example.com', code: passcode(), profile: { nickname: 'New', company: null } };
    const reply = await post(path, body);
    expect(reply).toMatchObject({
      code: 200,
      data: { email: 'new@example.com', nickname: 'New', emailVerified: true },
    });
    expect(reply.data.token ?? null).toBeNull();
    passbeam.pass(11);
    expect(await post(path, body)).toMatchObject({ code: 2001 });
  });

  it('make an account at sign-in when asked to', async () => {
    await post('sms/send', { phone: '+8613800000009', scene: 'login' });
    const login = { phone: '+8613800000009', code: passcode() };
    expect((await post('login/phone-code', { ...login, autoRegister: true })).code).toBe(200);
  });

  it.each([
    ['a wrong code', 'login/email-code', { email: 'alice@example.com', code: '000000' }, 2001],
    ['no address', 'login/phone-code', { code: '000000' }, 2231],
    ['an odd address', 'email/send', { email: 'x' }, 2231],
    ['a scene that is not served', 'sms/send', { phone: '13800000001', scene: 'bind' }, 2231],
    ['a scene of no purpose', 'sms/send', { phone: '13800000001', scene: 'constructor' }, 2231],
  ])('refuse %s with its number', async (_, path, body, number) => {
    expect(await post(path, body)).toMatchObject({ code: number, data: null });
  });
});
