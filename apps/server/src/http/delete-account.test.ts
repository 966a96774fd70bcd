import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../testing.ts';

/** Deleting one's own account: v3's two steps, and the single one of phones of the second generation. */

let passbeam: TestPassbeam;
let outbox: PasscodeMessage[];
let token: string;
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
  const contacts = { email: 'bob@example.com', emailVerified: true, phone: '13800000002', phoneCountryCode: '+86' };
  await passbeam.addUser({ username: 'bob', ...contacts });
  token = await passbeam.signIn('bob');
});
afterEach(() => passbeam.close());

const post = async (path: string, body: unknown, by: string | undefined = token) =>
  (await passbeam.v3('POST', path, { app: 'phone', token: by, body })).body;
const verify = (body: object, by?: string) => post('verify-delete-account-request', body, by);
const findBob = () => passbeam.stores.users.findByLogin('pool1', 'username', 'bob');
const channel = 'CHANNEL_DELETE_ACCOUNT';

async function mailed(email = 'bob@example.com', by?: string): Promise<string> {
  const count = outbox.length;
  expect((await post('send-email', { channel, email }, by)).statusCode).toBe(200);
  return outbox.length === count ? 'none' : (outbox.at(-1)?.passcode ?? '');
}
const byEmail = (passCode: string, email?: string) => ({
  verifyMethod: 'EMAIL_PASSCODE',
  emailPassCodePayload: { passCode, ...(email === undefined ? {} : { email }) },
});
const byPassword = (password: string) => ({ verifyMethod: 'PASSWORD', passwordPayload: { password } });

describe('in v3', () => {
  it.each([undefined, 'bob@example.com', 'BOB@example.com'])(
    'a code by e-mail deletes the account: %s',
    async (email) => {
      const { data } = await verify(byEmail(await mailed(), email));
      expect(data).toEqual({ deleteAccountToken: expect.any(String), tokenExpiresIn: 60 });
      expect(await findBob()).not.toBeNull();
      const second = await passbeam.signIn('bob', passbeam.site);
      expect(await post('delete-account', { deleteAccountToken: data.deleteAccountToken })).toMatchObject({
        statusCode: 200,
        data: { success: true },
      });
      expect(await findBob()).toBeNull();
      for (const ended of [token, second]) {
        expect((await passbeam.v3('GET', 'get-profile', { token: ended })).body.apiCode).toBe(2020);
      }
      const [deleted] = await passbeam.stores.audit.list({ type: 'user.deleted', limit: 5 });
      expect(deleted).toMatchObject({ applicationId: 'phone', userPoolId: 'pool1', ip: expect.any(String) });
      expect(await passbeam.stores.audit.list({ type: 'session.revoked', limit: 5 })).toMatchObject([
        { userId: deleted?.userId, detail: { reason: 'user_deleted' } },
      ]);
    },
  );

  it.each([
    ['13800000002', '+86'],
    ['13800000002', undefined],
    ['+8613800000002', undefined],
  ])('a code by SMS does, in whatever spelling: %s %s', async (phoneNumber, phoneCountryCode) => {
    const to = { phoneNumber, phoneCountryCode };
    expect((await post('send-sms', { channel, ...to })).statusCode).toBe(200);
    expect(outbox.at(-1)).toMatchObject({ purpose: channel });
    const phonePassCodePayload = { ...to, passCode: outbox.at(-1)?.passcode };
    const { data } = await verify({ verifyMethod: 'PHONE_PASSCODE', phonePassCodePayload });
    expect((await post('delete-account', data)).statusCode).toBe(200);
    expect(await findBob()).toBeNull();
  });

  it('the password does where no address is verified, encrypted too', async () => {
    await passbeam.addUser({ username: 'nia', email: 'nia@example.com' });
    const nia = await passbeam.signIn('nia');
    expect(await verify(byPassword('wrong one'), nia)).toMatchObject({ apiCode: 2203 });
    expect((await post('delete-account', (await verify(byPassword(testPassword), nia)).data, nia)).statusCode).toBe(
      200,
    );
    expect(await passbeam.stores.users.findByLogin('pool1', 'username', 'nia')).toBeNull();
    expect(await verify(byPassword(testPassword))).toMatchObject({
      apiCode: 2231,
      message: expect.stringContaining('verifyMethod'),
    });
  });

  it('guessing the password locks, as everywhere', async () => {
    await passbeam.addUser({ username: 'nia' });
    const nia = await passbeam.signIn('nia');
    for (let guess = 0; guess < 5; guess++) await verify(byPassword('wrong one'), nia);
    expect(await verify(byPassword(testPassword), nia)).toMatchObject({ apiCode: 2005 });
  });

  it('codes go to the own addresses only, and answer alike', async () => {
    expect(await mailed('alice@example.com')).toBe('none');
    expect(await mailed('nobody@example.com')).toBe('none');
    const passCode = await mailed();
    for (const email of ['alice@example.com', 'nobody@example.com']) {
      expect(await verify(byEmail(passCode, email))).toMatchObject({
        apiCode: 2231,
        message: expect.stringContaining('emailPassCodePayload.email'),
      });
    }
    const alice = await passbeam.signIn('alice');
    expect(await verify(byEmail(passCode), alice)).toMatchObject({ apiCode: 2001 });
    expect((await verify(byEmail(passCode))).statusCode).toBe(200);
    passbeam.pass(11);
    expect(await verify(byEmail(passCode))).toMatchObject({ apiCode: 2001 });
  });

  it('a code of another channel opens nothing here, nor one of this another', async () => {
    await post('send-email', { channel: 'CHANNEL_UNBIND_EMAIL', email: 'bob@example.com' });
    expect(await verify(byEmail(outbox.at(-1)?.passcode ?? ''))).toMatchObject({ apiCode: 2001 });
    passbeam.pass(60);
    const passCode = await mailed();
    expect(await post('unbind-email', { passCode })).toMatchObject({ apiCode: 2001 });
    expect((await verify(byEmail(passCode))).statusCode).toBe(200);
  });

  it('the token is for one person, one use and a minute', async () => {
    const { data } = await verify(byEmail(await mailed()));
    const alice = await passbeam.signIn('alice');
    expect(await post('delete-account', data, alice)).toMatchObject({ apiCode: 2001 });
    passbeam.pass(60);
    expect(await post('delete-account', data)).toMatchObject({
      apiCode: 2001,
      message: expect.stringContaining('deleteAccountToken'),
    });
    const { data: next } = await verify(byEmail(await mailed()));
    const replies = await Promise.all([post('delete-account', next), post('delete-account', next)]);
    // One caller that asks twice hears the same twice, and the account is deleted once.
    expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await passbeam.stores.audit.list({ type: 'user.deleted', limit: 5 })).toHaveLength(1);
  });

  it('nobody leaves by a login that came from a scan: it may be a relayed one (threats T1)', async () => {
    const scanned = await scanBorn();
    const passCode = await mailed();
    expect(await verify(byEmail(passCode), scanned)).toMatchObject({ statusCode: 403, apiCode: 1001 });
    const { data } = await verify(byEmail(passCode));
    expect(await post('delete-account', data, scanned)).toMatchObject({ statusCode: 403, apiCode: 1001 });
    expect(await findBob()).not.toBeNull();
  });

  it.each([
    [{}, 'verifyMethod'],
    [{ verifyMethod: 'CALL' }, 'verifyMethod'],
    [{ verifyMethod: 'EMAIL_PASSCODE' }, 'emailPassCodePayload'],
    [{ verifyMethod: 'PHONE_PASSCODE', emailPassCodePayload: { passCode: '1' } }, 'phonePassCodePayload'],
    [{ verifyMethod: 'PASSWORD' }, 'passwordPayload'],
    [
      { verifyMethod: 'EMAIL_PASSCODE', emailPassCodePayload: { passCode: '1', email: 'x' } },
      'emailPassCodePayload.email',
    ],
    [
      { verifyMethod: 'PASSWORD', passwordPayload: { password: 'x', passwordEncryptType: 'rot13' } },
      'passwordPayload.passwordEncryptType',
    ],
  ])('%j is refused by name', async (body, field) => {
    expect(await verify(body)).toMatchObject({ apiCode: 2231, message: expect.stringContaining(`: ${field} `) });
  });

  it.each(['verify-delete-account-request', 'delete-account'])('%s needs a login', async (path) => {
    const body = { ...byEmail('1'), deleteAccountToken: 'x' };
    expect((await passbeam.v3('POST', path, { app: 'phone', body })).body).toMatchObject({ apiCode: 2020 });
  });

  it('strangers are sent no code', async () => {
    const reply = await passbeam.v3('POST', 'send-email', {
      app: 'phone',
      body: { channel, email: 'bob@example.com' },
    });
    expect(reply.body).toMatchObject({ apiCode: 2020 });
    expect(outbox).toEqual([]);
  });
});

describe('in the second generation', () => {
  const remove = async (by?: string) => {
    const headers = { 'content-type': 'application/json' };
    return (await passbeam.v3('DELETE', '/api/v2/users/delete', { app: 'phone', token: by, headers })).body;
  };

  it('a login of a moment ago is the proof that phones cannot send', async () => {
    passbeam.pass(599);
    expect(await remove(token)).toEqual({ code: 200, message: 'ok' });
    expect(await findBob()).toBeNull();
    passbeam.pass(11);
    expect(await remove(token)).toMatchObject({ code: 2020 });
  });

  it('an older login, one from a scan and none at all delete nothing', async () => {
    expect(await remove()).toMatchObject({ code: 2020 });
    expect(await remove(await scanBorn())).toMatchObject({ code: 1001 });
    passbeam.pass(600);
    expect(await remove(token)).toMatchObject({ code: 2206 });
    expect(await findBob()).not.toBeNull();
  });
});

async function scanBorn(): Promise<string> {
  const { qrcodeId } = (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data;
  for (const action of ['SCAN', 'CONFIRM']) await post('set-qrcode-status', { qrcodeId, action });
  const { ticket } = (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
  const body = { ticket, client_id: 'site', client_secret: passbeam.site.secret };
  return (await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body })).body.data.access_token;
}
