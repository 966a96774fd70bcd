import { constants, publicEncrypt } from 'node:crypto';
import { expect, it } from 'vitest';
import { testPassword } from '../../testing.ts';
import { routeDecisions } from '../rights.fixture.ts';
import { type AuthorizationWorld, sqlite, withWorld } from './world.fixture.ts';

/** What an application of kind relyingParty gets in the ways that are not a redirect: no password of anybody, and no whole person. */
let world: AuthorizationWorld;
withWorld(sqlite, async (opened) => {
  world = opened;
  await world.setStrategy({ allowExchangeUserInfoFromBrowser: true });
});

const secretOf = () => ({ client_id: world.party.id, client_secret: world.party.secret });
const credentials = (app: string) =>
  app === 'site' ? { client_id: 'site', client_secret: world.site.secret } : secretOf();

it.each([testPassword, 'not the password'])(
  'signs nobody in by a password, whether or not it is right: %s',
  async (password) => {
    const v3 = await world.v3('POST', 'signin', {
      app: world.party.id,
      body: { connection: 'PASSWORD', passwordPayload: { username: 'alice', password }, ...secretOf() },
    });
    expect(v3.body).toMatchObject({ statusCode: 403, message: expect.stringContaining('/oidc/auth') });
    const v2 = await world.v3('POST', '/api/v2/login/account', {
      app: world.party.id,
      body: { account: 'alice', password },
    });
    expect(v2.body.code).not.toBe(200);
    const grant = await world.token({ grant_type: 'password', username: 'alice', password, ...secretOf() });
    expect([grant.status, grant.json.error]).toEqual([400, 'unauthorized_client']);
  },
);

it('signs nobody in by a one-time code, and uses none up', async () => {
  await world.v3('POST', 'send-email', { body: { email: 'alice@example.com', channel: 'CHANNEL_LOGIN' } });
  const passCode = world.outbox.at(-1)?.passcode;
  const by = (app: string, credentials: object) =>
    world.v3('POST', 'signin', {
      app,
      body: { connection: 'PASSCODE', passCodePayload: { email: 'alice@example.com', passCode }, ...credentials },
    });
  expect((await by(world.party.id, secretOf())).body.statusCode).toBe(403);
  const { id, secret } = world.post;
  expect((await by(id, { client_id: id, client_secret: secret })).body.statusCode).toBe(200);
});

/** A code on the product's own page, confirmed by alice. */
async function ticket(): Promise<string> {
  const made = await world.v3('POST', 'gene-qrcode', { app: world.party.id, body: { type: 'MOBILE_APP' } });
  const { qrcodeId } = made.body.data;
  await world.scan(qrcodeId);
  const { body } = await world.v3('GET', 'get-qrcode-status', { app: world.party.id, query: { qrcodeId } });
  return body.data.ticket;
}

it('gets name and picture for a scan, and more once the person agreed to that on our page', async () => {
  const exchange = async () =>
    (
      await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
        app: world.party.id,
        body: { ticket: await ticket(), scope: 'openid profile email phone offline_access', ...secretOf() },
      })
    ).body.data;
  const first = await exchange();
  expect(first).toMatchObject({ scope: 'openid profile' });
  expect(first.refresh_token).toBeUndefined();
  expect((await world.userInfo(first.access_token)).json).not.toHaveProperty('email');
  await world.login(world.party, { scope: 'openid email' });
  const second = await exchange();
  expect(second.scope).toBe('openid profile email');
  expect((await world.userInfo(second.access_token)).json).toMatchObject({ email: 'alice@example.com' });
});

it('gets no whole person in the ways of the second generation, nor with a poll', async () => {
  await world.login(world.party, { scope: 'openid email' });
  const told = await world.v3('POST', '/api/v2/qrcode/userinfo', {
    app: world.party.id,
    body: { ticket: await ticket() },
  });
  expect(told.body.data).toMatchObject({
    nickname: 'Alice',
    username: 'alice',
    email: null,
    phone: null,
    lastIP: null,
  });

  await world.setStrategy({ returnFullUserInfo: true });
  const made = await world.v3('POST', 'gene-qrcode', { app: world.party.id, body: { type: 'MOBILE_APP' } });
  const { qrcodeId } = made.body.data;
  await world.scan(qrcodeId);
  const poll = await world.v3('GET', 'get-qrcode-status', { app: world.party.id, query: { qrcodeId } });
  expect(poll.body.data).toMatchObject({ status: 'AUTHORIZED' });
  expect(poll.text).toContain('Alice');
  expect(poll.text).not.toMatch(/alice@example|13800000001/);
  await world.setStrategy({ returnFullUserInfo: false });
});

/** The calls that take something of a person who is not signed in, for an application that the header names. */
const doors: Record<string, object | null> = {
  'POST /api/v3/signin': { connection: 'PASSWORD', passwordPayload: { username: 'alice', password: testPassword } },
  'POST /api/v3/signup': {
    connection: 'PASSWORD',
    passwordPayload: { username: 'eve', password: 'a long enough one' },
  },
  'POST /api/v3/send-email': { email: 'alice@example.com', channel: 'CHANNEL_LOGIN' },
  'POST /api/v3/send-sms': { phoneNumber: '13800000001', channel: 'CHANNEL_LOGIN' },
  'POST /api/v3/verify-reset-password-request': {
    verifyMethod: 'EMAIL_PASSCODE',
    emailPassCodePayload: { email: 'alice@example.com', passCode: '123456' },
  },
  'POST /api/v3/reset-password': { password: 'another long one', passwordResetToken: 'a-token' },
  'POST /api/v2/login/account': { account: 'alice', password: testPassword },
  'POST /api/v2/login/email-code': { email: 'alice@example.com', code: '123456' },
  'POST /api/v2/login/phone-code': { phone: '13800000001', code: '123456' },
  'POST /api/v2/register-email': { email: 'eve@example.com', password: 'a long enough one' },
  'POST /api/v2/register/email': { email: 'eve@example.com', password: 'a long enough one' },
  'POST /api/v2/register-email-code': { email: 'eve@example.com', code: '123456' },
  'POST /api/v2/register/email-code': { email: 'eve@example.com', code: '123456' },
  'POST /api/v2/register-phone': { phone: '13800000009', code: '123456' },
  'POST /api/v2/register-phone-code': { phone: '13800000009', code: '123456' },
  'POST /api/v2/register/phone-code': { phone: '13800000009', code: '123456' },
  'POST /api/v2/register-username': { username: 'eve', password: 'a long enough one' },
  'POST /api/v2/register/username': { username: 'eve', password: 'a long enough one' },
  'POST /api/v2/email/send': { email: 'alice@example.com', scene: 'LOGIN_VERIFY_CODE' },
  'POST /api/v2/sms/send': { phone: '13800000001' },
  'POST /api/v2/sms/send-login': { phone: '13800000001' },
  'POST /api/v2/sms/send-register': { phone: '13800000009' },
  'POST /api/v2/email/preCheckCode': { email: 'alice@example.com', emailCode: '123456' },
  'POST /api/v2/sms/preCheckCode': { phone: '13800000001', phoneCode: '123456' },
  'POST /api/v2/password/reset/sms': { phone: '13800000001', code: '123456', newPassword: 'another long one' },
  'POST /api/v2/password/reset/email': { email: 'alice@example.com', code: '123456', newPassword: 'another long one' },
  'POST /api/v2/users/password/forget/check-code': { email: 'alice@example.com', code: '123456' },
  'POST /api/v2/users/password/password-reset': { resetPasswordToken: 'a-token', newPassword: 'another long one' },
  'POST /api/v2/users/password/reset-by-first-login-token': { token: 'a-token', password: 'another long one' },
  'GET /api/v2/users/password/check?password=a-long-enough-one': null,
  'GET /api/v2/users/is-user-exists?username=alice': null,
  'GET /api/v2/users/find?type=username&key=alice': null,
};

const operations = [
  'mutation { loginByUsername(input: { username: "alice", password: "x" }) { id } }',
  'mutation { loginByEmail(input: { email: "alice@example.com", password: "x" }) { id } }',
  'mutation { loginByPhonePassword(input: { phone: "13800000001", password: "x" }) { id } }',
  'mutation { loginByPhoneCode(input: { phone: "13800000001", code: "123456" }) { id } }',
  'mutation { registerByUsername(input: { username: "eve", password: "a long enough one" }) { id } }',
  'mutation { registerByEmail(input: { email: "eve@example.com", password: "a long enough one" }) { id } }',
  'mutation { registerByPhoneCode(input: { phone: "13800000009", code: "123456" }) { id } }',
  'mutation { resetPassword(email: "alice@example.com", code: "123456", newPassword: "another long one") { code } }',
  'mutation { resetPasswordByFirstLoginToken(token: "a-token", password: "another long one") { code } }',
  'mutation { sendEmail(email: "alice@example.com", scene: LOGIN_VERIFY_CODE) { code } }',
  'query { isUserExists(username: "alice") }',
];

const refusal = /relyingParty|第三方应用/;

/** As clients of the second generation send passwords. */
async function sealed(text: string): Promise<string> {
  const { rsa } = (await world.v3('GET', 'system')).body;
  const key = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING };
  return publicEncrypt(key, Buffer.from(text)).toString('base64');
}

it('every such call is in the table of doors', () => {
  const named = Object.values(routeDecisions)
    .flat()
    .filter((route) =>
      /^\w+ \/api\/v[23]\/(.*(sign|login\/|register|reset|forget\/|\/send|send-|password\/check|preCheck|user-exists|users\/find))/.test(
        route,
      ),
    )
    .filter((route) => !/POST \/api\/v2\/users\/login\/check-status|signing-key|console|message/.test(route));
  // For the management of a pool alone.
  const managed = ['POST /api/v2/password/check', 'POST /api/v3/is-user-exists'];
  const known = Object.keys(doors).map((door) => door.replace(/\?.*/, ''));
  expect(named.filter((route) => !managed.includes(route)).toSorted()).toEqual(known.toSorted());
});

it.each(Object.entries(doors))('takes nothing of a person: %s', async (door, body) => {
  const [method, path = ''] = door.split(' ') as ['GET' | 'POST', string];
  const sent = world.outbox.length;
  const isOfV2 = path.startsWith('/api/v2');
  const secret = isOfV2 ? await sealed('another long one') : '';
  async function ask(app: string) {
    const proof = path.endsWith('/signin') ? credentials(app) : {};
    const text = JSON.stringify({ ...body, ...proof }).replaceAll(/"(a|another) long (enough )?one"/g, (plain) =>
      isOfV2 ? JSON.stringify(secret) : plain,
    );
    return world.v3(method, path, { app, ...(body === null ? {} : { body: JSON.parse(text) }) });
  }
  const refused = await ask(world.party.id);
  expect(refused.text).toMatch(refusal);
  expect(world.outbox).toHaveLength(sent);
  // The same call of an own product is judged by what is in it.
  expect((await ask('site')).text).not.toMatch(refusal);
});

it.each(operations)('takes nothing of a person: %s', async (query) => {
  const sent = world.outbox.length;
  const secret = JSON.stringify(await sealed('another long one'));
  const written = query.replaceAll(/"(a|another) long (enough )?one"/g, secret);
  const ask = (app: string) => world.v3('POST', '/graphql/v2', { app, body: { query: written } });
  expect((await ask(world.party.id)).text).toMatch(refusal);
  expect(world.outbox).toHaveLength(sent);
  expect((await ask('site')).text).not.toMatch(refusal);
});

it('signs people up and resets their passwords on our page all the same', async () => {
  const browser = world.browser();
  const page = browser.page(await browser.go(world.request(world.party)));
  const made = await page.post('sign-up', { email: 'newcomer@example.com', password: 'a long enough one' });
  expect(made.json.data).toMatchObject({ step: 'consent' });
  // A minute after the last message to the address.
  world.pass(120);
  const asking = world.browser();
  const forgotten = asking.page(await asking.go(world.request(world.party)));
  await forgotten.post('password/forgot', { channel: 'email', address: 'alice@example.com' });
  const message = () => world.outbox.findLast(({ purpose }) => purpose === 'CHANNEL_RESET_PASSWORD');
  await expect.poll(message).toBeDefined();
  const passcode = message()?.passcode;
  const given = { channel: 'email', address: 'alice@example.com', passcode, password: 'another long one' };
  // She consented in an earlier test.
  expect((await forgotten.post('password/reset', given)).json.data).toMatchObject({ step: 'leave' });
});
