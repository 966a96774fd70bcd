import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PasscodeMessage } from '../../core/sign-in/message-sender.ts';
import { sendInto, testPassword } from '../../testing.ts';
import { type ContractWorld, openContractWorld } from './world.fixture.ts';

/**
 * Requests of published clients that cannot be installed here, as their sources write them: Python, Java, Go, PHP, C# and the phones.
 * Each has the nulls, empty texts and spellings of its language, and names the fields of the reply that the client goes on with.
 */
let world: ContractWorld;
const outbox: PasscodeMessage[] = [];
beforeAll(async () => {
  world = await openContractWorld({ sender: sendInto(outbox) });
});
afterAll(() => world.close());
beforeEach(() => {
  outbox.length = 0;
});

type Value = string | (() => string);
interface Recorded {
  client: string;
  call: string;
  request: `${'GET' | 'POST'} ${string}`;
  app?: string;
  /** Filled with what the world holds when it is sent. */
  body?: () => object;
  form?: () => Record<string, string>;
  token?: Value;
  answer: object;
}

const rsa = (text: string) => world.encrypt(text);
const secret = () => world.site.secret;
const filled = (value: Value | undefined) => (typeof value === 'function' ? value() : value);

async function send({ request, app = 'site', body, form, token }: Recorded) {
  const [method, path = ''] = request.split(' ') as ['GET' | 'POST', string];
  const given = form && new URLSearchParams(form()).toString();
  return world.v3(method, path.replace('{me}', world.alice.id), {
    app,
    token: filled(token),
    body: given ?? body?.(),
    ...(form ? { headers: { 'content-type': 'application/x-www-form-urlencoded' } } : {}),
  });
}

const signedIn = { statusCode: 200, data: { access_token: expect.any(String), id_token: expect.any(String) } };
const v2Person = { code: 200, data: { id: expect.any(String), username: 'alice' } };
const emptyPage = { code: 200, data: { totalCount: 0, list: [] } };

const signIns: Recorded[] = [
  {
    client: 'Python 5.1.0',
    call: 'sign_in_by_account_password',
    request: 'POST /api/v3/signin',
    body: () => ({
      connection: 'PASSWORD',
      passwordPayload: { password: testPassword, account: 'alice', email: null, username: null, phone: null },
      options: { scope: 'openid profile', clientIp: null, context: null, tenantId: null, customData: null },
      client_id: 'site',
      client_secret: secret(),
    }),
    answer: signedIn,
  },
  {
    client: 'Java 3.1.19',
    call: 'signInByUsernamePassword, with every payload it knows as null',
    request: 'POST /api/v3/signin',
    body: () => ({
      connection: 'PASSWORD',
      passwordPayload: { account: null, email: null, password: testPassword, phone: null, username: 'alice' },
      passCodePayload: null,
      adPayload: null,
      ldapPayload: null,
      options: { autoRegister: null, captchaCode: null, passwordEncryptType: null, scope: null },
      client_id: 'site',
      client_secret: secret(),
    }),
    answer: signedIn,
  },
  {
    client: 'Go 3.0.19',
    call: 'SignInByUsernamePassword, with every payload it knows as empty texts',
    request: 'POST /api/v3/signin',
    body: () => ({
      connection: 'PASSWORD',
      passwordPayload: { password: testPassword, account: '', email: '', username: 'alice', phone: '' },
      passCodePayload: { passCode: '', email: '', phone: '', phoneCountryCode: '' },
      adPayload: { password: '', sAMAccountName: '' },
      ldapPayload: { password: '', sAMAccountName: '' },
      options: { clientIp: '', scope: '', tenantId: '', captchaCode: '', passwordEncryptType: '' },
      client_id: 'site',
      client_secret: secret(),
    }),
    answer: signedIn,
  },
  {
    client: 'Go 3.0.18',
    call: 'NewAuthenticationClient',
    request: 'POST /api/v3/check-app-id-secret',
    body: () => ({ appId: 'site', appSecret: secret() }),
    answer: { statusCode: 200, data: { valid: true } },
  },
  {
    client: 'Go 3.0.18',
    call: 'NewAuthenticationClient with a wrong secret',
    request: 'POST /api/v3/check-app-id-secret',
    body: () => ({ appId: 'site', appSecret: 'wrong' }),
    answer: { statusCode: 200, data: { valid: false } },
  },
  {
    client: 'Go 3.0.18',
    call: 'NewAuthenticationClient for an application nobody knows',
    request: 'POST /api/v3/check-app-id-secret',
    body: () => ({ appId: 'nobody', appSecret: 'wrong' }),
    answer: { statusCode: 200, data: { valid: false } },
  },
  {
    client: 'Go 3.0.18',
    call: 'NewAuthenticationClient without a secret, for an application that has none to prove',
    request: 'POST /api/v3/check-app-id-secret',
    body: () => ({ appId: 'phone', appSecret: '' }),
    answer: { statusCode: 200, data: { valid: true } },
  },
  {
    client: 'PHP 5.0.0',
    call: 'geneQrCode',
    request: 'POST /api/v3/gene-qrcode',
    body: () => ({ type: 'MOBILE_APP', extIdpConnId: null, customData: null, context: null, autoMergeQrCode: null }),
    answer: { statusCode: 200, data: { qrcodeId: expect.any(String) } },
  },
  {
    client: 'C# 3.2.5',
    call: 'SignInByPhonePassCode, whose code is wrong',
    request: 'POST /api/v3/signin',
    app: 'phone',
    body: () => ({
      connection: 'PASSCODE',
      passwordPayload: null,
      passCodePayload: { passCode: '000000', email: null, phone: '13800000001', phoneCountryCode: null },
      options: { autoRegister: null, clientIp: null },
    }),
    answer: { statusCode: 400, apiCode: 2001 },
  },
  {
    client: 'Java 3.1.19',
    call: 'getProfile with flags as numbers',
    request: 'GET /api/v3/get-profile?withCustomData=1&withIdentities=0&withDepartmentIds=False',
    token: () => world.alice1.access,
    answer: { statusCode: 200, data: { username: 'alice', customData: {} } },
  },
  {
    client: 'Flutter 1.0.2',
    call: 'an OAuth grant with the empty secret of an application that has none',
    request: 'POST /oidc/token',
    app: 'phone',
    form: () => ({
      grant_type: 'password',
      client_id: 'phone',
      client_secret: '',
      username: 'alice',
      password: testPassword,
      scope: 'openid',
    }),
    answer: { access_token: expect.any(String) },
  },
  {
    client: 'Java 3.1.19',
    call: 'getUserInfo, with a slash before the query',
    request: 'GET /oidc/me/',
    token: () => world.alice1.access,
    answer: { sub: expect.any(String) },
  },
];

const phones: Recorded[] = [
  {
    client: 'Python 4.5',
    call: 'login_by_username, with variables of null',
    request: 'POST /graphql/v2',
    body: () => ({
      query:
        'mutation loginByUsername($input: LoginByUsernameInput!) { loginByUsername(input: $input) { id username token } }',
      variables: {
        input: {
          username: 'alice',
          password: rsa(testPassword),
          captchaCode: null,
          autoRegister: null,
          clientIp: null,
        },
      },
      operationName: null,
    }),
    answer: { data: { loginByUsername: { username: 'alice', token: expect.any(String) } } },
  },
  {
    client: 'Flutter 1.0.2',
    call: 'loginByAccount, with null for what was not given',
    request: 'POST /api/v2/login/account',
    body: () => ({
      account: 'alice',
      password: rsa(testPassword),
      captchaCode: null,
      customData: null,
      autoRegister: null,
      withCustomData: null,
    }),
    answer: v2Person,
  },
  {
    client: 'Android',
    call: 'getCustomUserData flags',
    request: 'GET /api/v2/users/me?with_custom_data=0',
    token: () => world.alice1.login,
    answer: v2Person,
  },
  ...(
    [
      ['iOS 1.4.10', 'listRoles', 'GET /api/v2/users/me/roles?namespace=', emptyPage],
      ['iOS 1.4.10', 'listApplications', 'GET /api/v2/users/me/applications/allowed?page=1&limit=10', emptyPage],
      ['Android', 'listOrgs', 'GET /api/v2/users/{me}/orgs', { code: 200, data: [] }],
      ['Python 4.5', 'list_orgs', 'GET /api/v2/users/me/orgs', { code: 200, data: [] }],
      ['Android', 'listOrgs of somebody else', 'GET /api/v2/users/somebody/orgs', { code: 1001 }],
    ] as const
  ).map(([client, call, request, answer]) => ({ client, call, request, answer, token: () => world.alice1.login })),
  {
    client: 'Flutter 1.0.2',
    call: 'listAuthorizedResources',
    request: 'POST /api/v2/users/resource/authorized',
    body: () => ({ namespace: 'default' }),
    token: () => world.alice1.login,
    answer: emptyPage,
  },
  {
    client: 'iOS 1.4.10',
    call: 'checkAccount of somebody',
    request: 'GET /api/v2/users/is-user-exists?username=alice',
    answer: { code: 200, data: true },
  },
  {
    client: 'iOS 1.4.10',
    call: 'checkAccount of nobody',
    request: 'GET /api/v2/users/is-user-exists?phone=13900000009',
    answer: { code: 200, data: false },
  },
  {
    client: 'iOS 1.4.10',
    call: 'checkAccount where registration is closed',
    request: 'GET /api/v2/users/is-user-exists?username=alice',
    app: 'closed-site',
    answer: { code: 1001 },
  },
  {
    client: 'Guard 5.3.9',
    call: 'whether the register form may go on',
    request: 'GET /api/v2/users/find?userPoolId=pool1&key=nobody@example.com&type=email',
    answer: { code: 200, data: false },
  },
  {
    client: 'Guard 5.3.9',
    call: 'a wrong code for a forgotten password',
    request: 'POST /api/v2/users/password/forget/check-code',
    body: () => ({ phone: '13800000001', code: '000000', phoneCountryCode: null }),
    answer: { code: 2001 },
  },
  {
    client: 'Android',
    call: 'resetPasswordByPhoneCode with a wrong code',
    request: 'POST /api/v2/password/reset/sms',
    body: () => ({ phone: '13800000001', code: '000000', newPassword: rsa('another long passphrase') }),
    answer: { code: 2001 },
  },
  {
    client: 'Flutter 1.0.2',
    call: 'resetPasswordByEmailCode with a wrong code',
    request: 'POST /api/v2/password/reset/email',
    body: () => ({ email: 'alice@example.com', code: '000000', newPassword: rsa('another long passphrase') }),
    answer: { code: 2001 },
  },
  {
    client: 'Android',
    call: 'updatePassword with a wrong old one',
    request: 'POST /api/v2/password/update',
    body: () => ({ newPassword: rsa('another long passphrase'), oldPassword: rsa('not the old one') }),
    token: () => world.alice1.login,
    answer: { code: 2203 },
  },
  {
    client: 'Android',
    call: 'registerByPhoneCode with a wrong code',
    request: 'POST /api/v2/register-phone',
    body: () => ({ phone: '13900000008', code: '000000', profile: null, forceLogin: null }),
    answer: { code: 2001 },
  },
];

it.each(['1', 'true', 'True'])('custom data comes with a flag of %s, in any generation', async (flag) => {
  for (const path of [`/api/v2/users/me?with_custom_data=${flag}`, `get-profile?withCustomData=${flag}`]) {
    const { body } = await world.v3('GET', path, { app: 'phone', token: world.alice1.access });
    expect(body.data.customData).toBeDefined();
  }
});

describe.each([
  ['servers', signIns],
  ['phones', phones],
])('%s', (_who, rows) => {
  it.each(rows)('$client: $call', async (recorded) => {
    expect((await send(recorded)).body).toMatchObject(recorded.answer);
  });
});

describe('a phone', () => {
  const post = async (path: string, body: object, token?: string) =>
    (await world.v3('POST', `/api/v2/${path}`, { app: 'phone', body, token })).body;
  const codeFor = async (path: 'sms/send' | 'email/send', body: object, token?: string) => {
    expect((await post(path, body, token)).code).toBe(200);
    return outbox.at(-1)?.passcode ?? '';
  };
  const logIn = async (account: string, password = testPassword) =>
    (await post('login/account', { account, password: rsa(password) })).data?.token as string;

  it('learns whether a password would do before it sends it', async () => {
    const check = async (password: string) =>
      (
        await world.v3('GET', `/api/v2/users/password/check?password=${encodeURIComponent(rsa(password))}`, {
          app: 'phone',
        })
      ).body;
    expect(await check('a long new passphrase')).toMatchObject({ code: 200 });
    expect(await check('12345')).toMatchObject({ code: 2029 });
  });

  it('binds, replaces and removes the own addresses', async () => {
    await world.addUser({ username: 'pia' });
    const token = await logIn('pia');
    const email = 'pia@example.com';
    const emailCode = await codeFor('email/send', { email, scene: 'EMAIL_BIND_VERIFY_CODE' }, token);
    expect(await post('users/email/bind', { email, emailCode }, token)).toMatchObject({ code: 200, data: { email } });
    const phone = '13900000011';
    const phoneCode = await codeFor('sms/send', { phone }, token);
    expect(await post('users/phone/bind', { phone, phoneCode, phoneCountryCode: null }, token)).toMatchObject({
      code: 200,
      data: { phoneVerified: true, token },
    });
    const next = '13900000012';
    const oldPhoneCode = await codeFor('sms/send', { phone }, token);
    const nextCode = await codeFor('sms/send', { phone: next }, token);
    const update = { phone: next, phoneCode: nextCode, oldPhone: phone, oldPhoneCode };
    expect(await post('users/phone/update', update, token)).toMatchObject({ code: 200 });
    // A proved address needs a passcode of its own to be removed, and these clients have no field for one.
    expect(await post('users/phone/unbind', {}, token)).toMatchObject({ code: 2231 });
    expect(await post('users/email/unbind', {})).toMatchObject({ code: 2020 });
  });

  it('changes the own password, and stays logged in', async () => {
    await world.addUser({ username: 'quin' });
    const token = await logIn('quin');
    const change = { newPassword: rsa('another long passphrase'), oldPassword: rsa(testPassword) };
    expect(await post('password/update', change, token)).toMatchObject({
      code: 200,
      data: { username: 'quin', token },
    });
    expect(await logIn('quin', 'another long passphrase')).toEqual(expect.any(String));
  });

  it.each([
    ['sms', '/api/v2/sms/send', { phone: '13900000021' }],
    ['email', '/api/v2/email/send', { email: 'rosa@example.com', scene: 'VERIFY_CODE' }],
  ] as const)('sets a new password with a code it asked for without a scene: %s', async (kind, path, address) => {
    const username = `rosa-${kind}`;
    await world.addUser({ username, ...address, phoneVerified: true, emailVerified: true });
    const asked = async () => {
      world.pass(60);
      return codeFor(path.slice('/api/v2/'.length) as 'sms/send', address);
    };
    const newPassword = rsa('another long passphrase');
    const passcode = await asked();
    expect(await post(`password/reset/${kind}`, { ...address, code: passcode, newPassword })).toMatchObject({
      code: 200,
    });
    expect(await logIn(username, 'another long passphrase')).toEqual(expect.any(String));
    const logInByCode = (digits: string) =>
      post(`login/${kind === 'sms' ? 'phone' : 'email'}-code`, { ...address, code: digits });
    // The passcode is used up for everything, and the next one signs in just as well.
    expect((await logInByCode(passcode)).code).toBe(2001);
    const next = await asked();
    expect((await logInByCode(next)).code).toBe(200);
    expect(await post(`password/reset/${kind}`, { ...address, code: next, newPassword })).toMatchObject({ code: 2001 });
  });

  it('cannot set a new password with a code that was asked for to sign in', async () => {
    const address = { phone: '13900000022' };
    await world.addUser({ username: 'sara', ...address, phoneVerified: true });
    const passcode = await codeFor('sms/send', { ...address, scene: 'LOGIN_VERIFY_CODE' });
    const reset = { ...address, code: passcode, newPassword: rsa('another long passphrase') };
    expect(await post('password/reset/sms', reset)).toMatchObject({ code: 2001 });
  });
});
