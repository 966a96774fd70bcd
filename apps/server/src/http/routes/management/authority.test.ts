import { decodeJwt, decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned, type SignedRequest, send, signedRequest } from './signed-call.fixture.ts';

describe('who manages a user pool', () => {
  let passbeam: TestPassbeam;

  beforeAll(async () => {
    passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  });
  afterAll(() => passbeam?.close());

  const list = '/api/v3/list-access-key';
  const signed = (
    ...options: Parameters<typeof signedRequest> extends [unknown, unknown, ...infer Rest] ? Rest : never
  ) => signedRequest(passbeam.pool, passbeam.clock.now(), ...options);

  it.each(['authing', 'genauth'] as const)('is shown by the signature of %s clients', async (brand) => {
    const get = await callSigned(passbeam, 'GET', list, { brand, query: { status: ['activated', 'staging'] } });
    expect(get.body).toMatchObject({ statusCode: 200, data: [] });
    const body = { type: 'userpool', userId: 'ops ✓', tenantId: undefined };
    const post = await callSigned(passbeam, 'POST', '/api/v3/create-access-key', { brand, body });
    expect(post.body).toMatchObject({ statusCode: 200, data: [{ userId: 'ops ✓', userPoolId: 'pool1' }] });
    await callSigned(passbeam, 'POST', '/api/v3/delete-access-key', {
      body: { accessKeyId: post.body.data[0].accessKeyId },
    });
  });

  it('may date the request in milliseconds', async () => {
    const headers = { date: String(passbeam.clock.now() + 200_000) };
    expect((await callSigned(passbeam, 'GET', list, { headers })).body.statusCode).toBe(200);
  });

  it.each([
    ['nothing', {}, 2020],
    ["a person's token", { authorization: 'token' }, 2020],
    ['another word', { authorization: 'Basic cG9vbDE6eA==' }, 2020],
    ['a signature in no known form', { authorization: 'authing pool1' }, 1300],
  ])('is refused with %s', async (_name, headers, apiCode) => {
    const { http, body } = await passbeam.v3('GET', list, { app: null, headers });
    expect({ http, statusCode: body.statusCode, apiCode: body.apiCode }).toEqual({
      http: 200,
      statusCode: 401,
      apiCode,
    });
  });

  it("is no person: a user's access token manages nothing", async () => {
    const token = await passbeam.signIn();
    expect((await passbeam.v3('GET', list, { app: null, token })).body).toMatchObject({ apiCode: 2020 });
  });

  it.each<[string, (request: SignedRequest) => object]>([
    ['the method', (request) => ({ ...request, method: 'GET', payload: undefined, url: list })],
    ['the path', (request) => ({ ...request, url: '/api/v3/delete-access-key' })],
    ['a value of the body', (request) => ({ ...request, payload: '{"accessKeyId":"b","enable":false}' })],
    ['a new key in the body', (request) => ({ ...request, payload: '{"accessKeyId":"a","enable":false,"x":1}' })],
    ['a key less', (request) => ({ ...request, payload: '{"accessKeyId":"a"}' })],
    ['true to "false"', (request) => ({ ...request, payload: '{"accessKeyId":"a","enable":true}' })],
    ['the query', (request) => ({ ...request, url: `${request.url}?accessKeyId=b` })],
    ['the language', (request) => ({ ...request, headers: { ...request.headers, 'x-authing-lang': 'zh-CN' } })],
    ['an application', (request) => ({ ...request, headers: { ...request.headers, 'x-authing-app-id': 'site' } })],
    [
      'one of the other brand',
      (request) => ({ ...request, headers: { ...request.headers, 'x-genauth-app-id': 'site' } }),
    ],
    ['the nonce', (request) => ({ ...request, headers: { ...request.headers, 'x-authing-signature-nonce': 'other' } })],
    [
      'the brand',
      (request) => ({
        ...request,
        headers: { ...request.headers, authorization: request.headers.authorization.replace('authing', 'GenAuth') },
      }),
    ],
    [
      'the key',
      (request) => ({
        ...request,
        headers: { ...request.headers, authorization: request.headers.authorization.replace('pool1', 'pool9') },
      }),
    ],
  ])('is refused when somebody on the way changed %s', async (_name, tamper) => {
    const request = signed('POST', '/api/v3/update-access-key', { body: { accessKeyId: 'a', enable: false } });
    const { body } = await send(passbeam, tamper(request) as typeof request);
    expect(body.statusCode).toBe(401);
    expect([1300, 1301]).toContain(body.apiCode);
  });

  it('is refused when the date was changed, and when it is too far off', async () => {
    const request = signed('GET', list);
    const later = new Date(passbeam.clock.now() + 1000).toUTCString();
    expect((await send(passbeam, { ...request, headers: { ...request.headers, date: later } })).body.apiCode).toBe(
      1300,
    );
    for (const seconds of [-301, 301]) {
      const skewed = signedRequest(passbeam.pool, passbeam.clock.now() + seconds * 1000, 'GET', list);
      expect((await send(passbeam, skewed)).body.apiCode).toBe(1305);
    }
  });

  it('is refused when the very request comes again, for as long as its date is good', async () => {
    const request = signedRequest(passbeam.pool, passbeam.clock.now() + 290_000, 'GET', list);
    expect((await send(passbeam, request)).body.statusCode).toBe(200);
    expect((await send(passbeam, request)).body).toMatchObject({ statusCode: 401, apiCode: 1306 });
    passbeam.pass(580);
    expect((await send(passbeam, request)).body.apiCode).toBe(1306);
    passbeam.pass(20);
    expect((await send(passbeam, request)).body.apiCode).toBe(1305);
  });

  it('is refused when it comes again with a nonce that says the same in other bytes', async () => {
    const request = signed('GET', list);
    expect((await send(passbeam, request)).body.statusCode).toBe(200);
    const { 'x-authing-signature-nonce': nonce = '' } = request.headers;
    for (const other of [
      `${nonce}\u00a0`,
      `\u00a0${nonce}`,
      `${nonce}\u0085`,
      `${nonce}\t`,
      ` ${nonce}`,
      `${nonce}, x`,
    ]) {
      const again = { ...request, headers: { ...request.headers, 'x-authing-signature-nonce': other } };
      const { body } = await send(passbeam, again);
      expect(body.statusCode, JSON.stringify(other)).toBe(401);
      expect([1300, 1306], JSON.stringify(other)).toContain(body.apiCode);
    }
  });

  it('is judged before what is asked: a stranger learns nothing of the schema', async () => {
    const { body } = await passbeam.v3('POST', 'update-access-key', { app: null, body: { enable: 'maybe' } });
    expect(body.apiCode).toBe(2020);
    const known = await callSigned(passbeam, 'POST', 'update-access-key', { body: { enable: 'maybe' } });
    expect(known.body).toMatchObject({ statusCode: 400, message: expect.stringContaining('accessKeyId') });
  });

  it('lets a wrong signature burn no nonce', async () => {
    const request = signed('GET', list);
    const forged = signedRequest({ ...passbeam.pool, secret: 'guess' }, passbeam.clock.now(), 'GET', list, {
      headers: { 'x-authing-signature-nonce': request.headers['x-authing-signature-nonce'] ?? '' },
    });
    expect((await send(passbeam, forged)).body.apiCode).toBe(1300);
    expect((await send(passbeam, request)).body.statusCode).toBe(200);
  });

  describe('by a management token', () => {
    const getToken = (accessKeyId: string, accessKeySecret: string) =>
      passbeam.v3('POST', 'get-management-token', { app: null, body: { accessKeyId, accessKeySecret } });

    it('manages, raw and as Bearer, until it expires', async () => {
      const { body } = await getToken('pool1', passbeam.pool.secret);
      expect(body.data).toEqual({ access_token: expect.any(String), expires_in: 7200 });
      const token = body.data.access_token as string;
      expect(decodeJwt(token)).toMatchObject({ scoped_userpool_id: 'pool1', iss: 'http://localhost:3000/oidc' });
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'RS256', kid: expect.any(String) });
      for (const authorization of [token, `Bearer ${token}`, `bearer ${token}`]) {
        const headers = { 'x-authing-userpool-id': 'pool1', date: '1700000000000' };
        const reply = await passbeam.v3('GET', list, { app: null, headers, token: authorization });
        expect(reply.body.statusCode).toBe(200);
      }
      passbeam.pass(7200 + 60);
      expect((await passbeam.v3('GET', list, { app: null, token })).body).toMatchObject({ apiCode: 2020 });
    });

    it('holds its claims in plain base64, whatever they are', async () => {
      const id = 'p~?>ü🙂~~~>>>???';
      const pool = await passbeam.addPool(id);
      for (let count = 0; count < 20; count++) {
        const token = (await getToken(pool.id, pool.secret)).body.data.access_token as string;
        const payload = token.split('.')[1] ?? '';
        expect(payload).toMatch(/^[A-Za-z0-9]+$/);
        expect(JSON.parse(Buffer.from(payload, 'base64').toString()).scoped_userpool_id).toBe(id);
      }
    });

    it('is not given for a wrong secret or an unknown key', async () => {
      expect((await getToken('pool1', 'wrong')).body).toMatchObject({ statusCode: 401, apiCode: 1300 });
      expect((await getToken('nobody', passbeam.pool.secret)).body).toMatchObject({ statusCode: 401, apiCode: 1300 });
    });

    it('is refused where another pool is named, and signs nobody in', async () => {
      const token = (await getToken('pool1', passbeam.pool.secret)).body.data.access_token as string;
      const headers = { 'x-authing-userpool-id': 'pool2' };
      await passbeam.addPool('pool2');
      expect((await passbeam.v3('GET', list, { app: null, token, headers })).body).toMatchObject({ apiCode: 2231 });
      expect((await passbeam.v3('GET', 'get-profile', { token })).body).toMatchObject({
        statusCode: 401,
        apiCode: 2020,
      });
    });

    it('ends when the secret it was given for changes', async () => {
      const pool = await passbeam.addPool('pool3');
      const token = (await getToken(pool.id, pool.secret)).body.data.access_token as string;
      expect((await passbeam.v3('GET', list, { app: null, token })).body.statusCode).toBe(200);
      await passbeam.directory.putPool({ ...pool, secret: 'another-secret-that-is-long-enough' });
      expect((await passbeam.v3('GET', list, { app: null, token })).body).toMatchObject({ apiCode: 2020 });
    });
  });

  describe('by an access key', () => {
    it('manages its own pool until it is switched off or deleted', async () => {
      const made = (await callSigned(passbeam, 'POST', 'create-access-key', { body: { type: 'userpool' } })).body
        .data[0];
      expect(made).toMatchObject({
        status: 'activated',
        enable: true,
        lastDate: '',
        accessKeySecret: expect.any(String),
      });
      const key = { id: made.accessKeyId as string, secret: made.accessKeySecret as string };
      const asKey = () => callSigned(passbeam, 'GET', list, { key });

      const listed = await asKey();
      expect(listed.body.data).toMatchObject([{ accessKeyId: key.id, accessKeySecret: '' }]);
      expect(listed.body.data[0].lastDate).toBe(new Date(passbeam.clock.now()).toISOString());
      const { body } = await callSigned(passbeam, 'GET', 'get-access-key', {
        key,
        query: { userId: 'me', accessKeyId: key.id },
      });
      expect(body.data.accessKeySecret).toBe(key.secret);

      const mint = () =>
        passbeam.v3('POST', 'get-management-token', {
          app: null,
          body: { accessKeyId: key.id, accessKeySecret: key.secret },
        });
      const token = (await mint()).body.data.access_token as string;
      expect(decodeJwt(token)).toMatchObject({ scoped_userpool_id: 'pool1', sub: key.id });

      const change = (enable: boolean) =>
        callSigned(passbeam, 'POST', 'update-access-key', { body: { accessKeyId: key.id, enable } });
      expect((await change(false)).body.data).toEqual({ success: true });
      expect((await asKey()).body.apiCode).toBe(1300);
      expect((await mint()).body.apiCode).toBe(1300);
      expect((await passbeam.v3('GET', list, { app: null, token })).body.apiCode).toBe(2020);
      expect((await callSigned(passbeam, 'GET', list, { query: { status: 'revoked' } })).body.data).toHaveLength(1);
      await change(true);
      expect((await asKey()).body.statusCode).toBe(200);

      await callSigned(passbeam, 'POST', 'delete-access-key', { body: { accessKeyId: key.id } });
      expect((await asKey()).body.apiCode).toBe(1300);
      expect((await change(true)).body.statusCode).toBe(404);
      const events = await passbeam.stores.audit.list({
        userPoolId: 'pool1',
        type: 'admin.access_key_deleted',
        limit: 1,
      });
      expect(events[0]?.detail).toEqual({ accessKeyId: 'pool1', changedKeyId: key.id });
    });

    it('of another pool is out of sight and out of reach', async () => {
      const other = await passbeam.addPool('pool4');
      const made = (await callSigned(passbeam, 'POST', 'create-access-key', { body: {} })).body.data[0];
      const options = { key: other };
      const { body } = await callSigned(passbeam, 'GET', list, options);
      expect(body.data).toEqual([]);
      const query = { accessKeyId: made.accessKeyId, userId: '' };
      expect((await callSigned(passbeam, 'GET', 'get-access-key', { ...options, query })).body.statusCode).toBe(404);
      for (const path of ['update-access-key', 'delete-access-key']) {
        const request = { ...options, body: { accessKeyId: made.accessKeyId, enable: false } };
        expect((await callSigned(passbeam, 'POST', path, request)).body.statusCode).toBe(404);
      }
      expect((await callSigned(passbeam, 'GET', 'get-access-key', { query })).body.data.status).toBe('activated');
    });
  });
});

it('limits wrong signatures per key and address, and leaves other keys alone', async () => {
  const passbeam = await openTestPassbeam();
  const guess = () => callSigned(passbeam, 'GET', '/api/v3/list-access-key', { key: { id: 'pool1', secret: 'guess' } });
  for (let count = 0; count < 10; count++) expect((await guess()).body.apiCode).toBe(1300);
  expect((await guess()).http).toBe(429);
  const other = await passbeam.addPool('pool2');
  expect((await callSigned(passbeam, 'GET', '/api/v3/list-access-key', { key: other })).body.statusCode).toBe(200);
  await passbeam.close();
});
