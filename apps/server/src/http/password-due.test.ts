import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../testing.ts';

/** `resetPasswordOnNextLogin` at each way to sign in (wire 7.2, code 1639), and how people set the new password. */

const newPassword = 'a quite different one';

let passbeam: TestPassbeam;
let publicKey: string;
let outbox: PasscodeMessage[];
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
  publicKey = (await passbeam.v3('GET', 'system')).body.rsa.publicKey;
  await passbeam.addUser({
    username: 'bob',
    email: 'bob@example.com',
    emailVerified: true,
    resetPasswordOnNextLogin: true,
  });
});
afterEach(() => passbeam.close());

const encrypt = (password: string) =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString('base64');
const post = async (path: string, body: unknown) => (await passbeam.v3('POST', path, { app: 'phone', body })).body;
const signIn = (password = testPassword) =>
  post('signin', { connection: 'PASSWORD', passwordPayload: { username: 'bob', password } });
const v2SignIn = (password = testPassword) =>
  post('/api/v2/login/account', { account: 'bob', password: encrypt(password) });
const graphql = async (query: string, variables: unknown) => {
  const { data, errors } = await post('/graphql/v2', { query, variables });
  return { data, refusal: errors?.[0].message };
};
const due = { token: expect.any(String), passwordResetToken: expect.any(String), tokenExpiresIn: 600 };
const loginSessions = async () => (await passbeam.stores.audit.list({ type: 'session.created', limit: 50 })).length;

describe('a password that must be replaced', () => {
  it('stops the sign-in of v3, and its token sets the new one', async () => {
    const refused = await signIn();
    expect(refused).toMatchObject({ statusCode: 302, apiCode: 1639, data: due });
    expect(await loginSessions()).toBe(0);
    const { passwordResetToken } = refused.data;
    expect(await post('reset-password', { passwordResetToken, password: newPassword })).toMatchObject({
      statusCode: 200,
    });
    expect(await signIn(newPassword)).toMatchObject({ statusCode: 200 });
    expect((await signIn()).apiCode).toBe(2333);
  });

  it('says nothing to callers that do not know the old one', async () => {
    expect(await signIn('wrong')).toEqual({
      statusCode: 403,
      apiCode: 2333,
      refusal: 'wrong_credentials',
      message: expect.any(String),
      requestId: expect.any(String),
    });
  });

  it('stops a sign-in by code too', async () => {
    await post('send-email', { channel: 'CHANNEL_LOGIN', email: 'bob@example.com' });
    const passCodePayload = { email: 'bob@example.com', passCode: outbox.at(-1)?.passcode };
    expect(await post('signin', { connection: 'PASSCODE', passCodePayload })).toMatchObject({
      apiCode: 1639,
      data: due,
    });
  });

  it('stops the sign-in of v2 in the class Guard follows, and its call sets the new one', async () => {
    const refused = await v2SignIn();
    expect(refused).toMatchObject({ code: 1639, statusCode: 302, apiCode: 1639, data: due });
    const reset = (password: string) =>
      post('/api/v2/users/password/reset-by-first-login-token', {
        token: refused.data.token,
        password: encrypt(password),
      });
    expect((await reset('123456')).code).toBe(2029);
    expect(await reset(newPassword)).toEqual({ code: 200, message: 'ok' });
    expect((await reset('yet another password')).code).toBe(2001);
    expect((await v2SignIn(newPassword)).code).toBe(200);
  });

  it('stops the sign-in of GraphQL, and its mutation sets the new one', async () => {
    const input = { username: 'bob', password: encrypt(testPassword) };
    const login = 'mutation m($input: LoginByUsernameInput!) { loginByUsername(input: $input) { id } }';
    const { refusal } = await graphql(login, { input });
    expect(refusal).toMatchObject({ code: 1639, data: due });
    const mutation =
      'mutation resetPasswordByFirstLoginToken($token: String!, $password: String!) { resetPasswordByFirstLoginToken(token: $token, password: $password) { message code } }';
    const done = await graphql(mutation, { token: refusal.data.token, password: encrypt(newPassword) });
    expect(done.data).toEqual({ resetPasswordByFirstLoginToken: { message: 'ok', code: 200 } });
    expect((await signIn(newPassword)).statusCode).toBe(200);
  });

  it('stops the password grant of OAuth', async () => {
    const reply = await passbeam.app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'password',
        client_id: 'phone',
        username: 'bob',
        password: testPassword,
      }).toString(),
    });
    expect(reply.statusCode).toBe(400);
    expect(reply.json()).toEqual({ error: 'invalid_grant', error_description: expect.any(String) });
  });

  it('gives the token ten minutes, and the last one given counts', async () => {
    const first = (await signIn()).data.passwordResetToken;
    const second = (await signIn()).data.passwordResetToken;
    const reset = (passwordResetToken: string) => post('reset-password', { passwordResetToken, password: newPassword });
    expect((await reset(first)).apiCode).toBe(2001);
    passbeam.pass(600);
    expect((await reset(second)).apiCode).toBe(2001);
  });
});
