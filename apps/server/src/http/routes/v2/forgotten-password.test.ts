import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultApplicationProfile } from '../../../core/directory/profile.ts';
import type { PasscodeMessage } from '../../../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../../../testing.ts';
import { callSigned } from '../management/signed-call.fixture.ts';

let outbox: PasscodeMessage[];
let passbeam: TestPassbeam;
let publicKey: string;
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
  publicKey = (await passbeam.v3('GET', '/api/v2/.well-known')).body.data.publicKey;
});
afterEach(() => passbeam.close());

const post = async (path: string, body: unknown) =>
  (await passbeam.v3('POST', `/api/v2/${path}`, { app: 'phone', body })).body;

const sealed = (password: string) =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString('base64');
const logIn = async (password: string) =>
  (await post('login/account', { account: 'alice', password: sealed(password) })).code;

describe('a forgotten password at Guard', () => {
  const newPassword = 'a passphrase of the new year';
  type Way = [send: string, scene: string, address: Record<string, string>];
  const byMail: Way = ['email/send', 'RESET_PASSWORD_VERIFY_CODE', { email: 'alice@example.com' }];
  const bySms: Way = ['sms/send', 'reset', { phone: '13800000001' }];

  async function checked([send, scene, address]: Way): Promise<string> {
    expect(await post(send, { ...address, scene })).toMatchObject({ code: 200 });
    const reply = await post('users/password/forget/check-code', { ...address, code: outbox.at(-1)?.passcode });
    expect(reply).toEqual({
      code: 200,
      message: 'ok',
      data: { resetPasswordToken: expect.any(String), passwordStrength: 1 },
    });
    return reply.data.resetPasswordToken;
  }
  const reset = (resetPasswordToken: string, password: string, repeated = password) =>
    post('users/password/password-reset', {
      newPassword: sealed(password),
      repeatPassword: sealed(repeated),
      resetPasswordToken,
    });

  it.each([byMail, bySms])('is replaced by a code of %s', async (...way) => {
    const token = await checked(way);
    expect(await reset(token, newPassword)).toEqual({ code: 200, message: 'ok' });
    expect(await logIn(newPassword)).toBe(200);
    expect(await logIn(testPassword)).toBe(2333);
    passbeam.pass(11);
    expect(await reset(token, 'yet another passphrase')).toMatchObject({ code: 2001 });
  });

  it('stays while the new one is refused, and the token stays good', async () => {
    const token = await checked(byMail);
    expect(await reset(token, '123456')).toMatchObject({ code: 2029, message: expect.stringContaining('newPassword') });
    expect(await reset(token, newPassword, 'something else')).toMatchObject({ code: 2231 });
    expect(await post('users/password/password-reset', { newPassword, resetPasswordToken: token })).toMatchObject({
      code: 2016,
    });
    expect(await logIn(testPassword)).toBe(200);
    expect(await reset(token, newPassword)).toMatchObject({ code: 200 });
  });

  it.each([
    ['a wrong code', { email: 'alice@example.com', code: '000000' }, 2001],
    ['a stranger’s address', { email: 'nobody@example.com', code: '000000' }, 2001],
    ['no address', { code: '000000' }, 2231],
    ['two addresses', { email: 'alice@example.com', phone: '13800000001', code: '000000' }, 2231],
  ])('stays for %s', async (_, body, code) => {
    expect(await post('users/password/forget/check-code', body)).toMatchObject({ code, data: null });
  });

  it('is not offered unless the application says so and a code can be sent', async () => {
    const button = async ({ v3 }: TestPassbeam, id: string) =>
      (await v3('GET', `/api/v2/applications/${id}/public-config`, { app: null })).body.data.ssoPageComponentDisplay
        .forgetPasswordBtn;
    const brandingConfig = { ...defaultApplicationProfile.brandingConfig, showForgetPasswordButton: true };
    const profile = { ...defaultApplicationProfile, brandingConfig };
    await passbeam.addApplication({ id: 'news', profile });
    expect([await button(passbeam, 'site'), await button(passbeam, 'news')]).toEqual([false, true]);
    const mute = await openTestPassbeam();
    await mute.addApplication({ id: 'news', profile });
    expect(await button(mute, 'news')).toBe(false);
    await mute.close();
  });
});

describe('GET /api/v2/users/find', () => {
  const find = async (type: string, key: string, more: object = {}) => {
    const query = { userPoolId: 'pool1', type, key };
    return (await passbeam.v3('GET', '/api/v2/users/find', { app: 'phone', query, ...more })).body;
  };

  it.each([
    ['email', 'Alice@example.com', true],
    ['phone', '13800000001', true],
    ['username', 'alice', true],
    ['email', 'nobody@example.com', false],
    ['phone', '13800000009', false],
    ['username', 'alice@example.com', false],
  ])('tells Guard whether somebody has the %s %s', async (type, key, isKnown) => {
    expect(await find(type, key)).toEqual({ code: 200, message: 'ok', data: isKnown });
  });

  it('says yes to everybody where registration is closed, so that Guard goes on and nobody learns who exists', async () => {
    const pool = passbeam.directory.getPool('pool1');
    const securitySettings = { ...pool.securitySettings, registerDisabled: true };
    await passbeam.directory.putPool({ ...pool, securitySettings });
    expect((await find('email', 'alice@example.com')).data).toBe(true);
    expect((await find('email', 'nobody@example.com')).data).toBe(true);
    const query = { type: 'email', key: 'nobody@example.com' };
    expect((await callSigned(passbeam, 'GET', '/api/v2/users/find', { query })).body.data).toBe(false);
  });

  it('refuses what it cannot look for, and who asks too often', async () => {
    expect(await find('customName', 'x')).toMatchObject({ code: 2231 });
    expect(await find('email', 'alice@example.com', { app: null })).toMatchObject({ code: 2101 });
    for (let count = 0; count < 60; count++) await find('username', `nobody-${count}`);
    expect(await find('username', 'nobody-60')).toMatchObject({ code: 1000 });
  });
});
