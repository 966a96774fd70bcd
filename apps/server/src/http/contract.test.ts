import { inflateSync } from 'node:zlib';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import pino from 'pino';
import decodeQR from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newEvent } from '../core/audit/event.ts';
import { startMaintenance } from '../maintenance.ts';
import { type CallOptions, openTestPassbeam, type TestPassbeam, testPassword } from '../testing.ts';

/**
 * The wire as the published contract has it, row by row. The first column of a table is the section that asks for the
 * row. What one endpoint alone does is tested beside its route; here stands what unmodified clients lean on.
 */
let passbeam: TestPassbeam;
let token: string;
beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addPool('pool2');
  await passbeam.addApplication({ id: 'basic', tokenEndpointAuthMethod: 'client_secret_basic' });
  await passbeam.addPool('closed');
  const closed = passbeam.directory.getPool('closed');
  await passbeam.directory.putPool({
    ...closed,
    securitySettings: { ...closed.securitySettings, registerDisabled: true },
  });
  await passbeam.addApplication({ id: 'closed-site', userPoolId: 'closed' });
  const sam = await passbeam.addUser({ username: 'sam' });
  await passbeam.stores.users.update(
    { ...sam, status: 'Suspended', version: sam.version + 1 },
    newEvent(passbeam.secrets, 'user.updated', {}),
  );
  token = await passbeam.signIn();
});
afterAll(() => passbeam.close());

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
const unknownCode = 'x'.repeat(32);
const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });
const siteSecret = () => ({ client_id: 'site', client_secret: passbeam.site.secret });

async function gene(body: Record<string, unknown> = {}, headers: Record<string, string> = {}) {
  return (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP', ...body }, headers })).body.data;
}

async function confirmedCode(): Promise<{ qrcodeId: string; ticket: string }> {
  const { qrcodeId } = await gene();
  for (const action of ['SCAN', 'CONFIRM']) {
    await passbeam.v3('POST', 'change-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
  }
  const { body } = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
  return { qrcodeId, ticket: body.data.ticket };
}

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
  ['2.0', 'no application', 'POST gene-qrcode', () => ({ app: null, body: { type: 'MOBILE_APP' } }), 400, 2101],
  ['2.0', 'an unknown application', 'POST gene-qrcode', () => ({ app: 'x', body: { type: 'MOBILE_APP' } }), 404, 2011],
  ['2.0', 'a pool that is not the application’s', 'POST gene-qrcode', () => pool('pool2'), 400, 2231],
  ['7.2', 'an unknown pool', 'POST gene-qrcode', () => pool('nowhere'), 404, 2224],
  ['9, 2', 'brands that disagree', 'POST gene-qrcode', () => brands('phone'), 400, 2231],
  ['2.1', 'no type', 'POST gene-qrcode', () => ({ body: {} }), 400, 2231],
  ['2.1', 'an unknown type', 'POST gene-qrcode', () => ({ body: { type: 'QQ' } }), 400, 2231],
  ['2.1', 'a mini-program code', 'POST gene-qrcode', () => ({ body: { type: 'WECHAT_MINIPROGRAM' } }), 400, 2231],
  ['2.1', 'an account code', 'POST gene-qrcode', () => ({ body: { type: 'WECHAT_OFFICIAL_ACCOUNT' } }), 400, 2231],
  ['2.1', 'data that is no object', 'POST gene-qrcode', () => typed({ customData: 'x' }), 400, 2231],
  ['2.2', 'no code', 'GET get-qrcode-status', () => ({}), 400, 2231],
  ['2.2', 'no code', 'GET check-qrcode-status', () => ({}), 400, 2231],
  ['2.11', 'an unknown code', 'GET get-qrcode-status', () => ({ query: { qrcodeId: unknownCode } }), 404, 2241],
  ['2.11', 'an unknown code', 'GET check-qrcode-status', () => ({ query: { qrcodeId: unknownCode } }), 404, 2241],
  ...(['set-qrcode-status', 'change-qrcode-status'] as const).flatMap((path): Row[] => [
    ['2.3', 'an unknown action', `POST ${path}`, () => act({ action: 'LOOK' }, token), 400, 2231],
    ['2.3', 'no action', `POST ${path}`, () => act({ action: undefined }, token), 400, 2231],
    ['2.3', 'nobody signed in', `POST ${path}`, () => act({ action: 'SCAN' }), 401, 2020],
    [
      '2.3',
      'a signature of the management',
      `POST ${path}`,
      () => act({ action: 'SCAN' }, 'authing p:c2ln'),
      401,
      2020,
    ],
    ['2.11', 'an unknown code', `POST ${path}`, () => act({ action: 'SCAN' }, token), 404, 2241],
  ]),
  ['2.4', 'no ticket', 'POST exchange-tokenset-with-qrcode-ticket', () => ({ body: siteSecret() }), 400, 2231],
  ['2.4', 'an unknown ticket', 'POST exchange-tokenset-with-qrcode-ticket', () => ticket(siteSecret()), 400, 2300],
  ['2.4', 'no proof', 'POST exchange-tokenset-with-qrcode-ticket', () => ticket({}), 403, 1001],
  ['2.4', 'a wrong secret', 'POST exchange-tokenset-with-qrcode-ticket', () => ticket(wrongSecret), 401, 1001],
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
  ['4.7', 'SM2', 'POST signin', () => signIn({ username: 'alice' }, { body: encrypted('sm2') }), 400, 2231],
  ['4.7', 'no ciphertext', 'POST signin', () => signIn({ username: 'alice' }, { body: encrypted('rsa') }), 400, 2016],
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
  ['4.3', 'a flag that is no word', 'GET get-profile', () => ({ token, query: { withCustomData: '1' } }), 400, 2231],
  ['4.3', 'nobody signed in', 'POST update-profile', () => ({ body: { nickname: 'x' } }), 401, 2020],
  ['4.3', 'an unknown gender', 'POST update-profile', () => ({ token, body: { gender: 'X' } }), 400, 2231],
  ['4.3', 'a taken username', 'POST update-profile', () => ({ token, body: { username: 'sam' } }), 409, 2026],
  ['4.3', 'nobody signed in', 'POST update-password', () => ({ body: { newPassword: 'x' } }), 401, 2020],
  ['4.3', 'no new password', 'POST update-password', () => ({ token, body: {} }), 400, 2231],
  ['7.3', 'a wrong old password', 'POST update-password', () => newPassword({ oldPassword: 'x' }), 400, 2203],
  ['7.3', 'a weak password', 'POST update-password', () => newPassword({ newPassword: '12345678' }), 400, 2029],
];

const wrongSecret = { client_id: 'site', client_secret: 'not the secret' };
const typed = (body: object): CallOptions => ({ body: { type: 'MOBILE_APP', ...body } });
const pool = (id: string): CallOptions => ({ ...typed({}), headers: { 'x-authing-userpool-id': id } });
const brands = (id: string): CallOptions => ({ ...typed({}), headers: { 'x-genauth-app-id': id } });
const ticket = (body: object): CallOptions => ({ body: { ticket: `tk_${unknownCode}_${'x'.repeat(43)}`, ...body } });
const encrypted = (passwordEncryptType: string) => ({ options: { passwordEncryptType } });
const act = (body: object, by?: string): CallOptions => ({
  app: 'phone',
  body: { qrcodeId: unknownCode, ...body },
  ...(by === undefined ? {} : { token: by }),
});
const newPassword = (body: object): CallOptions => ({
  token,
  body: { oldPassword: testPassword, newPassword: 'another correct horse', ...body },
});

function split(path: string): ['GET' | 'POST', string] {
  const [method, name] = path.split(' ');
  return [method as 'GET' | 'POST', name ?? ''];
}

describe('a refusal is HTTP 200 in the envelope, with its code, in the language asked for (2.0, 7)', () => {
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
      expect(body).toEqual({
        statusCode,
        ...(apiCode === undefined ? {} : { apiCode }),
        message: expect.stringMatching(language),
        requestId: expect.stringMatching(uuid),
      });
    }
  });
});

describe('the neighbours that belong to other products (2.8)', () => {
  it.each([
    ['POST', '/api/v3/gene-fastpass-qrcode-info'],
    ['GET', '/api/v3/get-fastpass-client-apps?qrcodeId=x&appId=x'],
    ['GET', '/api/v3/get-app-login-qrcode-status?qrcodeId=x'],
    ['POST', '/api/v3/qrcode-app-login'],
    ['POST', '/api/v3/signin-by-push'],
    ['GET', '/api/v3/check-pushcode-status'],
    ['POST', '/api/v3/set-pushcode-status'],
    ['POST', '/api/v3/change-pushcode-status'],
    ['GET', '/api/v3/get-pushlogin-relation-apps'],
    ['GET', '/connections/zjzwfw/check-auth-code'],
    ['GET', '/api/v1/qrcode/x/verify'],
    ['POST', '/api/v3/update-userpool-tenant-appqrcode-state'],
  ] as const)('%s %s has a 404 body, not a page', async (method, url) => {
    const { http, headers, body } = await passbeam.v3(method, url, method === 'POST' ? { body: {} } : {});
    expect(http).toBe(404);
    expect(headers['content-type']).toContain('application/json');
    expect(body).toEqual({
      statusCode: 404,
      message: expect.any(String),
      requestId: expect.stringMatching(uuid),
    });
  });
});

describe('headers (2.0, client-requests)', () => {
  it.each([
    ['x-authing-app-id', 'x-authing-userpool-id'],
    ['x-genauth-app-id', 'x-genauth-userpool-id'],
  ])('%s selects the application, with or without %s', async (appHeader, poolHeader) => {
    for (const more of [{}, { [poolHeader]: 'pool1' }, { [poolHeader]: '' }]) {
      const { body } = await passbeam.v3('POST', 'gene-qrcode', {
        app: null,
        body: { type: 'MOBILE_APP' },
        headers: { [appHeader]: 'site', ...more },
      });
      expect(body).toMatchObject({ statusCode: 200 });
    }
  });

  it('that only inform change nothing, whatever they hold', async () => {
    const informing = ['app-tenant-id', 'request-from', 'sdk-version', 'device-id', 'lang'];
    const headers = Object.fromEntries(informing.map((suffix) => [`x-authing-${suffix}`, 'undefined']));
    expect((await passbeam.v3('POST', 'gene-qrcode', { ...typed({}), headers })).body.statusCode).toBe(200);
  });

  it.each([
    (t: string) => t,
    (t: string) => `Bearer ${t}`,
    (t: string) => `bearer ${t}`,
    (t: string) => `BEARER  ${t}`,
  ])('authorization is read: %s', async (written) => {
    const { qrcodeId } = await gene();
    const authorization = written(await passbeam.signIn());
    const scanned = await passbeam.v3('POST', 'set-qrcode-status', {
      token: authorization,
      body: { qrcodeId, action: 'SCAN' },
    });
    expect(scanned.body).toMatchObject({ statusCode: 200, data: { success: true } });
    expect((await passbeam.v3('GET', 'get-profile', { token: authorization })).body.statusCode).toBe(200);
  });

  const noLogin: [string, string, () => CallOptions][] = [
    ['2.1', 'POST gene-qrcode', () => typed({})],
    ['2.4', 'POST exchange-tokenset-with-qrcode-ticket', () => ({})],
    ['2.2', 'GET get-qrcode-status', () => ({})],
    ['2.2', 'GET check-qrcode-status', () => ({})],
    ['4.1', 'POST signin', () => signIn({ username: 'alice' })],
    ['4.2', 'POST signup', () => signUp({ username: `user-${passbeam.secrets.randomId(8)}` })],
    ['4.5', 'GET system', () => ({})],
    ['4.4', 'GET /oidc/.well-known/jwks.json', () => ({})],
    ['4.4', 'GET /oidc/.well-known/openid-configuration', () => ({})],
  ];
  it.each(noLogin)('%s: %s needs no login and ignores a stale one', async (_section, path, call) => {
    for (const stale of ['stale', 'Bearer stale', `Bearer ${token}x`]) {
      const code = await confirmedCode();
      const options = path.includes('exchange')
        ? { body: { ticket: code.ticket, ...siteSecret() } }
        : path.includes('status')
          ? { query: { qrcodeId: code.qrcodeId } }
          : call();
      const { http, body } = await passbeam.v3(...split(path), { ...options, token: stale });
      expect(http).toBe(200);
      expect(body.statusCode ?? 200).toBe(200);
    }
  });

  it.each([
    'get-qrcode-status',
    'get-profile',
    'system',
    '/oidc/.well-known/jwks.json',
    '/site/oidc/.well-known/jwks.json',
    '/oidc/.well-known/openid-configuration',
    '/oidc/me',
  ])('GET %s with a content type and no body is a plain GET', async (path) => {
    const { qrcodeId } = await gene();
    const query = path === 'get-qrcode-status' ? { query: { qrcodeId } } : {};
    const { http, body } = await passbeam.v3('GET', path, {
      ...query,
      token: `Bearer ${token}`,
      headers: { 'content-type': 'application/json' },
    });
    expect(http).toBe(200);
    expect(body.statusCode ?? 200).toBe(200);
  });
});

describe('sign-in (4.1, 6.3, 6.5)', () => {
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
    ['client_secret_post', 'site', () => ({ body: siteSecret() })],
    [
      'client_secret_basic',
      'basic',
      () => ({ headers: basic('basic', passbeam.directory.getApplication('basic').secret) }),
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
      updated_at: expect.any(Number),
      email: 'alice@example.com',
      email_verified: false,
      phone_number: expect.stringContaining('13800000001'),
      phone_number_verified: false,
    });
  });
});

describe('people (4.2, 4.3, 6.1)', () => {
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
  const userDtoFields = (
    'userId createdAt updatedAt status workStatus gender emailVerified phoneVerified userSourceType ' +
    'externalId email phone phoneCountryCode username name nickname photo givenName familyName middleName profile ' +
    'preferredUsername identityNumber loginsCount lastLogin lastIp lastLoginApp lastMfaTime signedUp statusChangedAt ' +
    'passwordLastSetAt passwordSecurityLevel resetPasswordOnNextLogin birthdate country province city address ' +
    'streetAddress postalCode company website zoneinfo locale formatted region browser device userSourceId ' +
    'registerSource mainDepartmentId departmentIds identities postIdList metadataSource tenantId'
  ).split(' ');

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
    expect(Object.keys(body.data)).toEqual(expect.arrayContaining(userDtoFields));
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
    expect(Object.keys(body.data)).toEqual(expect.arrayContaining(userDtoFields));
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

describe('public facts (4.4, 4.5, 9 row 26)', () => {
  it('4.5: system has no envelope, and a key that is bare of secrets', async () => {
    const { body } = await passbeam.v3('GET', 'system', { app: null });
    expect(Object.keys(body).sort()).toEqual(['publicIps', 'rsa', 'sm2', 'version']);
    expect(Object.keys(body.version).sort()).toEqual(['console', 'login', 'server']);
    expect(body.rsa.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----/);
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

describe('settings (3.1)', () => {
  it('have the published defaults: 120 s, 300 s, no user info in polls, no exchange in browsers', async () => {
    const world = await openTestPassbeam();
    const { body } = await world.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId, expiresIn } = body.data;
    expect(expiresIn).toBe(120);
    const approver = await world.signIn();
    for (const action of ['SCAN', 'CONFIRM']) {
      await world.v3('POST', 'change-qrcode-status', { token: approver, body: { qrcodeId, action } });
    }
    world.pass(299.9);
    const { data } = (await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body;
    expect(data).toEqual({
      status: 'AUTHORIZED',
      ticket: expect.any(String),
      briefUserInfo: { displayName: 'Alice', photo: expect.stringMatching(/^http/) },
    });
    const fromBrowser = await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket: data.ticket },
    });
    expect(fromBrowser.body).toMatchObject({ statusCode: 403, apiCode: 1001 });
    world.pass(0.1);
    expect((await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data).toEqual({
      status: 'EXPIRED',
    });
    await world.close();
  });
});

describe('the image of a code (2.9)', () => {
  const customData = { order: 'A-1', 名: '值' };
  const at = (url: string) => passbeam.app.inject(new URL(url).pathname);

  it.each(['png', 'svg'] as const)('as %s holds the payload of every generation', async (format) => {
    const { qrcodeId, url } = await gene({ customData });
    expect(url).toMatch(/^http:\/\/localhost:3000\/qr\/[^?]+\.png$/);
    const reply = await at(url.replace(/png$/, format));
    expect(reply.statusCode).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': format === 'png' ? 'image/png' : expect.stringMatching(/^image\/svg\+xml/),
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
    });
    const createdAt = passbeam.clock.now();
    const pixels = format === 'png' ? pixelsOfPng(reply.rawPayload) : pixelsOfSvg(reply.body);
    expect(JSON.parse(decodeQR(pixels))).toEqual({
      scene: 'APP_AUTH',
      random: qrcodeId,
      qrcodeId,
      userPoolId: 'pool1',
      createdAt: new Date(createdAt).toISOString(),
      expireAt: new Date(createdAt + 120_000).toISOString(),
      expiresIn: 120,
      customData,
    });
  });

  it('is read by pages of any origin, with or without a login cookie', async () => {
    const { url } = await gene();
    const reply = await passbeam.app.inject({
      url: new URL(url).pathname,
      headers: { origin: 'https://nobody.example', cookie: 'a=b' },
    });
    expect(reply.headers['access-control-allow-origin']).toBe('*');
    expect(reply.headers['cross-origin-resource-policy']).toBe('cross-origin');
  });

  it('is gone once the code was scanned, expired or never was', async () => {
    const scanned = await gene();
    await passbeam.v3('POST', 'set-qrcode-status', { token, body: { qrcodeId: scanned.qrcodeId, action: 'SCAN' } });
    const expired = await openTestPassbeam();
    const { data } = (await expired.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body;
    expired.pass(120);
    const replies = [
      await at(scanned.url),
      await expired.app.inject(new URL(data.url).pathname),
      await at(data.url),
      await at('http://localhost:3000/qr/x.png'),
      await at(scanned.url.replace(/png$/, 'gif')),
    ];
    await expired.close();
    for (const reply of replies) {
      expect(reply.statusCode).toBe(404);
      expect(reply.json()).toMatchObject({ statusCode: 404, requestId: expect.stringMatching(uuid) });
    }
  });
});

describe('an expired code (2.11)', () => {
  it('stays EXPIRED for minutes, then is unknown', async () => {
    const world = await openTestPassbeam();
    const { qrcodeId } = (await world.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data;
    const poll = async () => (await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body;
    const tidyUp = async () => {
      vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
      const { stores, clock } = world;
      const maintenance = startMaintenance({
        qrSessions: stores.qrSessions,
        others: [],
        clock,
        log: pino({ level: 'silent' }),
      });
      vi.advanceTimersToNextTimer();
      vi.useRealTimers();
      // What was begun by the timer goes on until it is through.
      await new Promise((resolve) => setImmediate(resolve));
      await maintenance.stop();
    };
    world.pass(120);
    await tidyUp();
    expect((await poll()).data).toEqual({ status: 'EXPIRED' });
    world.pass(4 * 60);
    await tidyUp();
    expect((await poll()).data).toEqual({ status: 'EXPIRED' });
    world.pass(2 * 60);
    await tidyUp();
    expect(await poll()).toMatchObject({ statusCode: 404, apiCode: 2241 });
    await world.close();
  });
});

interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

function paint(side: number, isLight: (x: number, y: number) => boolean): Pixels {
  const data = new Uint8Array(side * side * 4).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) if (!isLight(x, y)) data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  }
  return { width: side, height: side, data };
}

/** A PNG of one bit a pixel, unfiltered, as the server writes it. */
function pixelsOfPng(png: Buffer): Pixels {
  const side = png.readUInt32BE(16);
  const start = png.indexOf('IDAT') + 4;
  const packed = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  const stride = 1 + Math.ceil(side / 8);
  return paint(side, (x, y) => (((packed[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1);
}

/** An SVG whose path is unit squares: an absolute move, then moves relative to the corner each square closes at. */
function pixelsOfSvg(svg: string): Pixels {
  const modules = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  const dark = new Set<string>();
  let corner = { x: 0, y: 0 };
  for (const [, letter, x, y] of svg.matchAll(/([Mm])(-?\d+)[ ,]?(-?\d+)h1v1/g)) {
    const from = letter === 'M' ? { x: 0, y: 0 } : corner;
    corner = { x: from.x + Number(x), y: from.y + Number(y) };
    dark.add(`${corner.x},${corner.y}`);
  }
  const scale = 4;
  return paint(modules * scale, (x, y) => !dark.has(`${Math.floor(x / scale)},${Math.floor(y / scale)}`));
}
