import { connect } from 'node:net';
import fc from 'fast-check';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam({ RATE_LIMITS: 'off' });
  await passbeam.addPool('pool2');
  const pool2 = passbeam.directory.getPool('pool2');
  await passbeam.directory.putPool({
    ...pool2,
    securitySettings: { ...pool2.securitySettings, allowedOrigins: ['https://other.example'] },
  });
});
afterAll(() => passbeam.close());

const status = '/api/v3/get-qrcode-status';

describe('origins', () => {
  const preflight = (origin: string) =>
    passbeam.app.inject({
      method: 'OPTIONS',
      url: status,
      headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-authing-app-id' },
    });
  const read = (origin: string, headers: Record<string, string> = { 'x-authing-app-id': 'site' }) =>
    passbeam.app.inject({ method: 'GET', url: `${status}?qrcodeId=x`, headers: { origin, ...headers } });
  const allowed = (reply: { headers: Record<string, unknown> }) => reply.headers['access-control-allow-origin'];

  it('of any pool pass the preflight, which names no application, with credentials and the headers of both brands', async () => {
    for (const origin of ['https://site.example', 'https://other.example', 'http://localhost:3000']) {
      const reply = await preflight(origin);
      expect(reply.statusCode).toBe(204);
      expect(reply.headers).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-max-age': '7200',
        vary: 'Origin',
      });
      const names = String(reply.headers['access-control-allow-headers']).split(', ');
      expect(names).toEqual(
        expect.arrayContaining([
          'authorization',
          'content-type',
          'x-qr-poll-secret',
          'x-authing-app-id',
          'x-genauth-lang',
          'x-authing-device-id',
        ]),
      );
    }
  });

  it('are judged by the application for the reply itself', async () => {
    expect(allowed(await read('https://site.example'))).toBe('https://site.example');
    expect(allowed(await read('https://other.example'))).toBeUndefined();
    expect(allowed(await read('https://other.example', {}))).toBeUndefined();
  });

  it.each([
    'null',
    'http://site.example',
    'https://site.example:8443',
    'https://site.example.evil.example',
    'https://evil-site.example',
    'https://sub.site.example',
    'https://SITE.example',
    '*',
  ])('other than those listed are not: %s', async (origin) => {
    expect(allowed(await preflight(origin))).toBeUndefined();
    const reply = await read(origin);
    expect(allowed(reply)).toBeUndefined();
    expect(reply.headers['access-control-allow-credentials']).toBeUndefined();
  });
});

describe('bodies', () => {
  const post = (payload: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    passbeam.app.inject({
      method: 'POST',
      url: '/api/v3/gene-qrcode',
      payload,
      headers: { 'x-authing-app-id': 'site', ...headers },
    });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
    ['text/json', 415],
  ])('of type %s are refused: a simple cross-site form can send them', async (type, code) => {
    const reply = await post('{"type":"MOBILE_APP"}', { 'content-type': type });
    expect(reply.statusCode).toBe(code);
    expect(reply.json()).toMatchObject({ statusCode: code, requestId: expect.any(String) });
  });

  it('that are compressed, oversized, broken or ambiguous are refused with a reason', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await post('{}', { ...json, 'content-encoding': 'gzip' })).statusCode).toBe(415);
    expect((await post(`{"type":"${'x'.repeat(17 * 1024)}"}`)).statusCode).toBe(413);
    expect((await post('{"type":')).json()).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('JSON'),
    });
    expect((await post('{"type":"MOBILE_APP","type":"x"}')).json().message).toContain('type is given twice');
    expect((await post('[]')).json()).toMatchObject({ statusCode: 400 });
    expect((await post('')).json().message).toContain('type is required');
  });
});

describe('paths', () => {
  it.each([`/qr/${'a'.repeat(600)}.png`, '/widget/%00', '/widget/..%2f..%2fpackage.json', '/qr/__proto__.svg'])(
    'that lead nowhere are not found: %s',
    async (url) => {
      const reply = await passbeam.app.inject(url);
      expect(reply.json()).toMatchObject({ statusCode: 404 });
      expect(reply.statusCode).toBe(404);
    },
  );
});

describe('queries and headers', () => {
  it('that repeat are refused', async () => {
    const repeated = await passbeam.app.inject(`${status}?qrcodeId=a&qrcodeId=b`);
    expect(repeated.json()).toMatchObject({ statusCode: 400, message: expect.stringContaining('qrcodeId') });
    const missing = await passbeam.app.inject(status);
    expect(missing.json()).toMatchObject({
      statusCode: 400,
      apiCode: 2231,
      message: expect.stringContaining('qrcodeId is required'),
    });
  });

  it('cannot override the method', async () => {
    const reply = await passbeam.app.inject({
      method: 'GET',
      url: '/api/v3/set-qrcode-status?_method=POST',
      headers: { 'x-http-method-override': 'POST' },
    });
    expect(reply.statusCode).toBe(404);
  });

  it('that name a forwarded address are believed from nobody by default', async () => {
    const reply = await passbeam.v3('POST', 'gene-qrcode', {
      body: { type: 'MOBILE_APP' },
      headers: { 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7', 'x-real-ip': '203.0.113.7' },
    });
    expect(reply.body.statusCode).toBe(200);
    const [event] = await passbeam.stores.audit.list({ type: 'qr.created', limit: 1 });
    expect(event?.ip).toBe('127.0.0.1');
  });

  it('that a trusted proxy sends with a port, or without an address, give one form of address or the proxy', async () => {
    const behind = await openTestPassbeam({ TRUSTED_PROXIES: '127.0.0.1' });
    const forwarded = ['203.0.113.7:51234', '::ffff:203.0.113.7', '[2001:DB8::7]:443', 'unknown', '7'.repeat(3_000)];
    const ips: (string | null | undefined)[] = [];
    for (const text of forwarded) {
      const { body } = await behind.v3('POST', 'gene-qrcode', {
        body: { type: 'MOBILE_APP' },
        headers: { 'x-forwarded-for': text },
      });
      expect(body.statusCode).toBe(200);
      behind.pass(1);
      const [event] = await behind.stores.audit.list({ type: 'qr.created', limit: 1 });
      ips.push(event?.ip);
    }
    await behind.close();
    expect(ips).toEqual(['203.0.113.7', '203.0.113.7', '2001:db8::7', '127.0.0.1', '127.0.0.1']);
  });

  it('that name a host change none of the addresses that replies hold', async () => {
    const reply = await passbeam.v3('POST', 'gene-qrcode', {
      body: { type: 'MOBILE_APP' },
      headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
    });
    expect(reply.text).not.toContain('evil.example');
  });
});

describe('every reply', () => {
  it('is not stored, not sniffed, and carries a request id, found or not', async () => {
    for (const url of [`${status}?qrcodeId=x`, '/api/v3/nothing', '/nothing', '/api/v3/gene-fastpass-qrcode-info']) {
      const reply = await passbeam.app.inject(url);
      expect(reply.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
      expect(reply.json()).toMatchObject({ statusCode: 404, requestId: expect.any(String) });
    }
  });

  it('names its request in a header that pages may read, whatever its body can hold', async () => {
    const asked: ['GET' | 'POST', string, object?][] = [
      ['GET', '/api/v3/get-country-list'],
      ['GET', '/api/v3/system'],
      ['GET', '/api/v3/%zz'],
      ['GET', '/api/v2/.well-known'],
      ['GET', '/api/v2/users/me'],
      ['POST', '/graphql/v2', { query: '{ user { id } }' }],
      ['POST', '/oidc/token', { grant_type: 'password' }],
      ['GET', '/oidc/.well-known/openid-configuration'],
      ['GET', '/oidc/auth?client_id=nobody'],
    ];
    const headers = { origin: 'https://site.example' };
    for (const [method, path, body] of asked) {
      const reply = await passbeam.v3(method, path, { body, headers });
      const id = reply.headers['x-request-id'];
      expect(id, path).toMatch(/^[0-9a-f-]{36}$/);
      expect(reply.body?.requestId ?? id, path).toBe(id);
      const isReadByPages = reply.headers['access-control-allow-credentials'] !== undefined;
      const readable = reply.headers['access-control-expose-headers'];
      expect(readable, path).toBe(isReadByPages ? 'retry-after, x-request-id' : undefined);
    }
  });

  it('to a store that fails is 503 with Retry-After, and tells nothing of the inside', async () => {
    const broken = await openTestPassbeam();
    await broken.stores.close();
    const reply = await broken.app.inject({ url: `${status}?qrcodeId=${'x'.repeat(32)}` });
    expect([200, 503]).toContain(reply.statusCode);
    expect(reply.json().statusCode).toBeGreaterThanOrEqual(500);
    expect(reply.body).not.toMatch(/sqlite|database|\.ts|at /i);
    const ready = await broken.app.inject('/readyz');
    expect(ready.statusCode).toBe(503);
    expect(ready.headers['retry-after']).toBe('1');
    expect((await broken.app.inject('/healthz')).statusCode).toBe(200);
    await broken.app.close();
  });

  it('to anything at all is an answer in the envelope: no 500, no stack, no hang', async () => {
    const token = await passbeam.signIn();
    const routes = [
      'gene-qrcode',
      'set-qrcode-status',
      'change-qrcode-status',
      'exchange-tokenset-with-qrcode-ticket',
      'signin',
      'signup',
      'update-profile',
      'update-password',
    ];
    const fields = [
      'type',
      'qrcodeId',
      'action',
      'ticket',
      'client_id',
      'client_secret',
      'customData',
      'connection',
      'passwordPayload',
      'options',
      'profile',
      'newPassword',
      'oldPassword',
      'nickname',
      'username',
      'photo',
      'pollChallenge',
      'scope',
      'poll_secret',
    ];
    const value = fc.oneof(
      fc.constantFrom(
        'MOBILE_APP',
        'SCAN',
        'CONFIRM',
        'PASSWORD',
        '',
        ' ',
        '../..',
        "' OR 1=1 --",
        '\u202e',
        '💥',
        'x'.repeat(5000),
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    const body = fc.oneof(
      fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 8, noNullPrototype: true }),
      fc.jsonValue(),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), body, async (route, payload) => {
        const reply = await passbeam.v3('POST', route, { token, body: JSON.stringify(payload) });
        expect(reply.http).toBeLessThan(500);
        expect(reply.body.statusCode).toBeLessThan(500);
        expect(reply.text).not.toMatch(/node_modules|\.ts:|SQLITE|Error:/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a connection', () => {
  /** Sends raw text to the server and returns the reply. */
  async function speak(port: number, text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let heard = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (bytes) => {
        heard += bytes.toString('latin1');
      });
      socket.on('close', () => resolve(heard));
      socket.on('error', reject);
    });
  }

  it('with broken or contradictory framing is answered with an error and closed', async () => {
    const peer = await openTestPassbeam();
    await peer.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = peer.app.server.address() as { port: number };
    const head = 'POST /api/v3/gene-qrcode HTTP/1.1\r\nhost: x\r\nconnection: close\r\n';
    expect(await speak(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect(await speak(port, `${head}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`)).toMatch(
      /^HTTP\/1\.1 400/,
    );
    expect(await speak(port, `${head}x: ${'y'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
    const twice = `${head}authorization: a\r\nauthorization: b\r\n\r\n`;
    expect(await speak(port, twice)).toMatch(/^HTTP\/1\.1 400[\s\S]*authorization is given twice/);
    await peer.close();
  });

  it('that names two hosts is refused, whatever it asks for: a proxy in between may have read the other', async () => {
    const peer = await openTestPassbeam();
    await peer.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = peer.app.server.address() as { port: number };
    const { body } = await peer.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const paths = [
      '/healthz',
      '/nothing',
      '/openapi.json',
      '/api/v2/nothing',
      `${status}?qrcodeId=${body.data.qrcodeId}`,
    ];
    for (const path of paths) {
      const head = `GET ${path} HTTP/1.1\r\nHost: a\r\nconnection: close\r\n`;
      expect(await speak(port, `${head}HOST: a\r\n\r\n`), path).toMatch(/^HTTP\/1\.1 400[\s\S]*host is given twice/);
      expect(await speak(port, `${head}hostx: a\r\n\r\n`), path).toMatch(/^HTTP\/1\.1 (200|404)/);
    }
    await peer.close();
  });

  it('is told in every reply to use https from then on, where that is the public address', async () => {
    const peer = await openTestPassbeam({ PUBLIC_URL: 'https://login.example.com' });
    await peer.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = peer.app.server.address() as { port: number };
    const { body } = await peer.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const poll = `${status}?qrcodeId=${body.data.qrcodeId}`;
    const stream = `/api/v3/watch-qrcode-status?qrcodeId=${body.data.qrcodeId}`;
    for (const path of ['/', '/healthz', '/nothing', '/api/v2/nothing', '/%zz', '/openapi.json', poll, stream]) {
      const { headers } = await fetch(`http://127.0.0.1:${port}${path}`);
      expect(headers.get('strict-transport-security'), path).toBe('max-age=31536000');
      expect((await passbeam.app.inject(path)).headers, path).not.toHaveProperty('strict-transport-security');
    }
    await peer.close();
  });

  it('that asks for a thousand things at once is closed, and the server works on', async () => {
    const peer = await openTestPassbeam();
    await peer.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = peer.app.server.address() as { port: number };
    const heard = await speak(port, 'GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(1000));
    expect(heard.length).toBeLessThan(2_000_000);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    await peer.close();
  });

  it('that is slow has no more time than promised: Node looks at it every second', () => {
    // By default it looks every 30 seconds, and a limit of 10 seconds lasts up to 40.
    expect(passbeam.app.server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 15_000,
      connectionsCheckingInterval: 1000,
    });
  });

  it('that hangs up in the middle of a body is not our failure', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line: string) => lines.push(line) });
    const peer = await openTestPassbeam({}, { log });
    await peer.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = peer.app.server.address() as { port: number };
    const answered = new Promise((resolve) =>
      peer.app.server.once('connection', (socket) => socket.once('close', resolve)),
    );
    const head =
      'POST /api/v3/gene-qrcode HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{';
    const socket = connect(port, '127.0.0.1', () => socket.write(head, () => socket.destroy()));
    await answered;
    await peer.close();
    expect(lines.filter((line) => line.includes('unexpected'))).toEqual([]);
  });
});
