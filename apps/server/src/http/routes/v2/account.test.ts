import { constants, publicEncrypt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newEvent } from '../../../core/audit/event.ts';
import { newCustomField } from '../../../core/users/custom/custom-fields.ts';
import { hs256 } from '../../../crypto/hs256.ts';
import { type CallOptions, openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';

let passbeam: TestPassbeam;
let publicKey: string;
beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  publicKey = (await passbeam.v3('GET', '/api/v2/.well-known')).body.data.publicKey;
});
afterAll(() => passbeam.close());

const encrypt = (text: string) =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64');

async function call(method: 'GET' | 'POST', path: string, options: CallOptions = {}) {
  const { http, body } = await passbeam.v3(method, path.startsWith('/') ? path : `/api/v2/${path}`, {
    app: 'phone',
    ...options,
  });
  expect(http).toBe(200);
  return body;
}

const logIn = (account = 'alice', password = testPassword, options: CallOptions = {}, more: object = {}) =>
  call('POST', 'login/account', { ...options, body: { account, password: encrypt(password), ...more } });
const held = async (account = 'alice'): Promise<string> => (await logIn(account)).data.token;

const refused = (code: number) =>
  expect.objectContaining({ code, statusCode: 499, apiCode: code, data: null, requestId: expect.any(String) });

describe('GET /api/v2/.well-known', () => {
  it('gives the key as PEM', () => {
    expect(publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  });
});

describe('POST /api/v2/login/account', () => {
  it.each(['alice', 'ALICE@example.com', '+86 138 0000 0001'])('signs %s in', async (account) => {
    const body = await logIn(account);
    expect(body).toMatchObject({
      code: 200,
      statusCode: 200,
      data: {
        id: passbeam.alice.id,
        arn: `arn:cn:authing:pool1:user:${passbeam.alice.id}`,
        userPoolId: 'pool1',
        username: 'alice',
        token: expect.stringMatching(/^eyJ/),
        identities: [],
        password: null,
      },
    });
    expect(body).not.toHaveProperty('apiCode');
    expect(body.data).not.toHaveProperty('customData');
  });

  it('counts the login in its own reply', async () => {
    await passbeam.addUser({ username: 'newcomer' });
    const { data } = await logIn('newcomer');
    expect(data).toMatchObject({ loginsCount: 1, lastIp: '127.0.0.1', lastIP: '127.0.0.1' });
  });

  it('takes what phones and Guard send besides, and gives custom data when asked', async () => {
    const more = { autoRegister: false, withCustomData: true, agreementIds: [], captchaCode: '', customData: {} };
    expect((await logIn('alice', testPassword, {}, more)).data.customData).toEqual({});
  });

  it.each([
    ['mina', { username: 'mina' }],
    ['mina@example.com', { email: 'mina@example.com' }],
    ['13800000019', { phone: '13800000019', phoneCountryCode: '+86' }],
  ])(
    'makes an account for %s with autoRegister, as Guard asks where it offers no other way',
    async (account, names) => {
      const register = (password: string, autoRegister: boolean) => logIn(account, password, {}, { autoRegister });
      expect(await register('a long enough passphrase', false)).toEqual(refused(2333));
      expect(await register('short', true)).toEqual(refused(2029));
      const made = await register('a long enough passphrase', true);
      expect(made).toMatchObject({ code: 200, data: { ...names, token: expect.any(String) } });
      expect((await register('a long enough passphrase', true)).data.id).toBe(made.data.id);
      expect(await register('another passphrase', true)).toEqual(refused(2333));
    },
  );

  it('believes x-real-ip from a backend that proves the secret of its application', async () => {
    const headers = { 'x-real-ip': '203.0.113.9' };
    expect((await logIn('alice', testPassword, { app: 'site', headers })).data.lastIp).toBe('127.0.0.1');
    const authorization = `Basic ${btoa(`site:${passbeam.site.secret}`)}`;
    const proved = await logIn('alice', testPassword, { app: 'site', headers: { ...headers, authorization } });
    expect(proved.data.lastIp).toBe('203.0.113.9');
  });

  it("gives a token under the application's secret, for 15 days", async () => {
    const { data } = await logIn();
    const [header, payload] = data.token
      .split('.')
      .slice(0, 2)
      .map((part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()));
    expect(header).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(payload).toMatchObject({
      sub: passbeam.alice.id,
      aud: 'phone',
      data: { id: passbeam.alice.id, email: 'alice@example.com', userPoolId: 'pool1', arn: data.arn },
    });
    expect(payload.exp - payload.iat).toBe(15 * 86_400);
    expect(Date.parse(data.tokenExpiredAt)).toBe(payload.exp * 1000);
    const now = passbeam.clock.now();
    expect(await hs256.verify(data.token, () => [passbeam.phoneApp.secret], now)).not.toBeNull();
    expect(await hs256.verify(data.token, () => [passbeam.site.secret], now)).toBeNull();
  });

  it.each<[string, () => object, CallOptions, number]>([
    ['a wrong password', () => ({ password: encrypt('wrong password') }), {}, 2333],
    ['an unknown account', () => ({ account: 'nobody' }), {}, 2333],
    ['a password in the clear', () => ({ password: testPassword }), {}, 2333],
    ['a password for another key', () => ({ password: Buffer.alloc(256, 7).toString('base64') }), {}, 2333],
    ['SM2 that cannot be decrypted', () => ({ password: 'sm2:00ff' }), {}, 2333],
    ['no password', () => ({ password: undefined }), {}, 2231],
    ['no application', () => ({}), { app: null }, 2101],
    [
      'a wrong secret of the application',
      () => ({}),
      { app: 'site', headers: { authorization: `Basic ${btoa('site:wrong')}` } },
      1001,
    ],
  ])('refuses %s', async (_name, change, options, code) => {
    const body = { account: 'alice', password: encrypt(testPassword), ...change() };
    expect(await call('POST', 'login/account', { ...options, body })).toEqual(refused(code));
  });

  it('asks pages and phones for no secret of the application, which they never hold', async () => {
    expect((await logIn('alice', testPassword, { app: 'site' })).code).toBe(200);
    const authorization = `Basic ${Buffer.from(`site:${passbeam.site.secret}`).toString('base64')}`;
    expect((await logIn('alice', testPassword, { app: 'site', headers: { authorization } })).code).toBe(200);
  });

  it('is delayed by the failures of every generation', async () => {
    await passbeam.addUser({ username: 'dora' });
    for (let failure = 0; failure < 5; failure++) {
      const passwordPayload = { username: 'dora', password: 'wrong' };
      await passbeam.v3('POST', 'signin', { app: 'phone', body: { connection: 'PASSWORD', passwordPayload } });
    }
    expect(await logIn('dora')).toEqual(refused(2005));
  });
});

describe('registering', () => {
  it.each([
    ['register/email', 'email', 'e1@example.com'],
    ['register-email', 'email', 'e2@example.com'],
    ['register/username', 'username', 'user1'],
    ['register-username', 'username', 'user2'],
  ])('%s makes a user who can sign in', async (path, field, name) => {
    const profile = { nickname: 'New', browser: null, gender: 'F' };
    const body = { [field]: name, password: encrypt(testPassword), profile, forceLogin: false, context: {} };
    const reply = await call('POST', path, { body });
    expect(reply).toMatchObject({ code: 200, statusCode: 200, data: { [field]: name, nickname: 'New', gender: 'F' } });
    expect(reply.data).not.toHaveProperty('token');
    expect((await logIn(name)).data.id).toBe(reply.data.id);
    passbeam.pass(11);
    expect(await call('POST', path, { body })).toEqual(refused(2026));
  });

  it.each(['forceLogin', 'generateToken'])('signs in with %s', async (option) => {
    const body = { username: `with-${option}`, password: encrypt(testPassword), [option]: true };
    const { data } = await call('POST', 'register/username', { body });
    expect(data.token).toMatch(/^eyJ/);
  });

  it.each<[string, () => object, number]>([
    ['a weak password', () => ({ password: encrypt('12345') }), 2029],
    ['a password in the clear', () => ({ password: testPassword }), 2016],
    ['no address', () => ({ email: undefined }), 2231],
    ['no e-mail address', () => ({ email: 'nobody' }), 2231],
  ])('refuses %s', async (_name, change, code) => {
    const body = { email: 'f@example.com', password: encrypt(testPassword), ...change() };
    expect(await call('POST', 'register/email', { body })).toEqual(refused(code));
  });
});

describe('what signed-in people ask', () => {
  it.each(['users/me', 'users/me/info'])('%s gives the user with the token they hold', async (path) => {
    const token = await held();
    for (const authorization of [token, `Bearer ${token}`]) {
      expect((await call('GET', path, { token: authorization })).data).toMatchObject({ username: 'alice', token });
    }
    const full = await call('GET', path, { token, query: { withCustomData: 'true' } });
    expect(full.data.customData).toEqual({});
  });

  it('changes the profile', async () => {
    const token = await held();
    const { data } = await call('POST', 'users/profile/update', { token, body: { company: 'Beams Ltd' } });
    expect(data).toMatchObject({ company: 'Beams Ltd', token });
  });

  it('gives a new token for the same login', async () => {
    const token = await held();
    passbeam.pass(60);
    const { data } = await call('POST', 'users/refresh-token', { token, body: {} });
    expect(data.exp - data.iat).toBeLessThanOrEqual(15 * 86_400);
    expect(data.token).not.toBe(token);
    await call('GET', 'logout', { token: data.token, query: { app_id: 'phone' } });
    expect(await call('GET', 'users/me', { token })).toEqual(refused(2020));
  });

  it('keeps custom data, told as a bare list', async () => {
    await passbeam.addUser({ username: 'kim' });
    const { id, token } = (await logIn('kim')).data;
    const udvs = (targetId: string) => call('POST', 'udvs/get', { token, body: { targetType: 'USER', targetId } });
    expect(await udvs(id)).toEqual([]);
    const udfs = [
      { definition: 'team', value: 'blue' },
      { definition: { key: 'level', id: 'x' }, value: 7 },
    ];
    const list = [
      { key: 'team', dataType: 'STRING', value: 'blue', label: null },
      { key: 'level', dataType: 'NUMBER', value: '7', label: null },
    ];
    expect((await call('POST', 'udfs/values', { token, body: { udfs } })).data).toEqual(list);
    expect(await udvs(id)).toEqual(list);
    expect(await udvs(passbeam.alice.id)).toEqual(refused(1001));
    const read = (query: Record<string, string>) => call('GET', 'udfs/values', { token, query });
    expect((await read({ targetType: 'USER', targetId: id })).data).toEqual(list);
    expect(await read({ targetType: 'USER', targetId: passbeam.alice.id })).toEqual(refused(1001));
    expect(await read({ targetType: 'ROLE', targetId: id })).toEqual(refused(2231));
    expect(await read({ targetId: id })).toEqual(refused(2231));
    await passbeam.stores.customFields.put(
      [newCustomField({ key: 'team', label: 'Team', dataType: 'STRING' }, 'pool1', 1)],
      newEvent(passbeam.secrets, 'settings.changed', null),
    );
    const [team] = list.map((datum) => ({ ...datum, label: 'Team' }));
    expect((await read({ targetType: 'USER', targetId: id })).data).toEqual([team, list[1]]);
    expect(await udvs(id)).toEqual([team, list[1]]);
    expect((await call('POST', 'udfs/values', { token, body: { udfs: [] } })).data).toEqual([team, list[1]]);
    const bad = [{ definition: '__proto__', value: {} }];
    expect(await call('POST', 'udfs/values', { token, body: { udfs: bad } })).toEqual(refused(2231));
  });

  it.each([
    ['GET', 'users/me', undefined],
    ['GET', 'users/me/info', undefined],
    ['POST', 'users/profile/update', {}],
    ['POST', 'users/refresh-token', {}],
    ['POST', 'udvs/get', { targetType: 'USER', targetId: 'x' }],
    ['POST', 'udfs/values', { udfs: [] }],
    ['GET', 'udfs/values?targetType=USER&targetId=x', undefined],
  ] as const)('%s %s needs a login', async (method, path, body) => {
    expect(await call(method, path, { body })).toEqual(refused(2020));
    expect(await call(method, path, { body, token: 'nonsense' })).toEqual(refused(2020));
  });
});

describe('GET /api/v2/logout', () => {
  it('ends the login of the token, whatever the application', async () => {
    const token = await held();
    expect(await call('GET', 'logout', { token, query: { app_id: 'phone' } })).toEqual({ code: 200, message: 'ok' });
    expect(await call('GET', 'users/me', { token })).toEqual(refused(2020));
    expect((await call('GET', 'logout', { token })).code).toBe(200);
  });

  it('is a success when nobody is signed in', async () => {
    expect((await call('GET', 'logout', { app: null, query: { app_id: 'phone' } })).code).toBe(200);
  });

  it('is not done by HEAD', async () => {
    const token = await held();
    const headers = { authorization: token, 'x-authing-app-id': 'phone' };
    await passbeam.app.inject({ method: 'HEAD', url: '/api/v2/logout', headers });
    expect((await call('GET', 'users/me', { token })).code).toBe(200);
  });
});

describe('tokens', () => {
  async function v3Tokens() {
    const passwordPayload = { username: 'alice', password: testPassword };
    const body = { connection: 'PASSWORD', passwordPayload, options: { scope: 'openid profile offline_access' } };
    return (await passbeam.v3('POST', 'signin', { app: 'phone', body })).body.data;
  }
  const newCode = async () =>
    (await passbeam.v3('POST', '/api/v2/qrcode/gene', { body: { scene: 'APP_AUTH' } })).body.data.random;
  const scan = async (token: string, random?: string) =>
    (await call('POST', 'qrcode/scanned', { token, body: { random: random ?? (await newCode()) } })).code;

  const forged = (claims: object, secret: string) => {
    const iat = Math.floor(passbeam.clock.now() / 1000);
    return hs256.sign({ iat, exp: iat + 3600, sub: passbeam.alice.id, aud: 'phone', ...claims }, secret);
  };
  const sidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid;

  it('access, ID and V2 tokens approve, raw or Bearer', async () => {
    const { access_token: access, id_token: id } = await v3Tokens();
    for (const token of [access, id, await held()]) {
      for (const written of [token, `Bearer ${token}`, `bearer ${token}`]) expect(await scan(written)).toBe(200);
    }
  });

  it.each<[string, () => Promise<string>]>([
    ['a refresh token', async () => (await v3Tokens()).refresh_token],
    ['a V2 token under another secret', async () => forged({ sid: sidOf(await held()) }, passbeam.site.secret)],
    ['a V2 token under the public key', async () => forged({ sid: sidOf(await held()) }, publicKey)],
    ['a V2 token without a login', async () => forged({}, passbeam.phoneApp.secret)],
    [
      "a V2 token for somebody else's login",
      async () => forged({ sid: sidOf(await held()), sub: 'x' }, passbeam.phoneApp.secret),
    ],
    [
      "a V2 token of another application's making",
      async () => forged({ sid: sidOf(await held()), aud: 'site' }, passbeam.site.secret),
    ],
    [
      'a V2 token that expired',
      async () => forged({ sid: sidOf(await held()), exp: 1_700_000_000 }, passbeam.phoneApp.secret),
    ],
    [
      'no signature',
      async () => {
        const [, payload] = (await held()).split('.');
        return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${payload}.`;
      },
    ],
    ['a token with its signature cut', async () => (await held()).split('.').slice(0, 2).join('.')],
  ])('%s approves nothing', async (_name, token) => {
    expect(await scan(await token())).toBe(2020);
  });

  it('no token of a login that was born from a scan approves, in whatever form', async () => {
    const random = await newCode();
    const { access_token: phone } = await v3Tokens();
    expect(await scan(phone, random)).toBe(200);
    await call('POST', 'qrcode/confirm', { token: phone, body: { random } });
    const { ticket } = (await call('GET', 'qrcode/check', { query: { random } })).data;
    const body = { ticket, client_id: 'site', client_secret: passbeam.site.secret };
    const { data } = (await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body })).body;
    const me = await call('GET', 'users/me', { token: data.id_token });
    expect(me.data.username).toBe('alice');
    const refreshed = await call('POST', 'users/refresh-token', { token: data.id_token, body: {} });
    for (const token of [data.access_token, data.id_token, refreshed.data.token]) expect(await scan(token)).toBe(1001);
  });

  it('V2 and ID tokens are no access tokens of v3', async () => {
    const { id_token: id } = await v3Tokens();
    for (const token of [id, await held()]) {
      expect((await passbeam.v3('GET', 'get-profile', { app: 'phone', token })).body.statusCode).toBe(401);
    }
  });

  it.each(['/api/v2/oidc/validate_token', '/api/oidc/validate_token'])('%s tells the claims', async (path) => {
    const { access_token: access, id_token: id, refresh_token: refresh } = await v3Tokens();
    const v2 = await held();
    const ask = (query: { access_token?: string; id_token?: string }) =>
      call('GET', path, { app: null, query: { ...query } as Record<string, string> });
    const sub = passbeam.alice.id;
    expect(await ask({ access_token: access })).toMatchObject({
      sub,
      aud: 'phone',
      iss: 'http://localhost:3000/oidc',
      scope: 'openid profile offline_access',
    });
    expect(await ask({ id_token: id })).toMatchObject({ sub, aud: 'phone', nickname: 'Alice' });
    expect(await ask({ id_token: v2 })).toMatchObject({ sub, data: { id: sub } });
    for (const query of [{ access_token: id }, { id_token: access }, { access_token: refresh }, { id_token: 'x' }]) {
      expect(await ask(query)).toEqual({ code: 400, message: expect.any(String) });
    }
    await call('GET', 'logout', { token: access });
    for (const query of [{ access_token: access }, { id_token: id }]) expect((await ask(query)).code).toBe(400);
    expect(await ask({})).toEqual(refused(2231));
  });
});

describe('grant authing_token', () => {
  const grantType = 'http://authing.cn/oidc/grant_type/authing_token';
  async function grant(fields: Record<string, string>) {
    const reply = await passbeam.app.inject({
      method: 'POST',
      url: '/oidc/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ grant_type: grantType, client_id: 'phone', ...fields }).toString(),
    });
    return { http: reply.statusCode, body: reply.json() };
  }

  it('turns a V2 token into a token set of the same login', async () => {
    const token = await held();
    const { http, body } = await grant({ token, scope: 'openid profile email offline_access' });
    expect(http).toBe(200);
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 7200,
      access_token: expect.any(String),
      id_token: expect.any(String),
      refresh_token: expect.stringMatching(/^rt_/),
    });
    const me = await passbeam.v3('GET', '/oidc/me', { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(me.body).toMatchObject({ sub: passbeam.alice.id, email: 'alice@example.com' });
    expect((await grant({ token: body.id_token })).http).toBe(200);
    await call('GET', 'logout', { token });
    const after = await passbeam.v3('GET', '/oidc/me', { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(after.http).toBe(401);
  });

  it.each<[string, () => Promise<Record<string, string>>, number, string]>([
    ['nonsense', async () => ({ token: 'nonsense' }), 400, 'invalid_grant'],
    ['no token', async () => ({}), 400, 'invalid_request'],
    [
      "another application's token",
      async () => ({ token: await held(), client_id: 'site', client_secret: passbeam.site.secret }),
      400,
      'invalid_grant',
    ],
    [
      'an application that does not prove its secret',
      async () => ({ token: await held(), client_id: 'site' }),
      401,
      'invalid_client',
    ],
  ])('refuses %s', async (_name, fields, http, error) => {
    expect(await grant(await fields())).toMatchObject({ http, body: { error } });
  });
});

describe("the phones' requests, in their order (wire 8.3)", () => {
  it('sign in and approve a code that a web page made', async () => {
    const headers = {
      'x-authing-userpool-id': 'pool1',
      'x-authing-request-from': 'Guard-iOS@1.5.1',
      'x-authing-lang': 'zh-CN',
      'x-authing-device-id': 'device-1',
    };
    const config = await call('GET', 'applications/phone/public-config', { headers });
    expect(config.data).toMatchObject({ id: 'phone', userPoolId: 'pool1', requestHostname: expect.any(String) });
    const key = `-----BEGIN PUBLIC KEY-----\n${config.data.publicKey}\n-----END PUBLIC KEY-----`;
    const password = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(testPassword));
    const user = await call('POST', 'login/account', {
      headers,
      body: { account: 'alice', password: password.toString('base64'), autoRegister: false, withCustomData: false },
    });
    const token = `Bearer ${user.data.token}`;
    const udvs = await call('POST', 'udvs/get', {
      headers,
      token,
      body: { targetType: 'USER', targetId: user.data.id },
    });
    expect(Array.isArray(udvs)).toBe(true);

    const { random } = (await passbeam.v3('POST', '/api/v2/qrcode/gene', { body: { scene: 'APP_AUTH' } })).body.data;
    for (const [name, status] of [
      ['scanned', 0],
      ['confirm', 1],
    ] as const) {
      const reply = await call('POST', `qrcode/${name}`, { headers, token, body: { random } });
      expect(reply).toMatchObject({ code: 200, data: { random, status } });
    }
    expect((await call('GET', 'qrcode/check', { query: { random } })).data.status).toBe(2);

    const second = (await passbeam.v3('POST', '/api/v2/qrcode/gene', { body: { scene: 'APP_AUTH' } })).body.data;
    await call('POST', 'qrcode/scanned', { headers, token, body: { random: second.random } });
    const cancelled = await call('POST', 'qrcode/cancel', { headers, token, body: { random: second.random } });
    expect(cancelled.data.status).toBe(-1);
  });
});

describe('GET /api/v2/users/me/security-level', () => {
  it('says how well the account is protected', async () => {
    const body = await call('GET', 'users/me/security-level', { token: `Bearer ${await held()}` });
    expect(body).toEqual({
      code: 200,
      message: 'ok',
      data: { score: 100, email: true, phone: true, password: true, passwordSecurityLevel: 3, mfa: false },
    });
  });

  it('needs a login', async () => {
    expect(await call('GET', 'users/me/security-level')).toEqual(refused(2020));
  });
});
