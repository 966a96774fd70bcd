import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../testing.ts';

/**
 * A caller that lost the reply to a passcode, a token, a sign-up or a new password asks again and hears the same; nobody
 * else does.
 */
let passbeam: TestPassbeam;
let outbox: PasscodeMessage[];
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
  // A second passes, so that every password is older than what is asked for next.
  passbeam.pass(1);
});
afterEach(() => passbeam.close());

const email = 'alice@example.com';
const newPassword = 'a quite different one';
const thief = { 'user-agent': 'Thief/1' };

async function post(path: string, body: object, token?: string, headers: Record<string, string> = {}) {
  return (await passbeam.v3('POST', path, { app: 'phone', token, body, headers })).body;
}

async function mailed(channel: string, to = email, token?: string): Promise<string> {
  expect((await post('send-email', { channel, email: to }, token)).statusCode).toBe(200);
  return outbox.at(-1)?.passcode ?? '';
}

const events = (type: string) => passbeam.stores.audit.list({ type, limit: 99 });
const find = (field: 'username' | 'email', value: string) => passbeam.stores.users.findByLogin('pool1', field, value);
const codeOf = (reply: {
  statusCode?: number;
  apiCode?: number;
  code?: number;
  errors?: { message: { code: number } }[];
}) => reply.errors?.[0]?.message.code ?? reply.apiCode ?? (reply.statusCode === 200 ? 200 : reply.code);

type Door = (passcode: string, headers?: Record<string, string>) => Promise<ReturnType<typeof JSON.parse>>;
const graphql = (query: string, variables: object, headers?: Record<string, string>, token?: string) =>
  post('/graphql/v2', { query, variables }, token, headers);

const signInDoors: [string, Door][] = [
  [
    'v3',
    (passCode, headers) =>
      post('signin', { connection: 'PASSCODE', passCodePayload: { email, passCode } }, undefined, headers),
  ],
  ['v2', (passcode, headers) => post('/api/v2/login/email-code', { email, code: passcode }, undefined, headers)],
];

describe.each(signInDoors)('a sign-in by code, %s', (_name, enter) => {
  it('asked for again by its own caller within ten seconds enters the same account', async () => {
    const passcode = await mailed('CHANNEL_LOGIN');
    const first = await enter(passcode);
    expect(codeOf(first)).toBe(200);
    passbeam.pass(10);
    expect(codeOf(await enter(passcode))).toBe(200);
    passbeam.pass(1);
    expect(codeOf(await enter(passcode))).toBe(2001);
  });

  it('is refused to another caller, and to its own one after a wrong guess', async () => {
    const passcode = await mailed('CHANNEL_LOGIN');
    expect(codeOf(await enter(passcode))).toBe(200);
    expect(codeOf(await enter(passcode, thief))).toBe(2001);
    expect(codeOf(await enter(passcode))).toBe(200);
    expect(codeOf(await enter(passcode === '000000' ? '000001' : '000000'))).toBe(2001);
    expect(codeOf(await enter(passcode))).toBe(2001);
  });
});

it('a sign-in by code in GraphQL, asked for again by its own caller, enters the same account', async () => {
  const phone = '13800000001';
  expect(
    (await post('send-sms', { channel: 'CHANNEL_LOGIN', phoneNumber: phone, phoneCountryCode: '+86' })).statusCode,
  ).toBe(200);
  const input = { phone, code: outbox.at(-1)?.passcode };
  const byCode = 'mutation l($input: LoginByPhoneCodeInput!) { loginByPhoneCode(input: $input) { id } }';
  const { data } = await graphql(byCode, { input });
  expect(data.loginByPhoneCode.id).toBe(passbeam.alice.id);
  expect((await graphql(byCode, { input })).data).toEqual(data);
  expect(codeOf(await graphql(byCode, { input }, thief))).toBe(2001);
});

it('a sign-in by code that registers makes one account, also for the same caller five times at once', async () => {
  const passCode = await mailed('CHANNEL_LOGIN', 'nina@example.com');
  const enter = () =>
    post('signin', {
      connection: 'PASSCODE',
      passCodePayload: { email: 'nina@example.com', passCode },
      options: { autoRegister: true },
    });
  const replies = await Promise.all(Array.from({ length: 5 }, enter));
  expect(replies.map(codeOf)).toEqual(replies.map(() => 200));
  const nina = await find('email', 'nina@example.com');
  for (const { userId } of (await events('session.created')).slice(0, 5)) expect(userId).toBe(nina?.id);
});

describe('a sign-up', () => {
  const byPassword = (part: object = {}, headers: Record<string, string> = {}) =>
    post(
      'signup',
      { connection: 'PASSWORD', passwordPayload: { username: 'mara', password: testPassword, ...part } },
      undefined,
      headers,
    );

  it('with a password, asked for again by its own caller, gives the person again, and makes one', async () => {
    const first = await byPassword();
    expect(codeOf(first)).toBe(200);
    passbeam.pass(10);
    expect((await byPassword()).data).toEqual(first.data);
    passbeam.pass(1);
    expect(codeOf(await byPassword())).toBe(2026);
  });

  it('five times at once gives each the same person', async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => byPassword()));
    expect(replies.map(codeOf)).toEqual(replies.map(() => 200));
    expect(new Set(replies.map(({ data }) => data.userId)).size).toBe(1);
  });

  it('is refused to another caller, with another password and with another address', async () => {
    expect(codeOf(await byPassword())).toBe(200);
    expect(codeOf(await byPassword({}, thief))).toBe(2026);
    expect(codeOf(await byPassword({ password: newPassword }))).toBe(2026);
    const elsewhere = { connection: 'PASSWORD', passwordPayload: { email: 'x@example.com', password: testPassword } };
    expect(codeOf(await post('signup', { ...elsewhere, profile: { phone: '13800000001' } }))).not.toBe(200);
  });

  it('that was refused gives nothing to a repeat, whoever made the account', async () => {
    await passbeam.addUser({ username: 'mara' });
    expect(codeOf(await byPassword())).toBe(2026);
    expect(codeOf(await byPassword())).toBe(2026);
  });

  it('with a code, asked for again by its own caller, gives the person again', async () => {
    const passCode = await mailed('CHANNEL_REGISTER', 'nina@example.com');
    const join = (given: string, headers: Record<string, string> = {}) =>
      post(
        'signup',
        { connection: 'PASSCODE', passCodePayload: { email: 'nina@example.com', passCode: given } },
        undefined,
        headers,
      );
    const first = await join(passCode);
    expect(codeOf(first)).toBe(200);
    expect((await join(passCode)).data).toEqual(first.data);
    expect(codeOf(await join(passCode, thief))).toBe(2001);
    expect(codeOf(await join(passCode === '000000' ? '000001' : '000000'))).toBe(2001);
  });
});

describe('a forgotten password', () => {
  const verify = (passCode: string, headers: Record<string, string> = {}) =>
    post(
      'verify-reset-password-request',
      { verifyMethod: 'EMAIL_PASSCODE', emailPassCodePayload: { email, passCode } },
      undefined,
      headers,
    );
  const reset = (passwordResetToken: string, password = newPassword, headers: Record<string, string> = {}) =>
    post('reset-password', { passwordResetToken, password }, undefined, headers);

  it('gives one token for its code, and sets one password, however often its own caller asks', async () => {
    const passcode = await mailed('CHANNEL_RESET_PASSWORD');
    const replies = await Promise.all([verify(passcode), verify(passcode), verify(passcode)]);
    const tokens = replies.map(({ data }) => data.passwordResetToken);
    expect(new Set(tokens).size).toBe(1);
    const token = tokens[0];
    expect((await Promise.all([reset(token), reset(token), reset(token)])).map(codeOf)).toEqual([200, 200, 200]);
    expect(await events('user.password_changed')).toHaveLength(1);
    passbeam.pass(10);
    expect(codeOf(await reset(token))).toBe(200);
    passbeam.pass(1);
    expect(codeOf(await reset(token))).toBe(2001);
    expect(await events('user.password_changed')).toHaveLength(1);
  });

  it('sets no second password by a used token or code, and none for anybody else', async () => {
    const passcode = await mailed('CHANNEL_RESET_PASSWORD');
    const token = (await verify(passcode)).data.passwordResetToken;
    expect(codeOf(await verify(passcode, thief))).toBe(2001);
    expect(codeOf(await reset(token))).toBe(200);
    expect(codeOf(await reset(token, newPassword, thief))).toBe(2001);
    expect(codeOf(await reset(token, 'and one more of them'))).toBe(2001);
    const again = (await verify(passcode)).data.passwordResetToken;
    expect(codeOf(await reset(again, 'and one more of them'))).toBe(2001);
    expect(await events('user.password_changed')).toHaveLength(1);
  });

  it('in GraphQL is set once, however often its own caller asks', async () => {
    const passcode = await mailed('CHANNEL_RESET_PASSWORD');
    const query =
      'mutation r($email: String, $code: String!, $newPassword: String!) { resetPassword(email: $email, code: $code, newPassword: $newPassword) { code } }';
    const key = (await passbeam.v3('GET', 'system')).body.rsa.publicKey;
    const encrypted = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(newPassword));
    const variables = { email, code: passcode, newPassword: encrypted.toString('base64') };
    const first = await graphql(query, variables);
    expect(first.errors).toBeUndefined();
    expect((await graphql(query, variables)).data).toEqual(first.data);
    expect(await events('user.password_changed')).toHaveLength(1);
  });
});

describe('a signed-in person', () => {
  let token: string;
  beforeEach(async () => {
    await passbeam.addUser({ username: 'bob' });
    token = await passbeam.signIn('bob');
  });

  const bob = async () => {
    const user = await find('username', 'bob');
    if (user === null) throw new Error('bob is gone');
    return user;
  };
  /** Makes a call twice with one result; another caller with the same token is refused. */
  async function twice(path: string, body: object, refusedWith: number) {
    const first = await post(path, body, token);
    expect(codeOf(first)).toBe(200);
    const { version } = await bob();
    passbeam.pass(10);
    const second = await post(path, body, token);
    expect(codeOf(second)).toBe(200);
    expect(second.data).toEqual(first.data);
    expect(codeOf(await post(path, body, token, thief))).toBe(refusedWith);
    expect((await bob()).version).toBe(version);
    return first;
  }

  it('binds, replaces and unbinds an address once, and hears so again', async () => {
    const passCode = await mailed('CHANNEL_BIND_EMAIL', 'bob@example.com', token);
    await twice('bind-email', { email: 'bob@example.com', passCode }, 2001);
    expect(await bob()).toMatchObject({ email: 'bob@example.com', emailVerified: true });
    passbeam.pass(60);

    const newEmail = 'bob@example.org';
    const newEmailPassCode = await mailed('CHANNEL_UPDATE_EMAIL', newEmail, token);
    const oldEmailPassCode = await mailed('CHANNEL_UPDATE_EMAIL', 'bob@example.com', token);
    const emailPassCodePayload = { newEmail, newEmailPassCode, oldEmail: 'bob@example.com', oldEmailPassCode };
    const asked = { verifyMethod: 'EMAIL_PASSCODE', emailPassCodePayload };
    const { data } = await twice('verify-update-email-request', asked, 2001);
    await twice('update-email', { updateEmailToken: data.updateEmailToken }, 2001);
    expect(await bob()).toMatchObject({ email: newEmail, emailVerified: true });
    passbeam.pass(60);

    const leaving = await mailed('CHANNEL_UNBIND_EMAIL', newEmail, token);
    await twice('unbind-email', { passCode: leaving }, 2231);
    expect(await bob()).toMatchObject({ email: null });
  });

  it('replaces an address in one step once, and hears so again', async () => {
    const bound = await mailed('CHANNEL_BIND_EMAIL', 'bob@example.com', token);
    await post('bind-email', { email: 'bob@example.com', passCode: bound }, token);
    passbeam.pass(60);
    const emailCode = await mailed('CHANNEL_UPDATE_EMAIL', 'bob@example.org', token);
    const oldEmailCode = await mailed('CHANNEL_UPDATE_EMAIL', 'bob@example.com', token);
    const query =
      'mutation u($email: String!, $emailCode: String!, $oldEmail: String, $oldEmailCode: String) { updateEmail(email: $email, emailCode: $emailCode, oldEmail: $oldEmail, oldEmailCode: $oldEmailCode) { email } }';
    const variables = { email: 'bob@example.org', emailCode, oldEmail: 'bob@example.com', oldEmailCode };
    const first = await graphql(query, variables, {}, token);
    expect(first.data).toEqual({ updateEmail: { email: 'bob@example.org' } });
    const { version } = await bob();
    expect((await graphql(query, variables, {}, token)).data).toEqual(first.data);
    expect((await bob()).version).toBe(version);
  });

  it('uses a code that bound an address for nothing else', async () => {
    const passCode = await mailed('CHANNEL_BIND_EMAIL', 'bob@example.com', token);
    expect(codeOf(await post('bind-email', { email: 'bob@example.com', passCode }, token))).toBe(200);
    expect(codeOf(await post('unbind-email', { passCode }, token))).toBe(2001);
  });

  it('sets a new password once, and hears so again', async () => {
    const change = { oldPassword: testPassword, newPassword };
    await twice('update-password', change, 2203);
    expect(await events('user.password_changed')).toHaveLength(1);
  });

  it('deletes the account by a token once, and hears so again though the login is gone', async () => {
    const passwordPayload = { password: testPassword };
    const asked = await post('verify-delete-account-request', { verifyMethod: 'PASSWORD', passwordPayload }, token);
    const body = { deleteAccountToken: asked.data.deleteAccountToken };
    const first = await post('delete-account', body, token);
    expect(codeOf(first)).toBe(200);
    expect((await post('delete-account', body, token)).data).toEqual(first.data);
    expect(codeOf(await post('delete-account', body, token, thief))).toBe(2020);
    passbeam.pass(11);
    expect(codeOf(await post('delete-account', body, token))).toBe(2020);
    expect(await events('user.deleted')).toHaveLength(1);
  });

  it('deletes the account by a fresh login once, and hears so again', async () => {
    const leave = (headers: Record<string, string> = {}) =>
      passbeam.v3('DELETE', '/api/v2/users/delete', { app: 'phone', token, headers }).then(({ body }) => body.code);
    expect(await leave()).toBe(200);
    expect(await leave()).toBe(200);
    expect(await leave(thief)).toBe(2020);
  });
});
