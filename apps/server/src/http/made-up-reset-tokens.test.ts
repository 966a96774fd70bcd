import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { maxPasscodeFailures } from '../core/sign-in/passcode-store.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../testing.ts';

/** The part of a reset token before its dot names the account, and anybody can write that. */

let passbeam: TestPassbeam;
let outbox: PasscodeMessage[];
let publicKey: string;
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
  publicKey = (await passbeam.v3('GET', 'system')).body.rsa.publicKey;
});
afterEach(() => passbeam.close());

const encrypt = (password: string) =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString('base64');
const post = async (path: string, body: unknown) => (await passbeam.v3('POST', path, { app: 'phone', body })).body;
const mutation =
  'mutation m($token: String!, $password: String!) { resetPasswordByFirstLoginToken(token: $token, password: $password) { code } }';

const doors: [string, (token: string, password: string) => Promise<number>][] = [
  [
    'v3',
    async (passwordResetToken, password) => (await post('reset-password', { passwordResetToken, password })).apiCode,
  ],
  [
    'v2',
    async (token, password) =>
      (await post('/api/v2/users/password/reset-by-first-login-token', { token, password: encrypt(password) })).code,
  ],
  [
    'GraphQL',
    async (token, password) =>
      (await post('/graphql/v2', { query: mutation, variables: { token, password: encrypt(password) } })).errors[0]
        .message.code,
  ],
];

it.each(doors)('a made-up token tells nothing of its account by %s', async (_, reset) => {
  const suspended = await passbeam.addUser({ username: 'mallory', status: 'Suspended' });
  const { id } = passbeam.alice;
  const token = 'x'.repeat(43);
  expect(await reset(`${id}.${token}`, 'alice@example.com')).toBe(2001);
  expect(await reset(`${id}.${token}`, '13800000001')).toBe(2001);
  expect(await reset(`${id}.${token}`, 'short')).toBe(2001);
  expect(await reset(`${suspended.id}.${token}`, testPassword)).toBe(2001);
  expect(await reset(`nobody.${token}`, testPassword)).toBe(2001);
});

it('a good token stays good when the password is refused', async () => {
  await post('send-email', { channel: 'CHANNEL_RESET_PASSWORD', email: 'alice@example.com' });
  const emailPassCodePayload = { email: 'alice@example.com', passCode: outbox.at(-1)?.passcode };
  const { data } = await post('verify-reset-password-request', {
    verifyMethod: 'EMAIL_PASSCODE',
    emailPassCodePayload,
  });
  const { passwordResetToken } = data;
  const reset = (password: string) => post('reset-password', { passwordResetToken, password });
  for (let time = 0; time <= maxPasscodeFailures; time++) {
    expect((await reset('alice@example.com')).apiCode).toBe(2029);
  }
  expect((await reset('a quite different one')).statusCode).toBe(200);
  // The lost reply is given again to the same caller.
  expect((await reset('a quite different one')).statusCode).toBe(200);
  passbeam.pass(11);
  expect((await reset('a quite different one')).apiCode).toBe(2001);
});
