import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam } from '../testing.ts';

let outbox: PasscodeMessage[];
let isDelivering: boolean;
let passbeam: TestPassbeam;
let network: number;
beforeEach(async () => {
  outbox = [];
  isDelivering = true;
  network = 0;
  const into = sendInto(outbox);
  const sender = { ...into, send: async (message: PasscodeMessage) => (await into.send(message)) && isDelivering };
  passbeam = await openTestPassbeam({ TRUSTED_PROXIES: '127.0.0.1' }, { sender });
});
afterEach(() => passbeam.close());

/** Sends each call from a network of its own, so that the limit per network plays no part. */
function post(path: string, body: unknown, token?: string) {
  network += 1;
  const headers = { 'x-forwarded-for': `198.51.${Math.floor(network / 250)}.${network % 250}` };
  return passbeam.v3('POST', path, { app: 'phone', body, headers, ...(token === undefined ? {} : { token }) });
}

/** One number and one mailbox, as different people type them. */
const phones = ['+8613800000001', '13800000001', '１３８０００００００１', ' 138 0000 0001 ', '0086-138-0000-0001'];
const emails = ['alice@example.com', 'Alice@Example.COM', ' alice@example.com ', 'ａｌｉｃｅ@example.com'];

const openPurposes = ['CHANNEL_LOGIN', 'CHANNEL_REGISTER', 'CHANNEL_RESET_PASSWORD'];
const ownPurposes = ['CHANNEL_BIND', 'CHANNEL_UNBIND', 'CHANNEL_DELETE_ACCOUNT'];
const smsScenes = ['login', 'register', 'reset', undefined];
const mailScenes = ['LOGIN_VERIFY_CODE', 'REGISTER_VERIFY_CODE', 'RESET_PASSWORD', 'CHANGE_EMAIL', undefined];

const sendEmailField =
  'mutation($email: String!, $scene: EmailScene!) { sendEmail(email: $email, scene: $scene) { code } }';

/** Every way to have a code sent to the phone or to the mailbox. */
function everyDoor(kind: 'phone' | 'email', token: string): (() => ReturnType<typeof post>)[] {
  if (kind === 'phone') {
    return phones.flatMap((phone) => [
      ...openPurposes.map((channel) => () => post('send-sms', { channel, phoneNumber: phone })),
      ...ownPurposes.map((purpose) => {
        const channel = purpose === 'CHANNEL_DELETE_ACCOUNT' ? purpose : `${purpose}_PHONE`;
        return () => post('send-sms', { channel, phoneNumber: phone }, token);
      }),
      ...smsScenes.map((scene) => () => post('/api/v2/sms/send', { phone, scene })),
      () => post('/api/v2/sms/send-login', { phone }),
      () => post('/api/v2/sms/send-register', { phone }),
    ]);
  }
  return emails.flatMap((email) => [
    ...openPurposes.map((channel) => () => post('send-email', { channel, email })),
    ...[...ownPurposes, 'CHANNEL_UPDATE'].map((purpose) => {
      const channel = purpose === 'CHANNEL_DELETE_ACCOUNT' ? purpose : `${purpose}_EMAIL`;
      return () => post('send-email', { channel, email }, token);
    }),
    ...mailScenes.map((scene) => () => post('/api/v2/email/send', { email, scene }, token)),
    ...['LOGIN_VERIFY_CODE', 'RESET_PASSWORD'].map(
      (scene) => () => post('/graphql/v2', { query: sendEmailField, variables: { email, scene } }),
    ),
  ]);
}

/** Whether the reply is HTTP 429, or what stands for that in the second generation and in GraphQL. */
const wasTooSoon = ({ http, body }: Awaited<ReturnType<typeof post>>) =>
  http === 429 || body.code === 1000 || body.errors?.[0]?.message?.code === 1000;

describe.each(['phone', 'email'] as const)('passcodes to one %s', (kind) => {
  it('are one a minute, whatever they are for, however it is spelled and whichever way they are asked for', async () => {
    const doors = everyDoor(kind, await passbeam.signIn());
    for (let minute = 1; minute <= 2; minute++) {
      const replies = await Promise.all(doors.map((ask) => ask()));
      expect(outbox).toHaveLength(minute);
      expect(replies.filter((reply) => !wasTooSoon(reply)).map(({ text }) => text)).toHaveLength(1);
      passbeam.pass(60);
    }
  });

  it('are ten an hour and thirty a day, counted together, and one that was refused is not counted', async () => {
    const asks = ['CHANNEL_LOGIN', 'CHANNEL_RESET_PASSWORD'].flatMap((channel) =>
      kind === 'phone'
        ? phones.map((phoneNumber) => () => post('send-sms', { channel, phoneNumber }))
        : emails.map((email) => () => post('send-email', { channel, email })),
    );
    const sentInAnHour = async () => {
      const before = outbox.length;
      for (let minute = 0; minute < 12; minute++) {
        // The second call within the minute is refused.
        await asks[minute % asks.length]?.();
        if (minute < 3) await asks[(minute + 1) % asks.length]?.();
        passbeam.pass(60);
      }
      passbeam.pass(48 * 60);
      return outbox.length - before;
    };
    const hours = [];
    for (let hour = 0; hour < 4; hour++) hours.push(await sentInAnHour());
    expect(hours).toEqual([10, 10, 10, 0]);
  });
});

const sendEmail = (channel: string, email = 'alice@example.com') => post('send-email', { channel, email });

it.each(['alice@example.com', 'nobody@example.com'])('%s is told alike how long the wait is', async (email) => {
  expect((await sendEmail('CHANNEL_LOGIN', email)).http).toBe(200);
  passbeam.pass(20);
  for (const channel of openPurposes) {
    const refused = await sendEmail(channel, email);
    expect(refused).toMatchObject({ http: 429, headers: { 'retry-after': '40' } });
    expect(refused.body.message).toContain('a code was sent to this address a moment ago');
  }
});

it('people who used their passcode may ask for the next one at once, whatever it is for', async () => {
  await sendEmail('CHANNEL_LOGIN');
  const passCode = outbox[0]?.passcode;
  const signIn = () =>
    post('signin', { connection: 'PASSCODE', passCodePayload: { email: 'alice@example.com', passCode } });
  const { access_token } = (await signIn()).body.data;
  const leaving = { channel: 'CHANNEL_DELETE_ACCOUNT', email: 'alice@example.com' };
  expect((await post('send-email', leaving, access_token)).http).toBe(200);
  expect(outbox).toHaveLength(2);
  // A used passcode ended its own pause only: the next one's pause holds.
  await signIn();
  expect((await sendEmail('CHANNEL_LOGIN')).http).toBe(429);
});

it('a passcode that could not be delivered leaves no pause behind', async () => {
  isDelivering = false;
  await sendEmail('CHANNEL_LOGIN');
  await vi.waitFor(async () =>
    expect(await passbeam.stores.audit.list({ type: 'passcode.undelivered', limit: 9 })).toHaveLength(1),
  );
  expect((await sendEmail('CHANNEL_REGISTER')).http).toBe(200);
});

it('addresses, and user pools, have budgets of their own', async () => {
  await passbeam.addPool('pool2');
  await passbeam.addApplication({ id: 'other', userPoolId: 'pool2', tokenEndpointAuthMethod: 'none' });
  const body = { channel: 'CHANNEL_LOGIN', email: 'alice@example.com' };
  expect((await sendEmail('CHANNEL_LOGIN')).http).toBe(200);
  expect((await sendEmail('CHANNEL_LOGIN', 'alice+2@example.com')).http).toBe(200);
  expect((await passbeam.v3('POST', 'send-email', { app: 'other', body })).http).toBe(200);
});
