import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PasscodeMessage } from '../core/sign-in/message-sender.ts';
import { openTestPassbeam, sendInto, type TestPassbeam } from '../testing.ts';

/** A person's own addresses: v3's calls and the mutations of the second generation, over one set of rules. */

let passbeam: TestPassbeam;
let outbox: PasscodeMessage[];
let token: string;
beforeEach(async () => {
  outbox = [];
  passbeam = await openTestPassbeam({}, { sender: sendInto(outbox) });
  await passbeam.addUser({ username: 'bob' });
  token = await passbeam.signIn('bob');
});
afterEach(() => passbeam.close());

const post = async (path: string, body: unknown, by: string | undefined = token) =>
  (await passbeam.v3('POST', path, { app: 'phone', token: by, body })).body;
const bob = async () => {
  const user = await passbeam.stores.users.findByLogin('pool1', 'username', 'bob');
  if (user === null) throw new Error('bob is gone');
  return user;
};
async function mailed(email: string, channel = 'CHANNEL_BIND_EMAIL'): Promise<string> {
  const count = outbox.length;
  const reply = await post('send-email', { channel, email });
  expect(reply.statusCode).toBe(200);
  return outbox.length === count ? 'none' : (outbox.at(-1)?.passcode ?? '');
}
async function texted(phoneNumber: string, channel = 'CHANNEL_BIND_PHONE'): Promise<string> {
  expect((await post('send-sms', { channel, phoneNumber, phoneCountryCode: '+86' })).statusCode).toBe(200);
  return outbox.at(-1)?.passcode ?? '';
}
const bindEmail = async (email: string) => post('bind-email', { email, passCode: await mailed(email) });
const graphql = async (query: string, variables: unknown = {}) => {
  const { data, errors } = await post('/graphql/v2', { query, variables }, `Bearer ${token}`);
  return { data, refusal: errors?.[0].message };
};

describe('in v3', () => {
  it('an address is bound by the code sent to it, and verified then', async () => {
    expect(await bindEmail('bob@example.com')).toEqual({
      statusCode: 200,
      message: 'ok',
      requestId: expect.any(String),
    });
    const passCode = await texted('13800000002');
    const bound = await post('bind-phone', { phoneNumber: '13800000002', phoneCountryCode: '+86', passCode });
    expect(bound.statusCode).toBe(200);
    expect(await bob()).toMatchObject({
      email: 'bob@example.com',
      emailVerified: true,
      phone: '+8613800000002',
      phoneVerified: true,
    });
  });

  it('an address that is there is proved the same way, whatever the spelling of the phone', async () => {
    await passbeam.addUser({ username: 'carol', phone: '13800000003', phoneCountryCode: '+86' });
    token = await passbeam.signIn('carol');
    const passCode = await texted('13800000003');
    expect(await post('bind-phone', { phoneNumber: '13800000003', phoneCountryCode: '+86', passCode })).toMatchObject({
      statusCode: 200,
    });
    expect(await passbeam.stores.users.findByLogin('pool1', 'username', 'carol')).toMatchObject({
      phone: '+8613800000003',
      phoneCountryCode: '+86',
      phoneVerified: true,
    });
  });

  it('a login that came from a scan changes none: it may be a relayed one (threats T1)', async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = body.data;
    for (const action of ['SCAN', 'CONFIRM']) await post('set-qrcode-status', { qrcodeId, action });
    const { ticket } = (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
    const exchanged = await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket, client_id: 'site', client_secret: passbeam.site.secret },
    });
    const passCode = await mailed('thief@example.com');
    const bound = await post('bind-email', { email: 'thief@example.com', passCode }, exchanged.body.data.access_token);
    expect(bound).toMatchObject({ statusCode: 403, apiCode: 1001 });
    expect((await bob()).email).toBeNull();
  });

  it('a code of a login binds nothing, and one to bind logs nobody in', async () => {
    await passbeam.addUser({ username: 'carol', email: 'carol@example.com' });
    const login = await mailed('carol@example.com', 'CHANNEL_LOGIN');
    expect(await post('bind-email', { email: 'carol@example.com', passCode: login })).toMatchObject({ apiCode: 2001 });
    const bind = await mailed('alice@example.com');
    const passCodePayload = { email: 'alice@example.com', passCode: bind };
    expect(await post('signin', { connection: 'PASSCODE', passCodePayload })).toMatchObject({ apiCode: 2001 });
    // The address belongs to somebody else, even though this person proved it.
    expect(await post('bind-email', { email: 'alice@example.com', passCode: bind })).toMatchObject({
      statusCode: 409,
      apiCode: 2026,
    });
    expect((await bob()).email).toBeNull();
  });

  it('a second address is not bound beside the first', async () => {
    await bindEmail('bob@example.com');
    expect(await bindEmail('bob@example.org')).toMatchObject({
      apiCode: 2231,
      message: expect.stringContaining('email'),
    });
  });

  it.each(['CHANNEL_BIND_EMAIL', 'CHANNEL_UNBIND_EMAIL', 'CHANNEL_UPDATE_EMAIL'])(
    'strangers get no code of %s',
    async (channel) => {
      const reply = await passbeam.v3('POST', 'send-email', {
        app: 'phone',
        body: { channel, email: 'a@example.com' },
      });
      expect(reply.body).toMatchObject({ statusCode: 401, apiCode: 2020 });
      expect(outbox).toEqual([]);
    },
  );

  it('an address is removed by a code sent to it, while a way to sign in is left', async () => {
    await bindEmail('bob@example.com');
    expect(await mailed('alice@example.com', 'CHANNEL_UNBIND_EMAIL')).toBe('none');
    passbeam.pass(60);
    const passCode = await mailed('bob@example.com', 'CHANNEL_UNBIND_EMAIL');
    expect((await post('unbind-email', { passCode: 'wrong' })).apiCode).toBe(2001);
    expect((await post('unbind-email', { passCode })).statusCode).toBe(200);
    expect(await bob()).toMatchObject({ email: null, emailVerified: false });
    expect((await post('unbind-phone', { passCode })).apiCode).toBe(2231);
  });

  it('nothing is removed that was the only way to sign in', async () => {
    await bindEmail('bob@example.com');
    const user = await bob();
    await passbeam.stores.users.update({ ...user, username: null, version: user.version + 1 }, null);
    passbeam.pass(60);
    const passCode = await mailed('bob@example.com', 'CHANNEL_UNBIND_EMAIL');
    expect((await post('unbind-email', { passCode })).apiCode).toBe(2231);
  });

  it('a verified address is replaced with codes of both, in two steps', async () => {
    await bindEmail('bob@example.com');
    passbeam.pass(60);
    const verify = (payload: object) =>
      post('verify-update-email-request', {
        verifyMethod: 'EMAIL_PASSCODE',
        emailPassCodePayload: { newEmail: 'bob@example.org', ...payload },
      });
    const newEmailPassCode = await mailed('bob@example.org', 'CHANNEL_UPDATE_EMAIL');
    expect(await verify({ newEmailPassCode })).toMatchObject({
      apiCode: 2231,
      message: expect.stringContaining('oldEmailPassCode'),
    });
    const oldEmailPassCode = await mailed('bob@example.com', 'CHANNEL_UPDATE_EMAIL');
    const { data } = await verify({ newEmailPassCode, oldEmailPassCode });
    expect(data).toEqual({ updateEmailToken: expect.any(String), tokenExpiresIn: 600 });
    expect((await bob()).email).toBe('bob@example.com');
    expect((await post('update-phone', { updatePhoneToken: data.updateEmailToken })).apiCode).toBe(2001);
    const alice = await passbeam.signIn('alice');
    expect((await post('update-email', data, alice)).apiCode).toBe(2001);
    expect((await post('update-email', data)).statusCode).toBe(200);
    expect(await bob()).toMatchObject({ email: 'bob@example.org', emailVerified: true });
    passbeam.pass(11);
    expect((await post('update-email', data)).apiCode).toBe(2001);
  });

  it('the token is good for ten minutes', async () => {
    const newPhonePassCode = await texted('13800000004');
    const { data } = await post('verify-update-phone-request', {
      verifyMethod: 'PHONE_PASSCODE',
      phonePassCodePayload: { newPhoneNumber: '13800000004', newPhoneCountryCode: '+86', newPhonePassCode },
    });
    passbeam.pass(600);
    expect((await post('update-phone', data)).apiCode).toBe(2001);
  });

  it.each(['CHANNEL_BIND_MFA', 'CHANNEL_UNLOCK_ACCOUNT', 'CHANNEL_VERIFY_EMAIL_LINK'])(
    '%s is refused by name',
    async (channel) => {
      const reply = await post('send-email', { channel, email: 'a@example.com' });
      expect(reply).toMatchObject({ statusCode: 400, apiCode: 2231, message: expect.stringContaining(channel) });
    },
  );
});

describe('in the second generation', () => {
  const bind =
    'mutation bindEmail($email: String!, $emailCode: String!) { bindEmail(email: $email, emailCode: $emailCode) { email emailVerified token } }';

  it('a code without a scene is to bind, when who asks is signed in', async () => {
    const sent = await post('/api/v2/sms/send', { phone: '13800000005', phoneCountryCode: '+86' }, `Bearer ${token}`);
    expect(sent.code).toBe(200);
    const mutation =
      'mutation bindPhone($phone: String!, $phoneCode: String!, $phoneCountryCode: String) { bindPhone(phone: $phone, phoneCode: $phoneCode, phoneCountryCode: $phoneCountryCode) { phone phoneVerified } }';
    const variables = { phone: '13800000005', phoneCode: outbox.at(-1)?.passcode, phoneCountryCode: '+86' };
    expect((await graphql(mutation, variables)).data.bindPhone).toEqual({
      phone: '13800000005',
      phoneVerified: true,
    });
  });

  it('an address is bound, replaced, and not removed without a code', async () => {
    const send =
      'mutation sendEmail($email: String!, $scene: EmailScene!) { sendEmail(email: $email, scene: $scene) { code } }';
    await graphql(send, { email: 'bob@example.com', scene: 'VERIFY_CODE' });
    const bound = await graphql(bind, { email: 'bob@example.com', emailCode: outbox.at(-1)?.passcode });
    expect(bound.data.bindEmail).toEqual({ email: 'bob@example.com', emailVerified: true, token });

    const update =
      'mutation updateEmail($email: String!, $emailCode: String!, $oldEmail: String, $oldEmailCode: String) { updateEmail(email: $email, emailCode: $emailCode, oldEmail: $oldEmail, oldEmailCode: $oldEmailCode) { email } }';
    await graphql(send, { email: 'bob@example.org', scene: 'CHANGE_EMAIL' });
    const emailCode = outbox.at(-1)?.passcode;
    const variables = { email: 'bob@example.org', emailCode, oldEmail: 'bob@example.com' };
    expect((await graphql(update, variables)).refusal).toMatchObject({ code: 2231 });
    passbeam.pass(60);
    await graphql(send, { email: 'bob@example.com', scene: 'CHANGE_EMAIL' });
    const both = { ...variables, oldEmailCode: outbox.at(-1)?.passcode };
    expect((await graphql(update, both)).data).toEqual({ updateEmail: { email: 'bob@example.org' } });

    expect((await graphql('mutation unbindEmail { unbindEmail { email } }')).refusal).toMatchObject({ code: 2231 });
    const { securitySettings, ...pool } = passbeam.directory.getPool('pool1');
    const general = { changeEmailStrategy: { verifyOldEmail: false } };
    await passbeam.directory.putPool({ ...pool, securitySettings: { ...securitySettings, general } });
    expect((await graphql('mutation unbindEmail { unbindEmail { email } }')).data).toEqual({
      unbindEmail: { email: null },
    });
  });

  it('custom data is set, one by one and together, and removed', async () => {
    const target = { targetType: 'USER', targetId: (await bob()).id };
    const set =
      'mutation setUdv($targetType: UDFTargetType!, $targetId: String!, $key: String!, $value: String!) { setUdv(targetType: $targetType, targetId: $targetId, key: $key, value: $value) { key dataType value label } }';
    expect((await graphql(set, { ...target, key: 'school', value: '"MIT"' })).data.setUdv).toMatchObject([
      { key: 'school', dataType: 'STRING', value: 'MIT' },
    ]);
    const batch =
      'mutation setUdvBatch($targetType: UDFTargetType!, $targetId: String!, $udvList: [UserDefinedDataInput!]) { setUdvBatch(targetType: $targetType, targetId: $targetId, udvList: $udvList) { key value } }';
    const udvList = [
      { key: 'age', value: '30' },
      { key: 'motto', value: 'no JSON' },
    ];
    await graphql(batch, { ...target, udvList });
    expect((await bob()).customData).toEqual({ school: 'MIT', age: 30, motto: 'no JSON' });
    const remove =
      'mutation removeUdv($targetType: UDFTargetType!, $targetId: String!, $key: String!) { removeUdv(targetType: $targetType, targetId: $targetId, key: $key) { key } }';
    const left = await graphql(remove, { ...target, key: 'age' });
    expect(left.data.removeUdv).toEqual([{ key: 'school' }, { key: 'motto' }]);
    const foreign = { ...target, targetId: passbeam.alice.id, key: 'school', value: '1' };
    expect((await graphql(set, foreign)).refusal).toMatchObject({ code: 1001 });
  });
});
