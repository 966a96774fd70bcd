import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../core/audit/event.ts';
import { newLoginSession } from '../core/sessions/login-session.ts';
import { maxLiveLogins, roomFor } from '../core/sessions/room.ts';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam, testPassword } from '../testing.ts';

/** A person with a hundred logins at an application gets the next one, however it begins, and loses the oldest. */

let passbeam: TestPassbeam;
let outbox: PasscodeMessage[];
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
});
afterEach(() => passbeam.close());

const post = async (path: string, body: unknown, app = 'phone', token?: string) =>
  (await passbeam.v3('POST', path, { app, body, token })).body;
const ok = (body: { statusCode?: number; code?: number }) => expect(body.statusCode ?? body.code).toBe(200);

async function encrypted(): Promise<string> {
  const { publicKey } = (await passbeam.v3('GET', '/api/v2/.well-known')).body.data;
  const key = { key: publicKey, padding: constants.RSA_PKCS1_PADDING };
  return publicEncrypt(key, Buffer.from(testPassword)).toString('base64');
}

async function mailed(): Promise<string> {
  ok(await post('send-email', { channel: 'CHANNEL_LOGIN', email: 'alice@example.com' }));
  return outbox.at(-1)?.passcode ?? '';
}

async function confirmedCode(): Promise<string> {
  const token = await passbeam.signIn();
  const { qrcodeId } = (await post('gene-qrcode', { type: 'MOBILE_APP' }, 'site')).data;
  for (const action of ['SCAN', 'CONFIRM']) {
    ok(await post('set-qrcode-status', { qrcodeId, action }, 'phone', token));
  }
  return qrcodeId;
}
const poll = async (qrcodeId: string) =>
  (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
const siteProof = () => ({ client_id: 'site', client_secret: passbeam.site.secret });

async function exchange(path: string): Promise<void> {
  const { ticket } = await poll(await confirmedCode());
  ok(await post(path, { ticket, ...siteProof() }, 'site'));
}

const login = 'mutation($input: LoginByUsernameInput!) { loginByUsername(input: $input) { id } }';
const doors: [string, 'phone' | 'site', () => Promise<void>][] = [
  ['a password', 'phone', async () => void (await passbeam.signIn())],
  [
    'a one-time code',
    'phone',
    async () => {
      const passCodePayload = { email: 'alice@example.com', passCode: await mailed() };
      ok(await post('signin', { connection: 'PASSCODE', passCodePayload }));
    },
  ],
  [
    'the OAuth password grant',
    'site',
    async () => {
      const fields = { grant_type: 'password', username: 'alice', password: testPassword, ...siteProof() };
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const { http } = await passbeam.v3('POST', '/oidc/token', { body: `${new URLSearchParams(fields)}`, headers });
      expect(http).toBe(200);
    },
  ],
  [
    'a password of the second generation',
    'phone',
    async () => ok(await post('/api/v2/login/account', { account: 'alice', password: await encrypted() })),
  ],
  [
    'a one-time code of the second generation',
    'phone',
    async () => ok(await post('/api/v2/login/email-code', { email: 'alice@example.com', code: await mailed() })),
  ],
  [
    'GraphQL',
    'phone',
    async () => {
      const input = { username: 'alice', password: await encrypted() };
      const { data } = await post('/graphql/v2', { query: login, variables: { input } });
      expect(data.loginByUsername).toEqual({ id: passbeam.alice.id });
    },
  ],
  ['a ticket', 'site', () => exchange('exchange-tokenset-with-qrcode-ticket')],
  ['a ticket of the second generation', 'site', () => exchange('/api/v2/qrcode/userinfo')],
  [
    'a poll that delivers the tokens',
    'site',
    async () => {
      await passbeam.setStrategy({ returnFullUserInfo: true, allowExchangeUserInfoFromBrowser: true });
      expect(await poll(await confirmedCode())).toHaveProperty('tokenSet');
    },
  ],
];

/** Logins of the person that stand, a second apart, the oldest first. */
async function fill(applicationId: 'phone' | 'site', userId = passbeam.alice.id): Promise<string[]> {
  const application = passbeam.directory.getApplication(applicationId);
  const ids: string[] = [];
  for (let index = 0; index < maxLiveLogins; index++) {
    const session = newLoginSession(application, {
      id: `${applicationId}-${userId}-${index}`,
      userPoolId: 'pool1',
      userId,
      amr: ['pwd'],
      parentId: null,
      scope: 'openid',
      createdAt: passbeam.clock.now(),
      ip: null,
      userAgent: null,
      browserHash: null,
    });
    const { secrets, stores } = passbeam;
    const room = roomFor(session, { ip: '192.0.2.1', userAgent: null, requestId: 'r' }, secrets);
    await stores.loginSessions.insert(session, newEvent(secrets, 'session.created', null), room);
    ids.push(session.id);
    passbeam.pass(1);
  }
  return ids;
}

async function standing(applicationId: string, userId = passbeam.alice.id): Promise<string[]> {
  const page = { offset: 0, limit: 1_000 };
  const { logins } = await passbeam.stores.loginSessions.live(userId, passbeam.clock.now(), page);
  return logins.filter((login) => login.applicationId === applicationId).map(({ id }) => id);
}

describe.each(doors)('a login by %s', (_, applicationId, logIn) => {
  it('makes the oldest of a hundred end', async () => {
    const bob = await passbeam.addUser({ username: 'bob' });
    const other = applicationId === 'phone' ? 'site' : 'phone';
    const others = [await fill(applicationId, bob.id), await fill(other)];
    const [oldest, ...kept] = await fill(applicationId);
    await logIn();
    const now = await standing(applicationId);
    expect(now).toHaveLength(maxLiveLogins);
    expect(now.slice(1).reverse()).toEqual(kept);
    expect(now).not.toContain(oldest);
    expect((await standing(applicationId, bob.id)).reverse()).toEqual(others[0]);
    if (applicationId === 'phone') expect((await standing(other)).reverse()).toEqual(others[1]);
    const ends = await passbeam.stores.audit.list({ type: 'session.revoked', limit: 9 });
    expect(ends.find(({ loginSessionId }) => loginSessionId === oldest)).toMatchObject({
      userPoolId: 'pool1',
      applicationId,
      userId: passbeam.alice.id,
      detail: { reason: 'too_many_logins' },
    });
  });
});

it('tokens of the login that ended are refused, and of the others taken', async () => {
  const profileOf = async (token: string) => (await passbeam.v3('GET', 'get-profile', { token })).body.statusCode;
  const first = await passbeam.signIn();
  passbeam.pass(1);
  const second = await passbeam.signIn();
  passbeam.pass(1);
  const [room, ...rest] = await fill('phone');
  expect(room).toBeDefined();
  expect(rest).toHaveLength(maxLiveLogins - 1);
  expect([await profileOf(first), await profileOf(second)]).toEqual([401, 401]);
  const third = await passbeam.signIn();
  expect(await profileOf(third)).toBe(200);
});
