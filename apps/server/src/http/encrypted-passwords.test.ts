import { constants, publicEncrypt } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PasswordDecryption } from '../core/ground/ports.ts';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../testing.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

/** Passwords encrypted with the keys of `GET /api/v3/system`, wherever one is taken (wire 4.7). */

let passbeam: TestPassbeam;
let keys: Record<keyof PasswordDecryption, { publicKey: string }>;
beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  keys = (await passbeam.v3('GET', 'system', { app: null })).body;
});
afterAll(() => passbeam.close());

interface Client {
  name: string;
  type: keyof PasswordDecryption;
  encrypt(text: string): string;
  /** The mark before the ciphertext in calls of the second generation. */
  mark: string;
}

const ofRsa = (text: string) =>
  publicEncrypt({ key: keys.rsa.publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString(
    'base64',
  );
const ofSm2 = (text: string) => sm2.doEncrypt(text, keys.sm2.publicKey);
const clients: Client[] = [
  { name: 'RSA', type: 'rsa', mark: '', encrypt: ofRsa },
  { name: 'SM2', type: 'sm2', mark: 'sm2:', encrypt: ofSm2 },
  { name: 'SM2, its point marked', type: 'sm2', mark: 'sm2:', encrypt: (text) => `04${ofSm2(text)}` },
];

const newPassword = 'a quite different one';
const call = async (path: string, body: object, token?: string) =>
  (await passbeam.v3('POST', path, { app: 'phone', body, token })).body;

async function newPerson(username: string) {
  await passbeam.addUser({ username });
  return passbeam.signIn(username);
}

describe.each(clients)('$name', ({ type: passwordEncryptType, encrypt, mark }) => {
  const newName = () => `user-${passbeam.secrets.randomId(8)}`;
  const marked = (text: string) => mark + encrypt(text);
  const options = { passwordEncryptType };

  it('signs in', async () => {
    const signIn = (password: string, more: object = options) =>
      call('signin', { connection: 'PASSWORD', passwordPayload: { username: 'alice', password }, options: more });
    expect(await signIn(encrypt(testPassword))).toMatchObject({ statusCode: 200 });
    expect(await signIn(encrypt('wrong'))).toMatchObject({ apiCode: 2333 });
    expect(await signIn(encrypt(testPassword), { passwordEncryptType: 'none' })).toMatchObject({ apiCode: 2333 });
    expect(await signIn(testPassword)).toMatchObject({ apiCode: 2333 });
  });

  it('registers', async () => {
    const username = newName();
    const body = { connection: 'PASSWORD', passwordPayload: { username, password: encrypt(testPassword) }, options };
    expect(await call('signup', body)).toMatchObject({ statusCode: 200 });
    await expect(passbeam.signIn(username)).resolves.toBeDefined();
  });

  it('changes the own password', async () => {
    const token = await newPerson(newName());
    const change = (oldPassword: string) =>
      call('update-password', { newPassword: encrypt(newPassword), oldPassword, passwordEncryptType }, token);
    expect(await change(encrypt('wrong'))).toMatchObject({ apiCode: 2203 });
    expect(await change(encrypt(testPassword))).toMatchObject({ statusCode: 200 });
    expect(await change(encrypt(newPassword))).toMatchObject({ statusCode: 200 });
  });

  it('sets a new password that is due', async () => {
    const username = newName();
    await passbeam.addUser({ username, resetPasswordOnNextLogin: true });
    const passwordPayload = { username, password: testPassword };
    const { data } = await call('signin', { connection: 'PASSWORD', passwordPayload });
    const body = { passwordResetToken: data.passwordResetToken, password: encrypt(newPassword), passwordEncryptType };
    expect(await call('reset-password', body)).toMatchObject({ statusCode: 200 });
  });

  it('proves the person who deletes their own account', async () => {
    const token = await newPerson(newName());
    const prove = (password: string) =>
      call(
        'verify-delete-account-request',
        { verifyMethod: 'PASSWORD', passwordPayload: { password, ...options } },
        token,
      );
    expect(await prove(encrypt('wrong'))).toMatchObject({ apiCode: 2203 });
    expect(await prove(encrypt(testPassword))).toMatchObject({ statusCode: 200 });
  });

  it('is taken from an administrator', async () => {
    const username = newName();
    const body = { username, password: encrypt(testPassword), options };
    expect((await callSigned(passbeam, 'POST', 'create-user', { body })).body).toMatchObject({ statusCode: 200 });
    await expect(passbeam.signIn(username)).resolves.toBeDefined();
  });

  it('signs in, registers and changes the password in the second generation', async () => {
    const username = newName();
    const registered = await call('/api/v2/register/username', { username, password: marked(testPassword) });
    expect(registered).toMatchObject({ code: 200 });
    const logIn = (password: string) => call('/api/v2/login/account', { account: username, password });
    expect(await logIn(marked('wrong'))).toMatchObject({ code: 2333 });
    const { data } = await logIn(marked(testPassword));
    const change = { newPassword: marked(newPassword), oldPassword: marked(testPassword) };
    expect(await call('/api/v2/password/update', change, data.token)).toMatchObject({ code: 200 });
    const query = { password: marked(newPassword) };
    expect((await passbeam.v3('GET', '/api/v2/users/password/check', { query })).body).toMatchObject({ code: 200 });
  });

  it('signs in by GraphQL', async () => {
    const query = 'mutation($input: LoginByUsernameInput!) { loginByUsername(input: $input) { username } }';
    const logIn = (password: string) =>
      call('/graphql/v2', { query, variables: { input: { username: 'alice', password } } });
    expect(await logIn(marked(testPassword))).toMatchObject({ data: { loginByUsername: { username: 'alice' } } });
    expect((await logIn(marked('wrong'))).errors[0].message.code).toBe(2333);
  });
});

it('the second generation tells SM2 by its mark, and takes everything else for RSA', async () => {
  const logIn = (password: string) => call('/api/v2/login/account', { account: 'alice', password });
  for (const password of [ofSm2(testPassword), `sm2:${ofRsa(testPassword)}`, `SM2:${ofSm2(testPassword)}`, 'sm2:']) {
    expect(await logIn(password)).toMatchObject({ code: 2333 });
  }
});
