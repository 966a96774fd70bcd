import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Application } from '../core/directory/application.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../testing.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

/** What takes power from somebody's logins has ended them as soon as it counts, though the server dies right after it. */

let passbeam: TestPassbeam;
let outbox: PasscodeMessage[];
let shop: Application;
/** Of the phone that asks. */
let token: string;
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
  shop = await passbeam.addApplication({ id: 'shop', backchannelLogoutUri: 'https://shop.example/logged-out' });
  token = await passbeam.signIn();
  // A second passes, so that every password is older than what is asked for next.
  passbeam.pass(1);
});
afterEach(() => passbeam.close());

const newPassword = 'a quite different one';
const post = async (path: string, body: object, by?: string) =>
  (await passbeam.v3('POST', path, { app: 'phone', token: by, body })).body;
const manage = async (path: string, body: Record<string, unknown>) =>
  (await callSigned(passbeam, 'POST', path, { body })).body;
const mailed = async (channel: string, by?: string) => {
  await post('send-email', { channel, email: 'alice@example.com' }, by);
  return outbox.at(-1)?.passcode ?? '';
};

/** Lets the server die once a write of people is on the disk: nothing that was to follow happens, and nobody hears of it. */
function dieAfter(name: 'update' | 'delete'): void {
  const { users } = passbeam.stores;
  const write = users[name] as (...given: unknown[]) => Promise<unknown>;
  vi.spyOn(users, name).mockImplementationOnce(async (...given: unknown[]) => {
    await write(...given);
    throw new Error('the server died');
  });
}

type Call = () => Promise<{ statusCode: number }>;
const calls: [string, 'update' | 'delete', () => Promise<Call>][] = [
  [
    'another password',
    'update',
    async () => () => post('update-password', { oldPassword: testPassword, newPassword }, token),
  ],
  [
    'a password that was reset',
    'update',
    async () => {
      const emailPassCodePayload = {
        email: 'alice@example.com',
        passCode: await mailed('CHANNEL_RESET_PASSWORD'),
      };
      const { data } = await post('verify-reset-password-request', {
        verifyMethod: 'EMAIL_PASSCODE',
        emailPassCodePayload,
      });
      return () => post('reset-password', { ...data, password: newPassword });
    },
  ],
  [
    'a password that an operator set',
    'update',
    async () => () => manage('update-user', { userId: passbeam.alice.id, password: newPassword }),
  ],
  [
    'a suspension',
    'update',
    async () => () => manage('update-user', { userId: passbeam.alice.id, status: 'Suspended' }),
  ],
  [
    'a deletion by an operator',
    'delete',
    async () => () => manage('delete-users-batch', { userIds: [passbeam.alice.id] }),
  ],
  [
    'a deletion of their own',
    'delete',
    async () => {
      const emailPassCodePayload = { passCode: await mailed('CHANNEL_DELETE_ACCOUNT', token) };
      const asked = { verifyMethod: 'EMAIL_PASSCODE', emailPassCodePayload };
      const { data } = await post('verify-delete-account-request', asked, token);
      return () => post('delete-account', { deleteAccountToken: data.deleteAccountToken }, token);
    },
  ],
];

it.each(calls)('%s has ended the logins, told the applications and recorded it', async (_, write, prepare) => {
  const { loginSessions, logoutNotices, audit } = passbeam.stores;
  await passbeam.signIn('alice', shop);
  const filter = { userId: passbeam.alice.id, applicationId: 'shop', offset: 0, limit: 1 };
  const [login] = (await loginSessions.history(filter)).logins;
  if (login === undefined) throw new Error('nobody is signed in to the shop');
  const call = await prepare();
  dieAfter(write);
  expect(await call()).toMatchObject({ statusCode: 500 });
  expect((await loginSessions.find(login.id))?.revokedAt).toBe(passbeam.clock.now());
  const waiting = await logoutNotices.due(passbeam.clock.now() + 1e9, { limit: 9, notOf: [] });
  expect(waiting.map(({ loginSessionId }) => loginSessionId)).toEqual([login.id]);
  expect(await audit.list({ type: 'session.revoked', limit: 9 })).toMatchObject([{ userId: passbeam.alice.id }]);
  expect(await call()).toMatchObject({ statusCode: 200 });
  expect(await audit.list({ type: 'session.revoked', limit: 9 })).toHaveLength(1);
});
