import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';

let passbeam: TestPassbeam;
let token: string;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
  token = await passbeam.signIn();
});
afterEach(() => passbeam.close());

const newPassword = 'a quite different one';
const update = (body: unknown) => passbeam.v3('POST', 'update-password', { token, body });
const statusOf = async (withToken: string) =>
  (await passbeam.v3('GET', 'get-profile', { token: withToken })).body.statusCode;

describe('POST /api/v3/update-password', () => {
  it('replaces the password, ends every other login, and keeps this one', async () => {
    const elsewhere = await passbeam.signIn();
    const { body } = await update({ oldPassword: testPassword, newPassword });
    expect(body).toEqual({ statusCode: 200, message: 'ok', requestId: expect.any(String) });
    expect(await statusOf(elsewhere)).toBe(401);
    expect(await statusOf(token)).toBe(200);
    await expect(passbeam.signIn()).rejects.toThrow(/2333/);
  });

  it('voids a code that another login of theirs had confirmed', async () => {
    const elsewhere = await passbeam.signIn();
    const code = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = code.body.data;
    for (const action of ['SCAN', 'CONFIRM']) {
      await passbeam.v3('POST', 'set-qrcode-status', { token: elsewhere, body: { qrcodeId, action } });
    }
    const poll = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
    await update({ oldPassword: testPassword, newPassword });
    const exchange = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket: poll.body.data.ticket, client_id: 'site', client_secret: passbeam.site.secret },
    });
    expect(exchange.body).toMatchObject({ statusCode: 400, apiCode: 2300 });
  });

  it.each([
    ['a wrong old password', { oldPassword: 'wrong', newPassword }, 2203, 'oldPassword'],
    ['no old password', { newPassword }, 2231, 'oldPassword'],
    ['an empty old password', { oldPassword: '', newPassword }, 2231, 'oldPassword'],
    ['no new password', { oldPassword: testPassword }, 2231, 'newPassword'],
    ['a short new password', { oldPassword: testPassword, newPassword: '12345' }, 2029, 'newPassword'],
    ['a common new password', { oldPassword: testPassword, newPassword: 'qwerty123' }, 2029, 'newPassword'],
    ['the username', { oldPassword: testPassword, newPassword: 'ALICE@example.com' }, 2029, 'newPassword'],
    ['what is no RSA', { oldPassword: testPassword, newPassword, passwordEncryptType: 'rsa' }, 2016, 'newPassword'],
    ['what is no SM2', { oldPassword: testPassword, newPassword, passwordEncryptType: 'sm2' }, 2016, 'newPassword'],
  ])('refuses %s, naming the field', async (_, body, apiCode, field) => {
    const reply = await update(body);
    expect(reply.http).toBe(200);
    expect(reply.body).toMatchObject({ statusCode: 400, apiCode, message: expect.stringContaining(field) });
    expect(reply.text).not.toContain(testPassword);
    await expect(passbeam.signIn()).resolves.toBeDefined();
  });

  describe('with a passwordResetToken', () => {
    const resetToken = async (username: string) => {
      const user = (await passbeam.stores.users.findByLogin('pool1', 'username', username)) ?? passbeam.alice;
      await passbeam.stores.users.update({ ...user, resetPasswordOnNextLogin: true, version: user.version + 1 }, null);
      const refused = await passbeam.v3('POST', 'signin', {
        app: 'phone',
        body: { connection: 'PASSWORD', passwordPayload: { username, password: testPassword } },
      });
      return refused.body.data.passwordResetToken as string;
    };

    it('asks for no old password, once', async () => {
      const passwordResetToken = await resetToken('alice');
      const weak = await update({ newPassword: '123456', passwordResetToken });
      expect(weak.body).toMatchObject({ apiCode: 2029 });
      passbeam.pass(1);
      expect((await update({ newPassword, passwordResetToken })).body).toMatchObject({ statusCode: 200 });
      expect(await statusOf(token)).toBe(200);
      const again = await update({ newPassword: 'yet another password', passwordResetToken });
      expect(again.body).toMatchObject({ statusCode: 400, apiCode: 2001 });
    });

    it('takes nobody else’s', async () => {
      await passbeam.addUser({ username: 'bob' });
      const passwordResetToken = await resetToken('bob');
      const { body } = await update({ newPassword, passwordResetToken });
      expect(body).toMatchObject({ apiCode: 2001, message: expect.stringContaining('passwordResetToken') });
    });
  });

  it('needs a login', async () => {
    const { body } = await passbeam.v3('POST', 'update-password', { body: { newPassword } });
    expect(body).toMatchObject({ statusCode: 401, apiCode: 2020 });
  });
});

it('wrong old passwords are within the limit of wrong passwords from one address, whichever way they come', async () => {
  // The guesses are at many people's passwords, because each account has its own delay and this test is about the address.
  const guessers = Array.from({ length: 13 }, (_, index) => `guesser${index}`);
  const tokens: string[] = [];
  for (const username of guessers) {
    await passbeam.addUser({ username });
    tokens.push(await passbeam.signIn(username));
  }
  const byV3 = async (of: string) =>
    passbeam.v3('POST', 'update-password', { token: of, body: { oldPassword: 'wrong', newPassword } });
  const publicKey = (await passbeam.v3('GET', 'system')).body.rsa.publicKey;
  const sealed = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(newPassword));
  const query = 'mutation($new: String!) { updatePassword(newPassword: $new, oldPassword: "wrong") { id } }';
  const byV2 = async (of: string) =>
    passbeam.v3('POST', '/api/v2/password/update', {
      token: of,
      body: { oldPassword: 'wrong', newPassword: sealed.toString('base64') },
    });
  const byGraphql = async (of: string) =>
    passbeam.v3('POST', '/graphql/v2', {
      token: `Bearer ${of}`,
      body: { query, variables: { new: sealed.toString('base64') } },
    });
  const replies = await Promise.all(
    tokens.flatMap((of) => [byV3(of), byV3(of), byV2(of), byGraphql(of), byGraphql(of)]),
  );
  expect(replies.filter(({ text }) => text.includes('2203'))).toHaveLength(60);
  expect(replies.filter(({ text }) => text.includes('Too many'))).toHaveLength(5);
});

it('so are new passwords that cannot be decrypted, which cost the server work', async () => {
  const body = { oldPassword: testPassword, newPassword, passwordEncryptType: 'sm2' };
  const replies = await Promise.all(Array.from({ length: 65 }, () => update(body)));
  expect(replies.filter(({ text }) => text.includes('2016'))).toHaveLength(60);
  expect(replies.filter(({ text }) => text.includes('Too many'))).toHaveLength(5);
});
