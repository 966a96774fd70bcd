import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PasscodeMessage } from '../../../core/sign-in/message-sender.ts';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';

let passbeam: TestPassbeam;
let publicKey: string;

let messages: PasscodeMessage[];

beforeEach(async () => {
  messages = [];
  const sender = {
    missing: () => null,
    async send(message: PasscodeMessage) {
      messages.push(message);
      return true;
    },
  };
  passbeam = await openTestPassbeam({}, { sender });
  publicKey = (await passbeam.v3('GET', 'system')).body.rsa.publicKey;
});
afterEach(() => passbeam.close());

/** Encrypts as the official client does. */
const encrypt = (password: string) =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString('base64');

const userSelection = `{
  id arn userPoolId status username email emailVerified phone phoneVerified
  identities { openid userIdInIdp userId connectionId isSocial provider type userPoolId extIdpId }
  unionid openid nickname registerSource photo password oauth token tokenExpiredAt loginsCount lastLogin lastIP signedUp
  blocked isDeleted device browser company name givenName familyName middleName profile preferredUsername website gender
  birthdate zoneinfo locale address formatted streetAddress locality region postalCode city province country createdAt
  updatedAt externalId phoneCountryCode newlyCreated phoneCountryCode expiredAt directManagement
  customData { key value dataType label }
}`;
const loginByUsername = `mutation loginByUsername($input: LoginByUsernameInput!) { loginByUsername(input: $input) ${userSelection} }`;

interface Options {
  app?: string | null;
  token?: string;
  headers?: Record<string, string>;
}

async function ask(query: string, variables: unknown = {}, { app = 'phone', token, headers }: Options = {}) {
  return passbeam.v3('POST', '/graphql/v2', {
    app,
    body: { query, variables },
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
  });
}

async function data(...call: Parameters<typeof ask>) {
  const { http, body } = await ask(...call);
  expect(body).not.toHaveProperty('errors');
  expect(http).toBe(200);
  return body.data;
}

async function refusal(...call: Parameters<typeof ask>) {
  const { body } = await ask(...call);
  expect(body.data).toBeNull();
  return body.errors[0].message;
}

async function logIn(username = 'alice', password = testPassword) {
  const input = { username, password: encrypt(password) };
  return (await data(loginByUsername, { input })).loginByUsername;
}

async function failedSignIns(): Promise<number> {
  const events = await passbeam.stores.audit.list({ type: 'user.sign_in_failed', limit: 100 });
  return events.length;
}

describe('logging in', () => {
  it('gives everything the official documents select, and a token of the second generation', async () => {
    const user = await logIn();
    expect(user).toMatchObject({
      id: passbeam.alice.id,
      userPoolId: 'pool1',
      status: 'Activated',
      username: 'alice',
      password: null,
      identities: [],
      customData: [],
      blocked: false,
      loginsCount: 1,
      newlyCreated: false,
      photo: expect.stringMatching(/^http/),
    });
    expect(Date.parse(user.tokenExpiredAt)).toBeGreaterThan(passbeam.clock.now());
    const profile = await data(`{ user { id token } }`, {}, { token: user.token });
    expect(profile).toEqual({ user: { id: user.id, token: user.token } });
  });

  it.each([
    ['loginByEmail', 'LoginByEmailInput', { email: 'alice@example.com' }],
    ['loginByPhonePassword', 'LoginByPhonePasswordInput', { phone: '+8613800000001' }],
  ])('%s', async (operation, type, name) => {
    const query = `mutation m($input: ${type}!) { ${operation}(input: $input) { id token } }`;
    const reply = await data(query, { input: { ...name, password: encrypt(testPassword) } });
    expect(reply[operation]).toEqual({ id: passbeam.alice.id, token: expect.stringMatching(/^ey/) });
  });

  it.each([
    ['loginByUsername', 'LoginByUsernameInput', 'username', 'mina'],
    ['loginByEmail', 'LoginByEmailInput', 'email', 'mina@example.com'],
    ['loginByPhonePassword', 'LoginByPhonePasswordInput', 'phone', '13800000019'],
  ])('%s with autoRegister makes an account for a name that is nobody’s', async (operation, type, field, name) => {
    const query = `mutation m($input: ${type}!) { ${operation}(input: $input) { id token ${field} newlyCreated } }`;
    const ask = (password: string) => ({ input: { [field]: name, password: encrypt(password), autoRegister: true } });
    expect(await refusal(query, ask('short'))).toMatchObject({
      code: 2029,
      message: expect.stringContaining('input.password'),
    });
    const { [operation]: made } = await data(query, ask('a long enough passphrase'));
    expect(made).toMatchObject({ [field]: name, token: expect.stringMatching(/^ey/), newlyCreated: true });
    const { [operation]: again } = await data(query, ask('a long enough passphrase'));
    expect(again).toMatchObject({ id: made.id, newlyCreated: false });
    expect(await refusal(query, ask('another passphrase'))).toMatchObject({ code: 2333 });
  });

  it('believes clientIp from a backend that proves the secret of its application', async () => {
    const input = { username: 'alice', password: encrypt(testPassword), clientIp: '203.0.113.9' };
    expect((await data(loginByUsername, { input })).loginByUsername.lastIP).toBe('127.0.0.1');
    const headers = { authorization: `Basic ${btoa(`site:${passbeam.site.secret}`)}` };
    const { loginByUsername: proved } = await data(loginByUsername, { input }, { app: 'site', headers });
    expect(proved.lastIP).toBe('203.0.113.9');
  });

  it('counts a wrong password like every other path, and locks the account in the end', async () => {
    const guess = { input: { username: 'alice', password: encrypt('wrong') } };
    for (let i = 0; i < 5; i++) expect(await refusal(loginByUsername, guess)).toMatchObject({ code: 2333, data: null });
    expect(await refusal(loginByUsername, guess)).toMatchObject({ code: 2005 });
    const v3 = await passbeam.v3('POST', 'signin', {
      app: 'phone',
      body: { connection: 'PASSWORD', passwordPayload: { username: 'alice', password: testPassword } },
    });
    expect(v3.body.apiCode).toBe(2005);
  });

  it.each([
    ['a password in the clear', () => testPassword],
    ['rubbish', () => 'AAAA'],
    ['nothing', () => ''],
  ])('takes %s for a wrong password', async (_, password) => {
    expect(await refusal(loginByUsername, { input: { username: 'alice', password: password() } })).toMatchObject({
      code: 2333,
    });
  });

  it('asks for the application, and for no secret that pages never hold; a wrong one is refused', async () => {
    const input = { username: 'alice', password: encrypt(testPassword) };
    const wrong = { authorization: `Basic ${btoa('site:wrong')}` };
    expect(await refusal(loginByUsername, { input }, { app: 'site', headers: wrong })).toMatchObject({ code: 1001 });
    expect((await data(loginByUsername, { input }, { app: 'site' })).loginByUsername.id).toBe(passbeam.alice.id);
    expect(await refusal(loginByUsername, { input }, { app: null })).toMatchObject({ code: 2101 });
    const basic = `Basic ${Buffer.from(`site:${passbeam.site.secret}`).toString('base64')}`;
    const proved = await data(loginByUsername, { input }, { app: 'site', headers: { authorization: basic } });
    expect(proved.loginByUsername.id).toBe(passbeam.alice.id);
  });

  it('ignores a stale token in the header', async () => {
    const input = { username: 'alice', password: encrypt(testPassword) };
    const reply = await data(loginByUsername, { input }, { token: 'e30.e30.stale' });
    expect(reply.loginByUsername.id).toBe(passbeam.alice.id);
  });

  it('says what is not offered', async () => {
    const query = 'mutation { loginBySubAccount(account: "a", password: "b") { id } }';
    expect((await refusal(query)).message).toMatch(/sub-accounts/);
    expect((await refusal('mutation { setMainDepartment(userId: "a") { code } }')).message).toMatch(
      /setMainDepartment/,
    );
  });
});

describe('registering', () => {
  const registerByEmail = `mutation r($input: RegisterByEmailInput!) { registerByEmail(input: $input) ${userSelection} }`;

  it('makes a person with profile and custom data, and logs in when asked', async () => {
    const input = {
      email: 'bea@example.com',
      password: encrypt('staple battery horse'),
      profile: { nickname: 'Bea', username: 'bea', company: null },
      params: JSON.stringify([{ key: 'level', value: 3 }]),
      generateToken: true,
    };
    const { registerByEmail: user } = await data(registerByEmail, { input });
    expect(user).toMatchObject({ email: 'bea@example.com', emailVerified: false, nickname: 'Bea', newlyCreated: true });
    expect(user.customData).toEqual([{ key: 'level', value: '3', dataType: 'NUMBER', label: null }]);
    expect((await data('{ user { username } }', {}, { token: user.token })).user.username).toBe('bea');
  });

  it('gives no token unasked, and refuses a name that is taken', async () => {
    const query = `mutation r($input: RegisterByUsernameInput!) { registerByUsername(input: $input) { id token } }`;
    const input = { username: 'carol', password: encrypt('staple battery horse') };
    expect((await data(query, { input })).registerByUsername).toEqual({ id: expect.any(String), token: null });
    passbeam.pass(11);
    expect(await refusal(query, { input })).toMatchObject({ code: 2026 });
    expect((await refusal(query, { input })).message).toMatch(/input\.username/);
  });

  it.each([
    ['a long nickname', { profile: { nickname: 'x'.repeat(257) } }, /input\.profile\.nickname/],
    ['params that are no list', { params: '{"a":1}' }, /input\.params/],
    ['a prototype key', { params: '[{"key":"__proto__","value":1}]' }, /input\.params/],
    ['a weak password', { password: '123456' }, /input\.password/],
  ])('refuses %s, naming the field', async (_, part, message) => {
    const input = {
      email: 'dora@example.com',
      ...part,
      password: encrypt('password' in part ? String(part.password) : 'staple battery horse'),
    };
    expect((await refusal(registerByEmail, { input })).message).toMatch(message);
  });
});

describe('passcodes', () => {
  const sendEmail =
    'mutation s($email: String!, $scene: EmailScene!) { sendEmail(email: $email, scene: $scene) { message code } }';
  const resetPassword = `mutation r($phone: String, $email: String, $code: String!, $newPassword: String!) {
    resetPassword(phone: $phone, email: $email, code: $code, newPassword: $newPassword) { message code }
  }`;
  const loginByPhoneCode = `mutation l($input: LoginByPhoneCodeInput!) { loginByPhoneCode(input: $input) { id token phoneVerified } }`;
  const registerByPhoneCode = `mutation r($input: RegisterByPhoneCodeInput!) { registerByPhoneCode(input: $input) { id phone phoneVerified nickname token newlyCreated } }`;

  async function codeBySms(phoneNumber: string, channel: string): Promise<string> {
    await passbeam.v3('POST', 'send-sms', { app: 'phone', body: { phoneNumber, channel } });
    return messages.at(-1)?.passcode ?? '';
  }

  it('log in by phone', async () => {
    const phone = '+8613800000001';
    const passcode = await codeBySms(phone, 'CHANNEL_LOGIN');
    expect(await refusal(loginByPhoneCode, { input: { phone, code: 'wrong!' } })).toMatchObject({ code: 2001 });
    const { loginByPhoneCode: user } = await data(loginByPhoneCode, { input: { phone, code: passcode } });
    expect(user).toMatchObject({ id: passbeam.alice.id, phoneVerified: true, token: expect.stringMatching(/^ey/) });
    passbeam.pass(11);
    expect(await refusal(loginByPhoneCode, { input: { phone, code: passcode } })).toMatchObject({ code: 2001 });
  });

  it('register by phone, with a login when asked', async () => {
    const phone = '+8613800000009';
    const passcode = await codeBySms(phone, 'CHANNEL_REGISTER');
    const input = { phone, code: passcode, profile: { nickname: 'Finn' }, forceLogin: true };
    const { registerByPhoneCode: user } = await data(registerByPhoneCode, { input });
    expect(user).toMatchObject({
      phone: '13800000009',
      phoneVerified: true,
      nickname: 'Finn',
      newlyCreated: true,
    });
    expect((await data('{ user { id } }', {}, { token: user.token })).user.id).toBe(user.id);
  });

  it('set a forgotten password; a weak one leaves the code good', async () => {
    const email = 'alice@example.com';
    expect(await data(sendEmail, { email, scene: 'RESET_PASSWORD' })).toEqual({
      sendEmail: { code: 200, message: 'ok' },
    });
    const passcode = messages.at(-1)?.passcode ?? '';
    expect(await refusal(resetPassword, { email, code: passcode, newPassword: encrypt('123456') })).toMatchObject({
      code: 2029,
    });
    await data(resetPassword, { email, code: passcode, newPassword: encrypt('queen of hearts, all in') });
    expect(await logIn('alice', 'queen of hearts, all in')).toMatchObject({ id: passbeam.alice.id });
    expect(await refusal(resetPassword, { code: passcode, newPassword: encrypt('x') })).toMatchObject({ code: 2231 });
  });

  it('are sent for the purposes there are', async () => {
    expect(await refusal(sendEmail, { email: 'alice@example.com', scene: 'MFA_VERIFY' })).toMatchObject({ code: 2231 });
    expect(messages).toEqual([]);
  });
});

describe('one request is one attempt', () => {
  const login = (password: string) =>
    `loginByUsername(input: { username: "alice", password: ${JSON.stringify(password)} }) { id }`;

  it.each<[string, () => unknown]>([
    ['aliases', () => `mutation { ${login('a')} b: ${login('b')} }`],
    ['several operations', () => `mutation a { ${login('a')} } mutation b { ${login('b')} }`],
    ['a fragment at the root', () => `mutation { ...f } fragment f on Mutation { ${login('a')} b: ${login('b')} }`],
    ['an inline fragment at the root', () => `mutation { ... on Mutation { ${login('a')} } }`],
    ['introspection', () => '{ __schema { types { name } } }'],
    ['the introspection of one type', () => '{ __type(name: "User") { name } }'],
    ['a subscription', () => 'subscription { user { id } }'],
    ['an unknown field', () => '{ user { secret } }'],
    ['a deep document', () => `{ user ${'{ ... on User '.repeat(9)} { id } ${'}'.repeat(9)} }`],
    ['a long document', () => `{ user { ${'id '.repeat(600)} } }`],
    ['a fragment of itself', () => '{ user { ...f } } fragment f on User { ...f }'],
    ['no document', () => 'let me in'],
    ['a fragment alone', () => 'fragment f on User { id }'],
  ])('refuses %s', async (_, query) => {
    const { http, body } = await ask(String(query()));
    expect(http).toBe(200);
    expect(body).toMatchObject({ data: null, errors: [{ message: { code: 2231, message: expect.any(String) } }] });
    expect(await failedSignIns()).toBe(0);
  });

  it('reads a document of 250 tokens, and none of 251, however short its text', async () => {
    const { token } = await logIn();
    const ofTokens = (count: number) =>
      `{user{${Array(count - 5)
        .fill('id')
        .join(' ')}}}`;
    expect(await data(ofTokens(250), {}, { token })).toEqual({ user: { id: passbeam.alice.id } });
    expect(await refusal(ofTokens(251), {}, { token })).toMatchObject({
      code: 2231,
      message: expect.stringContaining('cannot be read'),
    });
  });

  it('refuses a batch of documents', async () => {
    const { body } = await passbeam.v3('POST', '/graphql/v2', { app: 'phone', body: [{ query: '{ user { id } }' }] });
    expect(body.errors[0].message.code).toBe(2231);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['missing', {}, /variables\.input /],
    ['incomplete', { input: { password: 'hunter2' } }, /variables\.input\.username is required/],
    ['of another type', { input: { username: 7, password: 'hunter2' } }, /variables\.input\.username/],
    ['unknown', { input: { username: 'a', password: 'hunter2', otp: 'hunter2' } }, /variables\.input\.otp/],
    ['no object', { input: 'hunter2' }, /variables\.input /],
  ])('names a variable that is %s without quoting it', async (_, variables, message) => {
    const { text, body } = await ask(loginByUsername, variables);
    expect(body.errors[0].message).toMatchObject({ code: 2231, message: expect.stringMatching(message) });
    expect(text).not.toContain('hunter2');
  });

  it('does not quote a literal either', async () => {
    const { text } = await ask(
      'mutation { loginByUsername(input: { username: "a", password: "hunter2", x: 1 }) { id } }',
    );
    expect(text).not.toContain('hunter2');
    expect((await ask('mutation { loginByUsername(input: "hunter2')).text).not.toContain('hunter2');
  });

  it('answers unreadable requests in the same form', async () => {
    const { http, body } = await passbeam.v3('POST', '/graphql/v2', { body: '{"query":' });
    expect(http).toBe(400);
    expect(body.errors[0]).toMatchObject({ message: { code: 2231 }, extensions: { requestId: expect.any(String) } });
  });
});

describe('the own account', () => {
  const updateUser = `mutation updateUser($id: String, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) ${userSelection} }`;

  it("is nobody's without a token, and only the own one", async () => {
    expect(await refusal('query user($id: String) { user(id: $id) { id } }')).toMatchObject({ code: 2020 });
    const { token } = await logIn();
    const bob = await passbeam.addUser({ username: 'bob' });
    const query = 'query user($id: String) { user(id: $id) { id } }';
    expect(await refusal(query, { id: bob.id }, { token })).toMatchObject({ code: 1001 });
    expect(await refusal(updateUser, { id: bob.id, input: { nickname: 'x' } }, { token })).toMatchObject({
      code: 1001,
    });
    expect(await data(query, { id: passbeam.alice.id }, { token })).toEqual({ user: { id: passbeam.alice.id } });
  });

  it('changes the profile, gives the token back, and changes nothing that must be proved', async () => {
    const { token, id } = await logIn();
    const { updateUser: changed } = await data(
      updateUser,
      { id, input: { nickname: 'Al', email: 'alice@example.com' } },
      { token },
    );
    expect(changed).toMatchObject({ nickname: 'Al', token });
    for (const input of [
      { email: 'new@example.com' },
      { emailVerified: false },
      { blocked: true },
      { loginsCount: 0 },
    ]) {
      expect((await refusal(updateUser, { id, input }, { token })).message).toMatch(/cannot be changed here/);
    }
    expect((await refusal(updateUser, { id, input: { nickname: 'x'.repeat(300) } }, { token })).message).toMatch(
      /input\.nickname/,
    );
  });

  it('changes the password with the old one', async () => {
    const { token } = await logIn();
    const query =
      'mutation p($newPassword: String!, $oldPassword: String) { updatePassword(newPassword: $newPassword, oldPassword: $oldPassword) { id } }';
    const newPassword = encrypt('staple battery horse');
    expect(await refusal(query, { newPassword, oldPassword: encrypt('wrong one') }, { token })).toMatchObject({
      code: 2203,
    });
    await data(query, { newPassword, oldPassword: encrypt(testPassword) }, { token });
    expect((await logIn('alice', 'staple battery horse')).id).toBe(passbeam.alice.id);
  });

  it('lists custom data: text as it is, the rest as JSON', async () => {
    const carl = await passbeam.addUser({
      username: 'carl',
      customData: { level: 'gold', points: 3, tags: ['a'], vip: true },
    });
    const { token } = await logIn('carl');
    const query =
      'query udv($targetType: UDFTargetType!, $targetId: String!) { udv(targetType: $targetType, targetId: $targetId) { key dataType value label } }';
    expect((await data(query, { targetType: 'USER', targetId: carl.id }, { token })).udv).toEqual([
      { key: 'level', dataType: 'STRING', value: 'gold', label: null },
      { key: 'points', dataType: 'NUMBER', value: '3', label: null },
      { key: 'tags', dataType: 'OBJECT', value: '["a"]', label: null },
      { key: 'vip', dataType: 'BOOLEAN', value: 'true', label: null },
    ]);
    expect(await refusal(query, { targetType: 'USER', targetId: passbeam.alice.id }, { token })).toMatchObject({
      code: 1001,
    });
    expect(await refusal(query, { targetType: 'ROLE', targetId: carl.id }, { token })).toMatchObject({ code: 2231 });
  });

  it('tells whether a token is good, and renews it', async () => {
    const status =
      'query checkLoginStatus($token: String) { checkLoginStatus(token: $token) { code message status exp iat data { id userPoolId arn } } }';
    const { token, id, arn } = await logIn();
    const good = { code: 200, status: true, data: { id, userPoolId: 'pool1', arn } };
    expect((await data(status, {}, { token })).checkLoginStatus).toMatchObject(good);
    expect((await data(status, { token })).checkLoginStatus).toMatchObject(good);
    expect((await data(status, { token: 'rubbish' })).checkLoginStatus).toMatchObject({
      code: 2020,
      status: false,
      data: null,
    });
    expect((await data(status)).checkLoginStatus).toMatchObject({ status: false });

    passbeam.pass(60);
    const { refreshToken: renewed } = await data('mutation { refreshToken { token iat exp } }', {}, { token });
    expect(renewed.iat).toBe(passbeam.clock.now() / 1000);
    expect(renewed.token).not.toBe(token);
    expect((await data(status, { token: renewed.token })).checkLoginStatus).toMatchObject(good);
  });

  it('judges a password', async () => {
    const query = 'query c($password: String!) { checkPasswordStrength(password: $password) { valid message } }';
    expect((await data(query, { password: '12345' })).checkPasswordStrength).toMatchObject({ valid: false });
    expect((await data(query, { password: 'staple battery horse' })).checkPasswordStrength.valid).toBe(true);
  });
});

describe('management', () => {
  const accessToken =
    'query accessToken($userPoolId: String!, $secret: String!) { accessToken(userPoolId: $userPoolId, secret: $secret) { accessToken exp iat } }';

  it("gives a management token for the secret of the pool, which is nobody's login", async () => {
    const { accessToken: given } = await data(
      accessToken,
      { userPoolId: 'pool1', secret: passbeam.pool.secret },
      { app: null },
    );
    expect(given.exp - given.iat).toBe(7200);
    expect(await refusal(accessToken, { userPoolId: 'pool1', secret: 'wrong' }, { app: null })).toMatchObject({
      code: 1300,
    });
    const status = await data('{ checkLoginStatus { status } }', {}, { app: null, token: given.accessToken });
    expect(status.checkLoginStatus).toEqual({ status: false });
  });

  async function administrator(): Promise<Options> {
    const { accessToken: given } = await data(
      accessToken,
      { userPoolId: 'pool1', secret: passbeam.pool.secret },
      { app: null },
    );
    return { app: null, token: given.accessToken, headers: { 'x-authing-userpool-id': 'pool1' } };
  }
  const users = `query users($page: Int, $limit: Int, $sortBy: SortByEnum) { users(page: $page, limit: $limit, sortBy: $sortBy) { totalCount list ${userSelection} } }`;
  const createUser = `mutation c($userInfo: CreateUserInput!, $keepPassword: Boolean) { createUser(userInfo: $userInfo, keepPassword: $keepPassword) { id username email emailVerified phone password blocked } }`;
  const updateUser = `mutation u($id: String, $input: UpdateUserInput!) { updateUser(id: $id, input: $input) { id nickname email blocked token } }`;

  it('keep the custom data that came with a new person', async () => {
    const query = `mutation c($userInfo: CreateUserInput!, $params: String) {
      createUser(userInfo: $userInfo, params: $params) { id }
    }`;
    const params = JSON.stringify([{ key: 'level', value: 3 }]);
    const { createUser: made } = await data(
      query,
      { userInfo: { username: 'with-params' }, params },
      await administrator(),
    );
    expect((await passbeam.stores.users.find(made.id))?.customData).toEqual({ level: 3 });
  });

  it('makes, finds, changes and deletes people', async () => {
    const admin = await administrator();
    const userInfo = {
      username: 'dan',
      email: 'dan@example.com',
      emailVerified: true,
      nickname: 'Dan',
      password: encrypt('staple battery horse'),
    };
    const { createUser: dan } = await data(createUser, { userInfo }, admin);
    expect(dan).toMatchObject({ username: 'dan', emailVerified: true, password: null, blocked: false });
    expect(await logIn('dan', 'staple battery horse')).toMatchObject({ id: dan.id });
    expect((await refusal(createUser, { userInfo }, admin)).message).toMatch(/userInfo\.(username|email)/);

    const page = await data(users, { page: 1, limit: 1, sortBy: 'CREATEDAT_ASC' }, admin);
    expect(page.users).toMatchObject({ totalCount: 2, list: [{ username: expect.any(String), token: null }] });
    const search =
      'query s($query: String!, $fields: [String]) { searchUser(query: $query, fields: $fields) { totalCount list { id } } }';
    expect((await data(search, { query: 'DAN' }, admin)).searchUser).toEqual({ totalCount: 1, list: [{ id: dan.id }] });
    expect((await data(search, { query: 'dan', fields: ['phone'] }, admin)).searchUser.totalCount).toBe(0);
    const find = 'query f($email: String, $phone: String) { findUser(email: $email, phone: $phone) { id } }';
    expect((await data(find, { email: 'DAN@example.com' }, admin)).findUser).toEqual({ id: dan.id });
    expect((await data(find, { email: 'nobody@example.com' }, admin)).findUser).toBeNull();
    const batch = 'query b($ids: [String!]!, $type: String) { userBatch(ids: $ids, type: $type) { id } }';
    expect((await data(batch, { ids: [dan.id, 'nobody'] }, admin)).userBatch).toEqual([{ id: dan.id }]);
    expect((await data(batch, { ids: ['dan'], type: 'username' }, admin)).userBatch).toEqual([{ id: dan.id }]);
    expect(
      (await data('query u($id: String) { user(id: $id) { username } }', { id: dan.id }, admin)).user.username,
    ).toBe('dan');

    const input = { nickname: 'Daniel', email: 'daniel@example.com', password: encrypt('queen of hearts, all in') };
    const { updateUser: changed } = await data(updateUser, { id: dan.id, input }, admin);
    expect(changed).toEqual({
      id: dan.id,
      nickname: 'Daniel',
      email: 'daniel@example.com',
      blocked: false,
      token: null,
    });
    expect(await logIn('dan', 'queen of hearts, all in')).toMatchObject({ id: dan.id });
    expect((await data(updateUser, { id: dan.id, input: { blocked: true } }, admin)).updateUser.blocked).toBe(true);

    const remove = 'mutation d($id: String!) { deleteUser(id: $id) { code message } }';
    expect((await data(remove, { id: dan.id }, admin)).deleteUser).toEqual({ code: 200, message: 'ok' });
    expect(await refusal('query u($id: String) { user(id: $id) { id } }', { id: dan.id }, admin)).toMatchObject({
      code: 2004,
    });
    const events = await passbeam.stores.audit.list({ type: 'admin.user_created', limit: 10 });
    expect(events).toMatchObject([{ userId: dan.id, detail: { accessKeyId: 'pool1' } }]);
  });

  it('takes password hashes made elsewhere', async () => {
    const admin = await administrator();
    const stored = (await passbeam.stores.users.find(passbeam.alice.id))?.passwordHash ?? '';
    const userInfo = { username: 'eve', password: encrypt(stored) };
    await data(createUser, { userInfo, keepPassword: true }, admin);
    expect(await logIn('eve')).toMatchObject({ username: 'eve' });
  });

  describe('of custom fields', () => {
    const setUdf =
      'mutation setUdf($targetType: UDFTargetType!, $key: String!, $dataType: UDFDataType!, $label: String!, $options: String) { setUdf(targetType: $targetType, key: $key, dataType: $dataType, label: $label, options: $options) { targetType dataType key label options } }';
    const udf =
      'query udf($targetType: UDFTargetType!) { udf(targetType: $targetType) { targetType dataType key label options } }';
    const removeUdf =
      'mutation removeUdf($targetType: UDFTargetType!, $key: String!) { removeUdf(targetType: $targetType, key: $key) { message code } }';
    const udfValueBatch =
      'query udfValueBatch($targetType: UDFTargetType!, $targetIds: [String!]!) { udfValueBatch(targetType: $targetType, targetIds: $targetIds) { targetId data { key dataType value label } } }';
    const setUdfValueBatch =
      'mutation setUdfValueBatch($targetType: UDFTargetType!, $input: [SetUdfValueBatchInput!]!) { setUdfValueBatch(targetType: $targetType, input: $input) { code message } }';
    const seat = { targetType: 'USER', key: 'seat', dataType: 'NUMBER', label: '座位' };
    const size = { targetType: 'USER', key: 'size', dataType: 'SELECT', label: 'Size' };
    const sizes = [
      { value: 'S', label: 'S' },
      { value: 'L', label: 'L' },
    ];
    const eventTypes = async () => {
      const events = await passbeam.stores.audit.list({ limit: 100 });
      return events
        .filter(({ type }) => type.startsWith('admin.custom'))
        .map(({ type, detail }) => [type, detail.keys]);
    };

    it('declares, renames, lists and forgets them, on the record', async () => {
      const admin = await administrator();
      expect((await data(setUdf, seat, admin)).setUdf).toEqual({ ...seat, options: null });
      expect((await data(setUdf, { ...seat, label: 'Seat' }, admin)).setUdf).toMatchObject({ label: 'Seat' });
      const made = { ...size, options: JSON.stringify(sizes) };
      expect((await data(setUdf, { ...size, options: '["S","L"]' }, admin)).setUdf).toEqual(made);
      expect((await data(setUdf, made, admin)).setUdf).toEqual(made);
      const { udf: list } = await data(udf, { targetType: 'USER' }, admin);
      expect(list).toEqual([{ ...seat, label: 'Seat', options: null }, made]);

      const removed = { code: 200, message: 'ok' };
      expect((await data(removeUdf, { targetType: 'USER', key: 'seat' }, admin)).removeUdf).toEqual(removed);
      expect((await data(removeUdf, { targetType: 'USER', key: 'seat' }, admin)).removeUdf).toEqual(removed);
      expect((await data(udf, { targetType: 'USER' }, admin)).udf).toEqual([made]);
      expect(await eventTypes()).toEqual([
        ['admin.custom_fields_removed', 'seat'],
        ...Array(2).fill(['admin.custom_fields_set', 'size']),
        ...Array(2).fill(['admin.custom_fields_set', 'seat']),
      ]);
    });

    it.each([
      [{ targetType: 'ROLE' }, 'targetType'],
      [{ key: '1st' }, 'key'],
      [{ key: 'email' }, 'key'],
      [{ label: '' }, 'label'],
      [{ dataType: 'SELECT' }, 'options'],
      [{ dataType: 'SELECT', options: 'S, L' }, 'options'],
      [{ dataType: 'SELECT', options: '[1]' }, 'options'],
      [{ options: '["S"]' }, 'options'],
    ])('refuses to declare %j', async (change, field) => {
      const admin = await administrator();
      expect(await refusal(setUdf, { ...seat, ...change }, admin)).toMatchObject({
        code: 2231,
        message: expect.stringMatching(new RegExp(`: ${field} `)),
      });
      expect(await eventTypes()).toEqual([]);
    });

    it('does not change the type of one', async () => {
      const admin = await administrator();
      await data(setUdf, seat, admin);
      expect(await refusal(setUdf, { ...seat, dataType: 'STRING' }, admin)).toMatchObject({
        message: expect.stringContaining(': dataType cannot be changed'),
      });
    });

    it('keeps pools apart', async () => {
      await data(setUdf, seat, await administrator());
      await passbeam.addPool('pool2');
      const other = await passbeam.stores.customFields.list('pool2');
      expect(other).toEqual([]);
      const stranger = await passbeam.addUser({ username: 'zoe', userPoolId: 'pool2', customData: { seat: 1 } });
      const admin = await administrator();
      const asked = { targetType: 'USER', targetIds: [stranger.id] };
      expect((await data(udfValueBatch, asked, admin)).udfValueBatch).toEqual([]);
      const input = [
        { targetId: passbeam.alice.id, key: 'seat', value: '2' },
        { targetId: stranger.id, key: 'seat', value: '2' },
      ];
      expect(await refusal(setUdfValueBatch, { targetType: 'USER', input }, admin)).toMatchObject({ code: 2004 });
      expect((await passbeam.stores.users.find(stranger.id))?.customData).toEqual({ seat: 1 });
      expect((await passbeam.stores.users.find(passbeam.alice.id))?.customData).toEqual({});
    });

    it('sets and reads the values of many people, with what was declared', async () => {
      const admin = await administrator();
      const bob = await passbeam.addUser({ username: 'bob', customData: { seat: 1, since: '2026-01-01' } });
      for (const field of [seat, { ...seat, key: 'since', dataType: 'DATETIME', label: 'Since' }]) {
        await data(setUdf, field, admin);
      }
      const input = [
        { targetId: passbeam.alice.id, key: 'seat', value: '2' },
        { targetId: bob.id, key: 'seat', value: '3' },
        { targetId: bob.id, key: 'note', value: '"hi"' },
      ];
      const set = await data(setUdfValueBatch, { targetType: 'USER', input }, admin);
      expect(set.setUdfValueBatch).toEqual({ code: 200, message: 'ok' });
      const targetIds = [bob.id, passbeam.alice.id, 'nobody'];
      const { udfValueBatch: values } = await data(udfValueBatch, { targetType: 'USER', targetIds }, admin);
      expect(values).toEqual([
        {
          targetId: bob.id,
          data: [
            { key: 'seat', dataType: 'NUMBER', value: '3', label: '座位' },
            // A number of milliseconds is what the official client reads.
            { key: 'since', dataType: 'DATETIME', value: String(Date.parse('2026-01-01')), label: 'Since' },
            { key: 'note', dataType: 'STRING', value: 'hi', label: null },
          ],
        },
        { targetId: passbeam.alice.id, data: [{ key: 'seat', dataType: 'NUMBER', value: '2', label: '座位' }] },
      ]);
    });

    it.each([
      ['targetIds', udfValueBatch, { targetIds: [] }],
      ['targetIds', udfValueBatch, { targetIds: Array(101).fill('x') }],
      ['input', setUdfValueBatch, { input: [] }],
      [
        'input',
        setUdfValueBatch,
        { input: Array.from({ length: 101 }, (_, n) => ({ targetId: `${n}`, key: 'k', value: '' })) },
      ],
    ])('asks for some %s, not too many', async (field, query, variables) => {
      const message = { message: expect.stringContaining(`: ${field} `) };
      expect(await refusal(query, { targetType: 'USER', ...variables }, await administrator())).toMatchObject(message);
    });
  });

  it("is nobody else's, and stays in its pool", async () => {
    await passbeam.addPool('pool2');
    const stranger = await passbeam.addUser({ username: 'zoe', userPoolId: 'pool2' });
    const admin = await administrator();
    const read = 'query u($id: String) { user(id: $id) { id } }';
    expect(await refusal(read, { id: stranger.id }, admin)).toMatchObject({ code: 2004 });
    expect(await refusal(read, {}, admin)).toMatchObject({ code: 2231 });
    expect((await data(users, {}, admin)).users.totalCount).toBe(1);
    const { token } = await logIn();
    for (const query of [
      '{ users { totalCount } }',
      '{ userpool { id } }',
      '{ findUser(username: "alice") { id } }',
      '{ userBatch(ids: ["a"]) { id } }',
      'mutation { deleteUser(id: "a") { code } }',
      'mutation { createUser(userInfo: { username: "x" }) { id } }',
      'mutation { updateUserpool(input: { registerDisabled: true }) { id } }',
      '{ udf(targetType: USER) { key } }',
      '{ udfValueBatch(targetType: USER, targetIds: ["a"]) { targetId } }',
      'mutation { setUdf(targetType: USER, key: "a", dataType: STRING, label: "A") { key } }',
      'mutation { removeUdf(targetType: USER, key: "a") { code } }',
      'mutation { setUdfValueBatch(targetType: USER, input: []) { code } }',
    ]) {
      expect(await refusal(query, {}, { token })).toMatchObject({ code: 2020 });
    }
    const elsewhere = { ...admin, headers: { 'x-authing-userpool-id': 'pool2' } };
    expect(await refusal(users, {}, elsewhere)).toMatchObject({ code: 2231 });
  });

  it('tells strangers whether somebody exists only as long as registering would', async () => {
    const exists = 'query e($username: String, $email: String) { isUserExists(username: $username, email: $email) }';
    expect(await data(exists, { username: 'ALICE' })).toEqual({ isUserExists: true });
    expect(await data(exists, { email: 'nobody@example.com' })).toEqual({ isUserExists: false });
    const admin = await administrator();
    await data('mutation { updateUserpool(input: { registerDisabled: true }) { id } }', {}, admin);
    expect(await refusal(exists, { username: 'alice' })).toMatchObject({ code: 1001 });
    expect(await data(exists, { username: 'alice' }, admin)).toEqual({ isUserExists: true });
  });

  it('shows and changes the pool, without its secrets', async () => {
    const admin = await administrator();
    const pool =
      'id name secret jwtSecret registerDisabled allowedOrigins qrcodeLoginStrategy { qrcodeExpiresAfter ticketExpiresAfter returnFullUserInfo allowExchangeUserInfoFromBrowser }';
    const update = `mutation p($input: UpdateUserpoolInput!) { updateUserpool(input: $input) { ${pool} } }`;
    const before = (await data(`{ userpool { ${pool} } }`, {}, admin)).userpool;
    expect(before).toMatchObject({ id: 'pool1', secret: null, jwtSecret: null, registerDisabled: false });
    const input = {
      allowedOrigins: 'https://a.example\nhttps://b.example',
      qrcodeLoginStrategy: { qrcodeExpiresAfter: 60 },
    };
    const { updateUserpool: after } = await data(update, { input }, admin);
    expect(after).toMatchObject({
      allowedOrigins: 'https://a.example\nhttps://b.example',
      qrcodeLoginStrategy: { ...before.qrcodeLoginStrategy, qrcodeExpiresAfter: 60 },
    });
    const mistaken = { qrcodeLoginStrategy: { ticketExpiresAfter: 0 } };
    expect((await refusal(update, { input: mistaken }, admin)).message).toMatch(
      /input\.qrcodeLoginStrategy\.ticketExpiresAfter/,
    );
    const renamed = await data(update, { input: { name: 'Ours', registerDisabled: true } }, admin);
    expect(renamed.updateUserpool).toMatchObject({ name: 'Ours', registerDisabled: true });
    expect((await refusal(update, { input: { name: 'x'.repeat(257) } }, admin)).message).toMatch(/input\.name/);
  });
});
