import type { InjectOptions } from 'fastify';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../../../testing.ts';

// One server for all: each test makes the logins it needs. Limits have a server of their own.
let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addApplication({ id: 'basic', tokenEndpointAuthMethod: 'client_secret_basic' });
});
afterAll(() => passbeam.close());

type Fields = Record<string, string>;

async function post(path: string, fields: Fields | string, headers: Fields = {}) {
  const reply = await passbeam.app.inject({
    method: 'POST',
    url: path,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: typeof fields === 'string' ? fields : new URLSearchParams(fields).toString(),
  });
  return { status: reply.statusCode, headers: reply.headers, body: reply.json() };
}

const siteClient = () => ({ client_id: 'site', client_secret: passbeam.site.secret });
const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const withPassword = (over: Fields = {}): Fields => ({
  grant_type: 'password',
  username: 'alice',
  password: testPassword,
  scope: 'openid profile offline_access',
  ...siteClient(),
  ...over,
});

describe('a secret with signs that form encoding changes, in authorization: Basic', () => {
  const secret = 'p+q/r=s%41 %zz-of-more-than-thirty-two-letters';
  const encoded = (text: string) => new URLSearchParams({ text }).toString().slice('text='.length);
  beforeAll(() => passbeam.addApplication({ id: 'signs', secret, tokenEndpointAuthMethod: 'client_secret_basic' }));
  const grant = (authorization: string) => post('/oidc/token', { grant_type: 'client_credentials' }, { authorization });

  it('is taken as official clients send it: as it is', async () => {
    expect((await grant(basic('signs', secret))).status).toBe(200);
  });

  it('is taken as OAuth libraries send it: form-encoded (RFC 6749, 2.3.1)', async () => {
    expect((await grant(basic('signs', encoded(secret)))).status).toBe(200);
    expect((await grant(basic('%73igns', encodeURIComponent(secret)))).status).toBe(200);
  });

  it('is not taken in a third form', async () => {
    for (const wrong of [encoded(encoded(secret)), secret.replace('%41', 'A'), secret.replace('+', ' ')]) {
      expect((await grant(basic('signs', wrong))).status).toBe(401);
    }
  });
});

describe.each(['/oidc/token', '/oauth/token'])('POST %s', (url) => {
  it('believes x-real-ip from clients that proved their secret (wire 2.0)', async () => {
    const lastIp = async () => (await passbeam.stores.users.find(passbeam.alice.id))?.lastIp;
    await post(url, withPassword(), { 'x-real-ip': '203.0.113.9' });
    expect(await lastIp()).toBe('203.0.113.9');
    const { client_secret: _, ...fields } = withPassword({ client_id: 'phone' });
    await post(url, fields, { 'x-real-ip': '203.0.113.9' });
    expect(await lastIp()).toBe('127.0.0.1');
  });

  it('gives tokens for a password', async () => {
    const { status, headers, body } = await post(url, withPassword());
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', pragma: 'no-cache' });
    expect(body).toEqual({
      access_token: expect.any(String),
      id_token: expect.any(String),
      refresh_token: expect.stringMatching(/^rt_[\w-]{43}$/),
      token_type: 'Bearer',
      expires_in: 7200,
      scope: 'openid profile offline_access',
    });
    const keys = (await passbeam.app.inject('/site/oidc/.well-known/jwks.json')).json();
    const { payload } = await jwtVerify(body.id_token, createLocalJWKSet(keys), {
      issuer: 'http://localhost:3000/oidc',
      audience: 'site',
      currentDate: new Date(passbeam.clock.now()),
    });
    expect(payload).toMatchObject({ sub: passbeam.alice.id, nickname: 'Alice', amr: ['pwd'] });
  });

  it('refreshes, and the old refresh token is void', async () => {
    const first = (await post(url, withPassword())).body;
    const fields = { grant_type: 'refresh_token', refresh_token: first.refresh_token, ...siteClient() };
    const second = await post(url, fields);
    expect(second).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 7200 } });
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    passbeam.pass(11);
    expect(await post(url, fields)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('gives an application a token of its own', async () => {
    const { status, body } = await post(url, { grant_type: 'client_credentials', ...siteClient() });
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: 'site', client_id: 'site' });
  });

  it('reads JSON as well', async () => {
    const reply = await passbeam.app.inject({ method: 'POST', url, payload: withPassword() });
    expect(reply.statusCode).toBe(200);
  });

  it.each(['implicit', 'toString', '__proto__'])('does not serve the grant %s', async (grantType) => {
    const reply = await post(url, { grant_type: grantType, ...siteClient() });
    expect(reply).toMatchObject({ status: 400, body: { error: 'unsupported_grant_type' } });
  });

  it.each<[string, () => Fields | string, number, string, RegExp]>([
    ['no grant', () => ({ ...siteClient() }), 400, 'invalid_request', /grant_type/],
    ['an empty body', () => '', 400, 'invalid_request', /grant_type/],
    [
      'no refresh token',
      () => ({ grant_type: 'refresh_token', ...siteClient() }),
      400,
      'invalid_request',
      /refresh_token/,
    ],
    [
      'an unknown refresh token',
      () => ({ grant_type: 'refresh_token', refresh_token: 'rt_x', ...siteClient() }),
      400,
      'invalid_grant',
      /refresh token/,
    ],
    ['no password', () => withPassword({ password: '' }), 400, 'invalid_request', /password/],
    ['a wrong password', () => withPassword({ password: 'wrong' }), 400, 'invalid_grant', /Wrong account or password/],
    ['an unknown user', () => withPassword({ username: 'nobody' }), 400, 'invalid_grant', /Wrong account or password/],
    [
      'a repeated parameter',
      () => `${new URLSearchParams(withPassword())}&scope=email`,
      400,
      'invalid_request',
      /scope/,
    ],
    ['an overlong scope', () => withPassword({ scope: 'x'.repeat(600) }), 400, 'invalid_scope', /scope/],
    ['a broken escape', () => 'grant_type=%zz', 401, 'invalid_client', /application/],
    ['a NUL', () => withPassword({ username: 'a\0b' }), 400, 'invalid_request', /username/],
  ])('refuses %s', async (_, fields, status, error, description) => {
    const reply = await post(url, fields());
    expect(reply).toMatchObject({ status, body: { error, error_description: expect.stringMatching(description) } });
    expect(Object.keys(reply.body)).toEqual(['error', 'error_description']);
  });

  it('describes refusals in English whatever the caller’s language, for there is no room for another', async () => {
    const { body } = await post(url, {}, { 'x-authing-lang': 'zh-CN' });
    expect(body.error_description).toMatch(/grant_type is required$/);
  });

  it('refuses other kinds of body', async () => {
    const reply = await post(url, '<grant/>', { 'content-type': 'application/xml' });
    expect(reply).toMatchObject({ status: 415, body: { error: 'invalid_request' } });
    const broken = await post(url, '{"grant_type":', { 'content-type': 'application/json' });
    expect(broken).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const compressed = await post(url, 'grant_type=password', {
      'content-type': 'application/x-www-form-urlencoded',
      'content-encoding': 'gzip',
    });
    expect(compressed).toMatchObject({ status: 415, body: { error: 'invalid_request' } });
    const garbled = await passbeam.app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: Buffer.from('grant_type=\xff', 'latin1'),
    });
    expect(garbled.json().error_description).toContain('UTF-8');
    const big = await post(url, `a=${'x'.repeat(70_000)}`);
    expect(big).toMatchObject({ status: 413, body: { error: 'invalid_request' } });
  });
});

describe('client authentication', () => {
  const token = (fields: Fields, headers: Fields = {}) =>
    post('/oidc/token', { grant_type: 'client_credentials', ...fields }, headers);

  it.each<[string, () => [Fields, Fields?]]>([
    ['client_secret_post', () => [siteClient()]],
    [
      'client_secret_post with a stray access token',
      () => [siteClient(), { authorization: 'eyJhbGciOi.eyJzdWIi.c2ln' }],
    ],
    ['client_secret_post with the header beside it', () => [siteClient(), { 'x-authing-app-id': 'site' }]],
    [
      'client_secret_basic',
      () => [{}, { authorization: basic('basic', 'basic-secret-that-is-long-enough-to-be-one') }],
    ],
    ['a secret with the header naming the application', () => [siteClient(), { 'x-genauth-app-id': 'site' }]],
  ])('accepts %s', async (_, write) => {
    expect(await token(...write())).toMatchObject({ status: 200 });
  });

  it.each<[string, () => [Fields, Fields?], number, string]>([
    ['nobody', () => [{}], 401, 'invalid_client'],
    ['an unknown application', () => [{ client_id: 'nope', client_secret: 'x' }], 401, 'invalid_client'],
    ['a wrong secret', () => [{ client_id: 'site', client_secret: 'wrong' }], 401, 'invalid_client'],
    ['an empty secret', () => [{ client_id: 'site', client_secret: '' }], 401, 'invalid_client'],
    ['no secret', () => [{ client_id: 'site' }], 401, 'invalid_client'],
    ['the header alone where a secret is due', () => [{}, { 'x-authing-app-id': 'site' }], 401, 'invalid_client'],
    ['a wrong Basic secret', () => [{}, { authorization: basic('basic', 'wrong') }], 401, 'invalid_client'],
    ['Basic and body that differ', () => [siteClient(), { authorization: basic('basic', 'x') }], 401, 'invalid_client'],
    ['a public application that wants a token of its own', () => [{ client_id: 'phone' }], 401, 'invalid_client'],
    [
      'a header that names another application',
      () => [siteClient(), { 'x-authing-app-id': 'basic' }],
      400,
      'invalid_request',
    ],
  ])('refuses %s', async (_, write, status, error) => {
    const reply = await token(...write());
    expect(reply).toMatchObject({ status, body: { error } });
    if (status === 401) expect(reply.headers['www-authenticate']).toMatch(/^Basic realm=/);
  });

  it('lets a public application refresh with its header alone, as @authing/web does', async () => {
    const fields = withPassword({ client_id: 'phone' });
    delete fields.client_secret;
    const { body } = await post('/oidc/token', fields);
    const reply = await post(
      '/oidc/token',
      { grant_type: 'refresh_token', refresh_token: body.refresh_token },
      { 'x-authing-app-id': 'phone' },
    );
    expect(reply).toMatchObject({ status: 200, body: { refresh_token: expect.any(String) } });
  });

  it('stops guessing of a secret for a minute, with Retry-After', async () => {
    const limited = await openTestPassbeam();
    try {
      const guess = (secret: string) =>
        limited.app.inject({
          method: 'POST',
          url: '/oidc/token',
          payload: { grant_type: 'client_credentials', client_id: 'site', client_secret: secret },
        });
      for (let attempt = 0; attempt < 10; attempt += 1) expect((await guess(`guess-${attempt}`)).statusCode).toBe(401);
      const reply = await guess(limited.site.secret);
      expect([reply.statusCode, reply.json().error]).toEqual([429, 'temporarily_unavailable']);
      expect(Number(reply.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      await limited.close();
    }
  });
});

describe('introspection and revocation', () => {
  it.each(['/oidc', '/oauth'])('go together at %s', async (prefix) => {
    const { body } = await post('/oidc/token', withPassword());
    const fields = { token: body.access_token, token_type_hint: 'access_token', ...siteClient() };
    expect(await post(`${prefix}/token/introspection`, fields)).toMatchObject({
      status: 200,
      body: {
        active: true,
        sub: passbeam.alice.id,
        client_id: 'site',
        token_type: 'Bearer',
        iss: 'http://localhost:3000/oidc',
      },
    });
    expect(await post(`${prefix}/token/revocation`, fields)).toMatchObject({ status: 200, body: {} });
    expect((await post(`${prefix}/token/introspection`, fields)).body).toEqual({ active: false });
    expect(await post(`${prefix}/token/revocation`, { ...fields, token: 'unknown' })).toMatchObject({ status: 200 });
    expect((await passbeam.v3('GET', 'get-profile', { token: body.access_token })).body.statusCode).toBe(401);
  });

  it.each(['introspection', 'revocation'])('%s needs the application and a token', async (verb) => {
    expect(await post(`/oidc/token/${verb}`, { token: 'x', client_id: 'site' })).toMatchObject({ status: 401 });
    expect(await post(`/oidc/token/${verb}`, siteClient())).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: expect.stringContaining('token') },
    });
  });

  it('are about the own application only', async () => {
    const { body } = await post('/oidc/token', withPassword());
    const authorization = basic('basic', 'basic-secret-that-is-long-enough-to-be-one');
    const ask = (verb: string) => post(`/oidc/token/${verb}`, { token: body.access_token }, { authorization });
    expect((await ask('introspection')).body).toEqual({ active: false });
    expect(await ask('revocation')).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    expect((await passbeam.v3('GET', 'get-profile', { token: body.access_token })).body.statusCode).toBe(200);
  });
});

describe.each(['/oidc/me', '/oauth/me'])('%s', (url) => {
  let accessToken: string;
  beforeEach(async () => {
    accessToken = (await post('/oidc/token', withPassword({ scope: 'openid profile email' }))).body.access_token;
  });

  it.each<[string, () => InjectOptions]>([
    ['in the query', () => ({ method: 'GET', url, query: { access_token: accessToken } })],
    ['raw in the header', () => ({ method: 'GET', url, headers: { authorization: accessToken } })],
    ['as Bearer', () => ({ method: 'GET', url, headers: { authorization: `Bearer ${accessToken}` } })],
    [
      'as Bearer in a POST without a body',
      () => ({ method: 'POST', url, headers: { authorization: `Bearer ${accessToken}` } }),
    ],
    ['in a JSON body', () => ({ method: 'POST', url, payload: { access_token: accessToken } })],
    [
      'in a form',
      () => ({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: `access_token=${accessToken}`,
      }),
    ],
    [
      'in the query, beside client credentials',
      () => ({
        method: 'GET',
        url,
        query: { access_token: accessToken },
        headers: { authorization: basic('site', 'x') },
      }),
    ],
  ])('takes the token %s', async (_, request) => {
    const reply = await passbeam.app.inject(request());
    expect(reply.statusCode).toBe(200);
    expect(reply.json()).toMatchObject({ sub: passbeam.alice.id, nickname: 'Alice', email: 'alice@example.com' });
  });

  it.each<[string, () => Fields, number, string]>([
    ['no token', () => ({}), 401, 'invalid_token'],
    ['rubbish', () => ({ authorization: 'Bearer rubbish' }), 401, 'invalid_token'],
    ['Basic', () => ({ authorization: basic('site', passbeam.site.secret) }), 401, 'invalid_token'],
  ])('refuses %s', async (_, headers, status, error) => {
    const reply = await passbeam.app.inject({ method: 'GET', url, headers: headers() });
    expect(reply.statusCode).toBe(status);
    expect(reply.json()).toMatchObject({ error });
    expect(reply.headers['www-authenticate']).toMatch(/^Bearer realm=/);
  });

  it('refuses two different tokens, and one given twice', async () => {
    const two = await passbeam.app.inject({
      url,
      query: { access_token: 'other' },
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect([two.statusCode, two.json().error]).toEqual([400, 'invalid_request']);
    const stray = await passbeam.app.inject({
      url,
      query: { access_token: accessToken },
      headers: { authorization: 'a-bare-token-the-client-holds' },
    });
    expect(stray.statusCode).toBe(200);
    const twice = await passbeam.app.inject(`${url}?access_token=${accessToken}&access_token=${accessToken}`);
    expect([twice.statusCode, twice.json().error]).toEqual([400, 'invalid_request']);
  });

  it('knows no machines, and no expired token', async () => {
    const machine = (await post('/oidc/token', { grant_type: 'client_credentials', ...siteClient() })).body
      .access_token;
    expect((await passbeam.app.inject({ url, headers: { authorization: machine } })).statusCode).toBe(401);
    passbeam.pass(7300);
    expect((await passbeam.app.inject({ url, headers: { authorization: accessToken } })).statusCode).toBe(401);
  });
});

describe('GET /oidc/session/end', () => {
  const home = 'https://site.example/bye';
  beforeAll(async () => {
    await passbeam.addApplication({ id: 'site', logoutRedirectUris: [home] });
  });

  it('ends the login and goes to the registered address with the state', async () => {
    const { body } = await post('/oidc/token', withPassword());
    const query = { id_token_hint: body.id_token, post_logout_redirect_uri: home, state: 's-1' };
    const reply = await passbeam.app.inject({ url: '/oidc/session/end', query });
    expect([reply.statusCode, reply.headers.location]).toEqual([302, `${home}?state=s-1`]);
    expect((await passbeam.v3('GET', 'get-profile', { token: body.access_token })).body.statusCode).toBe(401);
  });

  it.each([
    ['text/html,application/xhtml+xml', undefined, 'text/html; charset=utf-8', 'Signed out'],
    ['text/html', 'zh-CN,zh;q=0.9', 'text/html; charset=utf-8', '已退出登录'],
    ['*/*', undefined, 'application/json; charset=utf-8', '{"success":true}'],
  ])('answers accept %s, language %s', async (accept, language, type, text) => {
    const { body } = await post('/oidc/token', withPassword());
    const headers = { accept, ...(language === undefined ? {} : { 'accept-language': language }) };
    const reply = await passbeam.app.inject({
      url: '/oidc/session/end',
      query: { id_token_hint: body.id_token },
      headers,
    });
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, type]);
    expect(reply.body).toContain(text);
  });

  it('redirects nowhere else, and HEAD ends nothing', async () => {
    const { body } = await post('/oidc/token', withPassword());
    const query = { id_token_hint: body.id_token, post_logout_redirect_uri: 'https://evil.example/' };
    const reply = await passbeam.app.inject({ url: '/oidc/session/end', query });
    expect([reply.statusCode, reply.json().error, reply.headers.location]).toEqual([400, 'invalid_request', undefined]);
    await passbeam.app.inject({ method: 'HEAD', url: '/oidc/session/end', query: { id_token_hint: body.id_token } });
    expect((await passbeam.v3('GET', 'get-profile', { token: body.access_token })).body.statusCode).toBe(200);
  });
});

describe('metadata', () => {
  it('names only endpoints that exist', async () => {
    const discovery = (await passbeam.app.inject('/oidc/.well-known/openid-configuration')).json();
    expect(discovery).toMatchObject({
      issuer: 'http://localhost:3000/oidc',
      token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic', 'none'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'password',
        'urn:ietf:params:oauth:grant-type:device_code',
        'http://authing.cn/oidc/grant_type/authing_token',
      ],
    });
    const endpoints = Object.entries<string>(discovery).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(endpoints).toHaveLength(8);
    for (const [, url] of endpoints) {
      const path = new URL(url).pathname;
      const statuses = await Promise.all(
        (['GET', 'POST'] as const).map(async (method) => (await passbeam.app.inject({ method, url: path })).statusCode),
      );
      expect(
        statuses.some((status) => status !== 404),
        url,
      ).toBe(true);
    }
  });

  it('shows the same keys at both paths', async () => {
    const [one, two] = await Promise.all(
      ['/oidc/.well-known/jwks.json', '/site/oidc/.well-known/jwks.json'].map(async (url) =>
        (await passbeam.app.inject(url)).json(),
      ),
    );
    expect(one).toEqual(two);
    expect(one.keys).toMatchObject([{ kty: 'RSA', use: 'sig', alg: 'RS256' }]);
    expect(one.keys[0]).not.toHaveProperty('d');
  });

  it('leaves the JSON API its manners: no form bodies there', async () => {
    const reply = await passbeam.app.inject({
      method: 'POST',
      url: '/api/v3/signin',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'connection=PASSWORD',
    });
    expect(reply.statusCode).toBe(415);
    expect(reply.json()).toMatchObject({ statusCode: 415 });
  });
});
