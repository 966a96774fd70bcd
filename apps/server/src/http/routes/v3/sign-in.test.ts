import { constants, publicEncrypt } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CallOptions, openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const password = { connection: 'PASSWORD', passwordPayload: { username: 'alice', password: testPassword } };
const signin = (body: unknown, options: CallOptions = {}) =>
  passbeam.v3('POST', 'signin', { app: 'phone', body, ...options });
const withPayload = (payload: Record<string, unknown>, options: Record<string, unknown> = {}) =>
  signin({ connection: 'PASSWORD', passwordPayload: { password: testPassword, ...payload }, options });
const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

describe('POST /api/v3/signin', () => {
  it('gives a token set under both spellings of its lifetime', async () => {
    const { body, http } = await signin(password);
    expect(http).toBe(200);
    expect(body).toEqual({
      statusCode: 200,
      message: 'ok',
      requestId: expect.any(String),
      data: {
        scope: 'openid profile',
        access_token: expect.stringMatching(/^eyJ/),
        id_token: expect.stringMatching(/^eyJ/),
        token_type: 'Bearer',
        expire_in: 7200,
        expires_in: 7200,
      },
    });
  });

  it.each([
    { account: 'ALICE' },
    { account: 'alice@example.com' },
    { account: '+8613800000001' },
    { email: 'Alice@Example.com' },
    { username: 'Alice' },
    { phone: '+8613800000001' },
  ])('takes %j', async (payload) => {
    expect((await withPayload(payload)).body.statusCode).toBe(200);
  });

  it('gives a refresh token for offline_access, and no ID token without openid', async () => {
    const { body } = await withPayload({ username: 'alice' }, { scope: 'offline_access nonsense' });
    expect(body.data).toMatchObject({ scope: 'offline_access', refresh_token: expect.any(String) });
    expect(body.data).not.toHaveProperty('id_token');
  });

  it('answers alike for a wrong password and an unknown name', async () => {
    const wrong = (await withPayload({ username: 'alice', password: 'wrong' })).body;
    const unknown = (await withPayload({ username: 'nobody', password: 'wrong' })).body;
    expect(wrong).toMatchObject({ statusCode: 403, apiCode: 2333, message: 'Wrong account or password' });
    expect({ ...unknown, requestId: '' }).toEqual({ ...wrong, requestId: '' });
  });

  it('says how long to wait after five failures', async () => {
    for (let index = 0; index < 5; index++) await withPayload({ username: 'alice', password: 'wrong' });
    const { body, headers, http } = await signin(password);
    expect(http).toBe(200);
    expect(body).toMatchObject({ statusCode: 403, apiCode: 2005, message: expect.stringContaining('30 seconds') });
    expect(headers['retry-after']).toBe('30');
    passbeam.pass(30);
    expect((await signin(password)).body.statusCode).toBe(200);
  });

  it('slows one address that tries many accounts, and only that', async () => {
    const codes = new Set<number>();
    for (let index = 0; index < 65; index++) {
      codes.add((await withPayload({ username: `nobody${index}`, password: 'wrong' })).http);
    }
    expect(codes).toEqual(new Set([200, 429]));
    expect((await signin(password)).http).toBe(429);
  });
});

describe('client authentication', () => {
  const site = (): CallOptions => ({ app: 'site' });
  const secret = () => passbeam.site.secret;

  it('takes the secret in the body or as Basic', async () => {
    const post = await signin({ ...password, client_id: 'site', client_secret: secret() }, site());
    expect(post.body.statusCode).toBe(200);
    const header = await signin(password, { ...site(), headers: basic('site', secret()) });
    expect(header.body.statusCode).toBe(200);
  });

  it.each([
    ['no secret', {}],
    ['a wrong secret', { client_id: 'site', client_secret: 'wrong' }],
    ['another application', { client_id: 'phone', client_secret: 'x' }],
  ])('refuses %s', async (_, credentials) => {
    const { body } = await signin({ ...password, ...credentials }, site());
    expect(body).toMatchObject({ statusCode: 401, apiCode: 1001 });
  });

  it('believes options.clientIp only from callers that proved a secret', async () => {
    const lastIp = async () => (await passbeam.stores.users.find(passbeam.alice.id))?.lastIp;
    await signin({ ...password, options: { clientIp: '203.0.113.9' } });
    expect(await lastIp()).toBe('127.0.0.1');
    const credentials = { client_id: 'site', client_secret: secret() };
    await signin({ ...password, ...credentials, options: { clientIp: '203.0.113.9' } }, site());
    expect(await lastIp()).toBe('203.0.113.9');
    const odd = await signin({ ...password, ...credentials, options: { clientIp: 'localhost' } }, site());
    expect(odd.body).toMatchObject({ statusCode: 400, message: expect.stringContaining('options.clientIp') });
  });

  it('believes x-real-ip likewise, where no clientIp says otherwise (wire 2.0)', async () => {
    const lastIp = async () => (await passbeam.stores.users.find(passbeam.alice.id))?.lastIp;
    const headers = { 'x-real-ip': '203.0.113.9' };
    await signin(password, { headers });
    expect(await lastIp()).toBe('127.0.0.1');
    const proved = { ...password, client_id: 'site', client_secret: secret() };
    await signin(proved, { ...site(), headers });
    expect(await lastIp()).toBe('203.0.113.9');
    await signin({ ...proved, options: { clientIp: '198.51.100.7' } }, { ...site(), headers });
    expect(await lastIp()).toBe('198.51.100.7');
    await signin(proved, { ...site(), headers: { 'x-real-ip': 'unknown' } });
    expect(await lastIp()).toBe('127.0.0.1');
  });
});

describe('encrypted passwords', () => {
  const encrypted = async (text: string) => {
    const { body } = await passbeam.v3('GET', 'system');
    const key = { key: body.rsa.publicKey, padding: constants.RSA_PKCS1_PADDING };
    return publicEncrypt(key, Buffer.from(text)).toString('base64');
  };

  it('are decrypted with the key that GET /api/v3/system gives, without an envelope', async () => {
    const { body } = await passbeam.v3('GET', 'system', { app: null });
    expect(body).toEqual({
      rsa: { publicKey: expect.stringContaining('BEGIN PUBLIC KEY') },
      sm2: { publicKey: expect.stringMatching(/^04[\da-f]{128}$/) },
      version: { server: expect.any(String), console: expect.any(String), login: expect.any(String) },
      publicIps: [],
    });
    const options = { passwordEncryptType: 'rsa' };
    const good = await withPayload({ username: 'alice', password: await encrypted(testPassword) }, options);
    expect(good.body.statusCode).toBe(200);
    const wrong = await withPayload({ username: 'alice', password: await encrypted('wrong') }, options);
    expect(wrong.body.apiCode).toBe(2333);
  });

  it.each(['rsa', 'sm2'])('refuses what is not %s ciphertext it can read', async (passwordEncryptType) => {
    const { body } = await withPayload({ username: 'alice' }, { passwordEncryptType });
    expect(body).toMatchObject({ statusCode: 403, apiCode: 2333 });
    expect(body.message).not.toContain(testPassword);
  });

  it('refuses an empty password that was encrypted', async () => {
    const { body } = await withPayload(
      { username: 'alice', password: await encrypted('') },
      { passwordEncryptType: 'rsa' },
    );
    expect(body.apiCode).toBe(2333);
  });
});

describe('bad input', () => {
  it.each([
    ['nothing', {}, 'connection'],
    ['an unknown connection', { connection: 'MAGIC' }, 'connection'],
    ['no payload', { connection: 'PASSWORD' }, 'passwordPayload'],
    ['no password', { connection: 'PASSWORD', passwordPayload: { username: 'alice' } }, 'passwordPayload.password'],
    ['no name', { connection: 'PASSWORD', passwordPayload: { password: 'x' } }, 'passwordPayload.account'],
    [
      'two names',
      { connection: 'PASSWORD', passwordPayload: { password: 'x', username: 'alice', email: 'a@b.co' } },
      'exactly one',
    ],
    [
      'a list for a name',
      { connection: 'PASSWORD', passwordPayload: { password: 'x', username: ['alice'] } },
      'passwordPayload.username',
    ],
    [
      'a number for a password',
      { connection: 'PASSWORD', passwordPayload: { password: 123456, username: 'alice' } },
      'passwordPayload.password',
    ],
    [
      'an endless name',
      { connection: 'PASSWORD', passwordPayload: { password: 'x', username: 'a'.repeat(5000) } },
      'passwordPayload.username',
    ],
    [
      'an unknown encryption',
      { ...password, options: { passwordEncryptType: 'rot13' } },
      'options.passwordEncryptType',
    ],
  ])('%s is a 400 that names the field', async (_, body, text) => {
    const reply = await signin(body);
    expect(reply.http).toBe(200);
    expect(reply.body).toMatchObject({ statusCode: 400, message: expect.stringContaining(text) });
  });

  it.each(['LDAP', 'AD'])('%s is clearly not offered', async (connection) => {
    const { body } = await signin({ connection });
    expect(body).toMatchObject({ statusCode: 501, message: expect.stringContaining(connection) });
  });

  it.each([
    ['no application', { app: null }, 2101],
    ['an unknown application', { app: 'nobody' }, 2011],
  ])('%s is said', async (_, options, apiCode) => {
    expect((await signin(password, options)).body.apiCode).toBe(apiCode);
  });

  it('finds nobody of another pool', async () => {
    await passbeam.addPool('pool2');
    await passbeam.addApplication({ id: 'other', userPoolId: 'pool2', tokenEndpointAuthMethod: 'none' });
    expect((await signin(password, { app: 'other' })).body.apiCode).toBe(2333);
  });
});

describe('autoRegister with a password', () => {
  const goodPassword = 'a long enough passphrase';
  const register = (payload: Record<string, unknown>, options: Record<string, unknown> = {}) =>
    withPayload({ password: goodPassword, ...payload }, { autoRegister: true, ...options });
  const find = (field: 'username' | 'email' | 'phone', value: string) =>
    passbeam.stores.users.findByLogin('pool1', field, value);
  const registrations = async () =>
    (await passbeam.stores.audit.list({ type: 'user.created', limit: 50 })).filter(({ detail }) => detail.source);
  async function closeRegistration(): Promise<void> {
    const pool = passbeam.directory.getPool('pool1');
    const securitySettings = { ...pool.securitySettings, registerDisabled: true };
    await passbeam.directory.putPool({ ...pool, securitySettings });
  }

  it.each([
    ['username', 'newcomer', 'basic:username-password'],
    ['email', 'newcomer@example.com', 'basic:email'],
    ['phone', '13800000009', 'basic:phone'],
  ] as const)('makes an account for a %s that is nobody’s, and signs in', async (field, name, source) => {
    const { body } = await register({ [field]: name });
    expect(body).toMatchObject({ statusCode: 200, data: { access_token: expect.any(String) } });
    const user = await find(field, name);
    expect(user).toMatchObject({ registerSource: [source], emailVerified: false, phoneVerified: false });
    expect(await registrations()).toMatchObject([{ userId: user?.id, applicationId: 'phone' }]);

    expect((await register({ [field]: name })).body.statusCode).toBe(200);
    expect((await register({ [field]: name, password: 'another passphrase' })).body.apiCode).toBe(2333);
    expect((await find(field, name))?.id).toBe(user?.id);
  });

  it('makes no account by account, which may be the name of anything', async () => {
    expect((await register({ account: 'newcomer' })).body).toMatchObject({ statusCode: 403, apiCode: 2333 });
    expect(await find('username', 'newcomer')).toBeNull();
  });

  it('answers a stranger as without it where registration is closed', async () => {
    await closeRegistration();
    const [asked, plain] = [await register({ username: 'newcomer' }), await withPayload({ username: 'newcomer' })];
    expect({ ...asked.body, requestId: '' }).toEqual({ ...plain.body, requestId: '' });
    expect(asked.body.apiCode).toBe(2333);
    expect(await find('username', 'newcomer')).toBeNull();
    expect((await withPayload({ username: 'alice' }, { autoRegister: true })).body.statusCode).toBe(200);
  });

  it('leaves an address to whoever claimed it, proved or not', async () => {
    await passbeam.addUser({ username: 'carol', email: 'carol@example.com' });
    expect((await register({ email: 'carol@example.com' })).body).toMatchObject({ apiCode: 2333 });
  });

  it.each([
    ['a password that is too short', { password: 'short' }, {}, 2029, 'passwordPayload.password'],
    ['a password that cannot be read', {}, { passwordEncryptType: 'rsa' }, 2016, 'password'],
    ['a name that cannot be one', { username: 'new comer' }, {}, 2231, 'passwordPayload.username'],
  ])('refuses %s, and makes nothing', async (_, payload, options, apiCode, field) => {
    const { body } = await register({ username: 'newcomer', ...payload }, options);
    expect(body).toMatchObject({ apiCode, message: expect.stringContaining(field) });
    expect(await find('username', 'newcomer')).toBeNull();
  });

  it('makes one account for many requests at once', async () => {
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        passbeam.v3('POST', 'signin', {
          app: 'phone',
          body: {
            connection: 'PASSWORD',
            passwordPayload: { username: 'newcomer', password: goodPassword },
            options: { autoRegister: true },
          },
          headers: { 'user-agent': `Browser/${index}` },
        }),
      ),
    );
    expect(replies.map(({ body }) => body.statusCode)).toEqual(Array(6).fill(200));
    expect(await registrations()).toHaveLength(1);
  });

  it('counts each new account as a registration, and no sign-in of people who have one', async () => {
    const body = { ...password, options: { autoRegister: true } };
    for (let index = 0; index < 3; index++) expect((await signin(body)).body.statusCode).toBe(200);
    expect((await register({ username: 'newcomer' })).body.statusCode).toBe(200);
    const ask = () => passbeam.v3('GET', '/api/v2/users/is-user-exists', { query: { username: 'nobody' } });
    for (let index = 1; index < 60; index++) expect((await ask()).http).toBe(200);
    expect((await ask()).http).toBe(429);
    expect((await register({ username: 'another' })).http).toBe(429);
    expect(await find('username', 'another')).toBeNull();
  });
});
