import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, testPassword } from '../../testing.ts';
import { basicHeader, type ContractWorld, openContractWorld, uuid, v3Refusal } from './world.fixture.ts';

/**
 * People and what they sign in with, as the published contract has them, row by row (wire 4.1–4.5, 4.7). The first column of a
 * table is the section that asks for the row.
 */
let passbeam: ContractWorld;
let token: string;
beforeAll(async () => {
  passbeam = await openContractWorld();
  token = passbeam.alice1.access;
});
afterAll(() => passbeam.close());

type Row = [section: string, what: string, path: string, call: () => CallOptions, code: number, api?: number];
const signIn = (payload: object, more: CallOptions & { body?: object } = {}) => ({
  app: 'phone',
  ...more,
  body: { connection: 'PASSWORD', passwordPayload: { password: testPassword, ...payload }, ...more.body },
});
const signUp = (payload: object, profile?: object) => ({
  body: { connection: 'PASSWORD', passwordPayload: { password: testPassword, ...payload }, profile },
});
const wrong = { password: 'not the password' };

const refusals: Row[] = [
  ['4.1', 'no connection', 'POST signin', () => ({ app: 'phone', body: {} }), 400, 2231],
  ['4.1', 'an unknown connection', 'POST signin', () => ({ app: 'phone', body: { connection: 'QR' } }), 400, 2231],
  ['4.1', 'a code by message', 'POST signin', () => ({ app: 'phone', body: { connection: 'PASSCODE' } }), 400, 2231],
  ['4.1', 'LDAP', 'POST signin', () => ({ app: 'phone', body: { connection: 'LDAP' } }), 501],
  ['4.1', 'AD', 'POST signin', () => ({ app: 'phone', body: { connection: 'AD' } }), 501],
  ['4.1', 'no name', 'POST signin', () => signIn({}), 400, 2231],
  ['4.1', 'two names', 'POST signin', () => signIn({ account: 'alice', username: 'alice' }), 400, 2231],
  ['7.2', 'a wrong password', 'POST signin', () => signIn({ username: 'nobody', ...wrong }), 403, 2333],
  ['7.2', 'a wrong password', 'POST signin', () => signIn({ account: 'nobody2', ...wrong }), 403, 2333],
  ['7.2', 'a wrong password', 'POST signin', () => signIn({ email: 'no@body.example', ...wrong }), 403, 2333],
  ['7.2', 'a wrong password', 'POST signin', () => signIn({ phone: '13800009999', ...wrong }), 403, 2333],
  ['7.2', 'a suspended person', 'POST signin', () => signIn({ username: 'sam' }), 403, 2120008],
  ['4.1', 'no secret', 'POST signin', () => signIn({ username: 'alice' }, { app: 'site' }), 401, 1001],
  [
    '4.1',
    'a wrong secret',
    'POST signin',
    () => signIn({ username: 'alice' }, { app: 'site', body: wrongSecret }),
    401,
    1001,
  ],
  ['4.1', 'no Basic', 'POST signin', () => signIn({ username: 'alice' }, { app: 'basic' }), 401, 1001],
  ['4.7', 'no ciphertext', 'POST signin', () => signIn({ username: 'nobody3' }, { body: encrypted('rsa') }), 403, 2333],
  ['4.7', 'no ciphertext', 'POST signin', () => signIn({ username: 'nobody4' }, { body: encrypted('sm2') }), 403, 2333],
  ['4.2', 'no name', 'POST signup', () => signUp({}), 400, 2231],
  ['4.2', 'two names', 'POST signup', () => signUp({ username: 'zoe', email: 'zoe@example.com' }), 400, 2231],
  ['4.2', 'a taken username', 'POST signup', () => signUp({ username: 'Alice' }), 409, 2026],
  ['4.2', 'a taken e-mail', 'POST signup', () => signUp({ email: 'alice@example.com' }), 409, 2026],
  ['7.3', 'a weak password', 'POST signup', () => signUp({ username: 'zoe', password: '123456' }), 400, 2029],
  [
    '7.2',
    'registration closed',
    'POST signup',
    () => ({ app: 'closed-site', ...signUp({ username: 'zoe' }) }),
    403,
    2031,
  ],
  ['4.2', 'a code by message', 'POST signup', () => ({ body: { connection: 'PASSCODE' } }), 400, 2231],
  ['4.3', 'nobody signed in', 'GET get-profile', () => ({}), 401, 2020],
  ['4.3', 'a flag that is no word', 'GET get-profile', () => ({ token, query: { withCustomData: 'yes' } }), 400, 2231],
  ['4.3', 'nobody signed in', 'POST update-profile', () => ({ body: { nickname: 'x' } }), 401, 2020],
  ['4.3', 'an unknown gender', 'POST update-profile', () => ({ token, body: { gender: 'X' } }), 400, 2231],
  ['4.3', 'a taken username', 'POST update-profile', () => ({ token, body: { username: 'sam' } }), 409, 2026],
  ['4.3', 'nobody signed in', 'POST update-password', () => ({ body: { newPassword: 'x' } }), 401, 2020],
  ['4.3', 'no new password', 'POST update-password', () => ({ token, body: {} }), 400, 2231],
  ['7.3', 'a wrong old password', 'POST update-password', () => newPassword({ oldPassword: 'x' }), 400, 2203],
  ['7.3', 'a weak password', 'POST update-password', () => newPassword({ newPassword: '12345678' }), 400, 2029],
];

const wrongSecret = { client_id: 'site', client_secret: 'not the secret' };
const encrypted = (passwordEncryptType: string) => ({ options: { passwordEncryptType } });
const newPassword = (body: object): CallOptions => ({
  token,
  body: { oldPassword: testPassword, newPassword: 'another correct horse', ...body },
});

function split(path: string): ['GET' | 'POST', string] {
  const [method, name] = path.split(' ');
  return [method as 'GET' | 'POST', name ?? ''];
}

describe('refusals, in the language asked for', () => {
  it.each(refusals)('%s: %s, %s', async (_section, _what, path, call, statusCode, apiCode) => {
    for (const [headers, language] of [
      [{}, /^[^一-鿿]+$/],
      [{ 'x-authing-lang': 'en-US' }, /^[^一-鿿]+$/],
      [{ 'x-authing-lang': 'zh-CN' }, /[一-鿿]/],
      [{ 'x-genauth-lang': 'zh-CN' }, /[一-鿿]/],
    ] as const) {
      const options = call();
      const { http, body } = await passbeam.v3(...split(path), {
        ...options,
        headers: { ...options.headers, ...headers },
      });
      expect(http).toBe(200);
      expect(body).toEqual(v3Refusal(statusCode, apiCode, expect.stringMatching(language)));
    }
  });
});

describe('what needs no login ignores a stale one', () => {
  const calls: [section: string, path: string, call: () => CallOptions][] = [
    ['2.1', 'POST gene-qrcode', () => ({ body: { type: 'MOBILE_APP' } })],
    ['4.1', 'POST signin', () => signIn({ username: 'alice' })],
    ['4.2', 'POST signup', () => signUp({ username: `user-${passbeam.secrets.randomId(8)}` })],
    ['4.5', 'GET system', () => ({})],
    ['4.4', 'GET /oidc/.well-known/jwks.json', () => ({})],
    ['4.4', 'GET /oidc/.well-known/openid-configuration', () => ({})],
  ];
  it.each(calls)('%s: %s', async (_section, path, call) => {
    for (const stale of ['stale', 'Bearer stale', `Bearer ${token}x`]) {
      const { http, body } = await passbeam.v3(...split(path), { ...call(), token: stale });
      expect(http).toBe(200);
      expect(body.statusCode ?? 200).toBe(200);
    }
  });
});

describe('a GET with a content type and no body is a plain GET', () => {
  it.each([
    'get-profile',
    'system',
    '/oidc/.well-known/jwks.json',
    '/site/oidc/.well-known/jwks.json',
    '/oidc/.well-known/openid-configuration',
    '/oidc/me',
  ])('%s', async (path) => {
    const headers = { 'content-type': 'application/json' };
    const { http, body } = await passbeam.v3('GET', path, { token: `Bearer ${token}`, headers });
    expect(http).toBe(200);
    expect(body.statusCode ?? 200).toBe(200);
  });
});

describe('sign-in (wire 4.1, 6.3, 6.5)', () => {
  const everyOption = {
    scope: 'openid profile username email phone offline_access roles external_id extended_fields tenant_id',
    clientIp: '203.0.113.5',
    context: { a: 1 },
    customData: { b: 2 },
    tenantId: 'tenant',
    autoRegister: false,
    captchaCode: 'abcd',
    captchaToken: 'token',
    passwordEncryptType: 'none',
  };

  it.each([
    ['client_secret_post', 'site', () => ({ body: passbeam.siteProof })],
    [
      'client_secret_basic',
      'basic',
      () => ({ token: basicHeader('basic', passbeam.directory.getApplication('basic').secret) }),
    ],
    ['none', 'phone', () => ({})],
  ] as const)('%s: takes every option and gives every field', async (_method, app, proof) => {
    const given: CallOptions & { body?: object } = proof();
    const { body } = await passbeam.v3(
      'POST',
      'signin',
      signIn({ account: 'alice' }, { ...given, app, body: { ...given.body, options: everyOption } }),
    );
    expect(Object.keys(body)).toEqual(['statusCode', 'message', 'requestId', 'data']);
    const { data } = body;
    expect(Object.keys(data).sort()).toEqual(
      ['access_token', 'expire_in', 'expires_in', 'id_token', 'refresh_token', 'scope', 'token_type'].sort(),
    );
    expect(data).toMatchObject({ token_type: 'Bearer', expire_in: 7200, expires_in: 7200 });

    for (const jwt of [data.access_token, data.id_token]) {
      expect(decodeProtectedHeader(jwt)).toMatchObject({
        alg: 'RS256',
        kid: expect.any(String),
        typ: expect.any(String),
      });
      const now = passbeam.clock.now() / 1000;
      expect(decodeJwt(jwt)).toMatchObject({
        sub: passbeam.alice.id,
        aud: app,
        iss: 'http://localhost:3000/oidc',
        iat: now,
        exp: now + 7200,
      });
    }
    expect(decodeJwt(data.access_token)).toMatchObject({ jti: expect.any(String), scope: data.scope });
    expect(decodeJwt(data.id_token)).toMatchObject({
      nickname: 'Alice',
      gender: 'U',
      picture: expect.stringMatching(/^http/),
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      email: 'alice@example.com',
      email_verified: true,
      phone_number: expect.stringContaining('13800000001'),
      phone_number_verified: true,
    });
  });
});

describe('people (wire 4.2, 4.3, 6.1)', () => {
  const profile = {
    nickname: 'Mara',
    company: 'Company',
    photo: 'https://example.com/mara.png',
    device: 'phone',
    browser: 'browser',
    name: 'Mara M',
    givenName: 'Mara',
    familyName: 'M',
    middleName: 'X',
    profile: 'https://example.com/mara',
    preferredUsername: 'mm',
    website: 'https://example.com',
    gender: 'F',
    birthdate: '2000-01-02',
    zoneinfo: 'Asia/Shanghai',
    locale: 'zh-CN',
    address: 'address',
    formatted: 'formatted',
    streetAddress: 'street',
    locality: 'locality',
    region: 'region',
    postalCode: '100000',
    country: 'CN',
  };

  it('4.2: sign-up takes the whole profile and gives a whole user, who can sign in', async () => {
    const { body } = await passbeam.v3('POST', 'signup', {
      body: {
        ...signUp(
          { username: 'mara' },
          {
            ...profile,
            email: 'mara@example.com',
            phone: '13811112222',
            phoneCountryCode: '+86',
            customData: { a: 1 },
          },
        ).body,
        options: { clientIp: '203.0.113.5', context: {}, passwordEncryptType: 'none' },
      },
    });
    expect(body).toMatchObject({
      statusCode: 200,
      data: {
        ...profile,
        username: 'mara',
        email: 'mara@example.com',
        phoneCountryCode: '+86',
        userSourceType: 'register',
      },
    });
    expect(body.data).toMatchObject({ status: 'Activated', workStatus: 'Active', identities: [], departmentIds: [] });
    expect(await passbeam.signIn('mara')).toMatch(/^eyJ/);
  });

  it.each([
    ['true', { a: 1 }],
    ['True', { a: 1 }], // as Python writes it
    ['false', undefined],
    ['False', undefined],
    [undefined, undefined],
  ])('4.3: get-profile takes its flags as words: %s', async (flag, customData) => {
    const mara = await passbeam.signIn('mara');
    const flags = ['withCustomData', 'withIdentities', 'withDepartmentIds'];
    const query = flag === undefined ? {} : Object.fromEntries(flags.map((name) => [name, flag]));
    const { body } = await passbeam.v3('GET', 'get-profile', { token: mara, query });
    expect(body.data.customData).toEqual(customData);
    for (const text of JSON.stringify(body.data).matchAll(/"(createdAt|updatedAt|lastLogin)":("[^"]*")/g)) {
      const instant = JSON.parse(text[2] ?? '');
      expect(new Date(instant).toISOString()).toBe(instant);
    }
  });

  it('4.3: update-profile takes every documented field and gives the user', async () => {
    const changes = {
      name: 'n',
      nickname: 'nn',
      photo: 'https://example.com/p.png',
      externalId: 'ext-1',
      birthdate: '2001-01-01',
      country: 'DE',
      province: 'BE',
      city: 'Berlin',
      address: 'a',
      streetAddress: 's',
      postalCode: '10115',
      gender: 'M',
      username: 'mara2',
      company: 'c',
      customData: { b: [1, { c: null }] },
      identityNumber: 'id-1',
    };
    const mara = await passbeam.signIn('mara');
    const { body } = await passbeam.v3('POST', 'update-profile', { token: mara, body: changes });
    expect(body).toMatchObject({ statusCode: 200, data: { ...changes, customData: { a: 1, ...changes.customData } } });
  });

  it('4.3: update-password answers without data', async () => {
    await passbeam.addUser({ username: 'pat' });
    const { body } = await passbeam.v3('POST', 'update-password', {
      token: await passbeam.signIn('pat'),
      body: { oldPassword: testPassword, newPassword: 'another correct horse', passwordEncryptType: 'none' },
    });
    expect(body).toEqual({ statusCode: 200, message: expect.any(String), requestId: expect.stringMatching(uuid) });
  });
});

describe('public facts (wire 4.4, 4.5; wire 9, row 26)', () => {
  it('4.5: system has no envelope, and keys that are bare of secrets', async () => {
    const { body } = await passbeam.v3('GET', 'system', { app: null });
    expect(Object.keys(body).sort()).toEqual(['publicIps', 'rsa', 'sm2', 'version']);
    expect(Object.keys(body.version).sort()).toEqual(['console', 'login', 'server']);
    expect(body.rsa).toEqual({ publicKey: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/) });
    expect(body.sm2).toEqual({ publicKey: expect.stringMatching(/^04[\da-f]{128}$/) });
  });

  it('4.4: one key set at both addresses, the key in use first', async () => {
    const sets = await Promise.all(
      ['/oidc/.well-known/jwks.json', '/site/oidc/.well-known/jwks.json'].map(
        async (path) => (await passbeam.v3('GET', path, { app: null })).body,
      ),
    );
    expect(sets[0]).toEqual(sets[1]);
    expect(sets[0].keys[0]).toMatchObject({
      kty: 'RSA',
      alg: 'RS256',
      use: 'sig',
      kid: decodeProtectedHeader(token).kid,
    });
    expect(JSON.stringify(sets)).not.toMatch(/"[dpq]":/);
  });

  it('4.4: discovery names the issuer of the tokens', async () => {
    const { body } = await passbeam.v3('GET', '/oidc/.well-known/openid-configuration', { app: null });
    expect(body).toMatchObject({
      issuer: decodeJwt(token).iss,
      jwks_uri: 'http://localhost:3000/oidc/.well-known/jwks.json',
      token_endpoint: 'http://localhost:3000/oidc/token',
    });
  });

  it('4.4: userinfo takes the token in query, header and body', async () => {
    const asks = [
      { method: 'GET', url: `/oidc/me?access_token=${token}` },
      { method: 'GET', url: '/oidc/me', headers: { authorization: `Bearer ${token}` } },
      { method: 'POST', url: '/oidc/me', headers: { authorization: `Bearer ${token}` } },
      {
        method: 'POST',
        url: '/oidc/me',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `access_token=${token}`,
      },
    ] as const;
    for (const ask of asks) {
      const reply = await passbeam.app.inject(ask);
      expect(reply.json()).toMatchObject({ sub: passbeam.alice.id, nickname: 'Alice' });
    }
  });
});
