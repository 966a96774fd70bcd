import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../testing.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';

/** Whose pages may read which replies (threats T22): pool1 lists site.example, pool2 lists other.example. */
let passbeam: TestPassbeam;
let lines: string[];
const [own, foreign] = ['https://site.example', 'https://other.example'];

beforeEach(async () => {
  lines = [];
  passbeam = await openTestPassbeam({}, { log: pino({ level: 'info' }, { write: (line) => void lines.push(line) }) });
  const pool2 = await passbeam.addPool('pool2');
  await passbeam.directory.putPool({
    ...pool2,
    securitySettings: { ...pool2.securitySettings, allowedOrigins: [foreign] },
  });
  await passbeam.addApplication({ id: 'theirs', userPoolId: 'pool2' });
});
afterEach(() => passbeam.close());

const gene = async (app = 'site') =>
  (await passbeam.v3('POST', 'gene-qrcode', { app, body: { type: 'MOBILE_APP' } })).body.data.qrcodeId as string;

type Headers = Record<string, string | string[] | number | undefined>;
const readers = ({ headers }: { headers: Headers }) => headers['access-control-allow-origin'];

describe('a reply about a QR session', () => {
  const polls = [
    (qrcodeId: string) => `/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`,
    (qrcodeId: string) => `/api/v3/check-qrcode-status?qrcodeId=${qrcodeId}`,
    (qrcodeId: string) => `/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}&since=PENDING&waitSeconds=0`,
    (qrcodeId: string) => `/api/v2/qrcode/check?random=${qrcodeId}`,
    (qrcodeId: string) => `/api/qrcode/check?random=${qrcodeId}`,
  ];

  it.each(['x-authing-app-id', 'x-genauth-app-id', 'x-authing-userpool-id'])(
    'is read by pages of its application, whatever %s names',
    async (header) => {
      const qrcodeId = await gene();
      for (const path of polls) {
        for (const named of [undefined, 'site', 'theirs', 'pool1', 'pool2', 'nobody']) {
          const headers = named === undefined ? {} : { [header]: named };
          const ask = (origin: string) => passbeam.app.inject({ url: path(qrcodeId), headers: { ...headers, origin } });
          expect(readers(await ask(foreign)), `${path(qrcodeId)} naming ${named}`).toBeUndefined();
          expect(readers(await ask(own)), `${path(qrcodeId)} naming ${named}`).toBe(own);
        }
      }
    },
  );

  it('is judged alike where polls pass by the framework', async () => {
    const qrcodeId = await gene();
    const { server } = passbeam.app;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`;
    const ask = async (headers: Record<string, string>) =>
      (await fetch(url, { headers })).headers.get('access-control-allow-origin');
    expect(await ask({ origin: own })).toBe(own);
    expect(await ask({ origin: own, 'x-authing-app-id': 'theirs' })).toBe(own);
    expect(await ask({ origin: foreign })).toBe(null);
    expect(await ask({ origin: foreign, 'x-authing-app-id': 'theirs' })).toBe(null);
    expect(await ask({ origin: 'null' })).toBe(null);
  });

  it.each([
    (qrcodeId: string) => `/api/v3/watch-qrcode-status?qrcodeId=${qrcodeId}`,
    (qrcodeId: string) => `/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}&since=PENDING&waitSeconds=20`,
  ])('is held open for nobody who may not read it', async (path) => {
    const qrcodeId = await gene();
    for (const origin of [foreign, 'null', 'https://nobody.example']) {
      const reply = await passbeam.app.inject({
        url: path(qrcodeId),
        headers: { origin, 'x-authing-app-id': 'theirs' },
      });
      expect(reply.json(), origin).toMatchObject({ statusCode: 403, message: expect.stringContaining('origin') });
      expect(readers(reply)).toBeUndefined();
    }
    const waited = passbeam.app.inject({ url: path(qrcodeId), headers: { origin: own } });
    passbeam.pass(200);
    passbeam.beginStopping();
    expect(readers(await waited)).toBe(own);
  });

  it('about an unknown one is judged by the application that the request names', async () => {
    const url = `/api/v3/get-qrcode-status?qrcodeId=${'x'.repeat(32)}`;
    const ask = (origin: string, headers = {}) => passbeam.app.inject({ url, headers: { origin, ...headers } });
    expect(readers(await ask(foreign))).toBeUndefined();
    expect(readers(await ask(foreign, { 'x-authing-app-id': 'site' }))).toBeUndefined();
    expect(readers(await ask(foreign, { 'x-authing-app-id': 'theirs' }))).toBe(foreign);
    const contradicting = { 'x-authing-app-id': 'theirs', 'x-genauth-app-id': 'site' };
    expect(readers(await ask(foreign, contradicting))).toBeUndefined();
  });
});

describe('a reply to a token', () => {
  it('is read by pages of the application it was given to, whatever the headers name', async () => {
    const token = await passbeam.signIn();
    for (const app of [null, 'site', 'theirs']) {
      const ask = (origin: string) => passbeam.v3('GET', 'get-profile', { app, token, headers: { origin } });
      expect(readers(await ask(foreign)), `naming ${app}`).toBeUndefined();
      expect((await ask(own)).body.data, `naming ${app}`).toBeDefined();
      expect(readers(await ask(own)), `naming ${app}`).toBe(own);
      const me = (origin: string) =>
        passbeam.app.inject({ url: `/oidc/me?access_token=${token}`, headers: { origin } });
      expect(readers(await me(foreign))).toBeUndefined();
      expect(readers(await me(own))).toBe(own);
    }
  });

  it('that manages a pool is read by pages of that pool, and so is one to a signature', async () => {
    const ask = (origin: string) => callSigned(passbeam, 'GET', 'list-applications', { headers: { origin } });
    expect(readers(await ask(own))).toBe(own);
    expect(readers(await ask(foreign))).toBeUndefined();
    const { id: accessKeyId, secret: accessKeySecret } = passbeam.pool;
    const { body } = await passbeam.v3('POST', 'get-management-token', {
      app: null,
      body: { accessKeyId, accessKeySecret },
    });
    const token = `Bearer ${body.data.access_token}`;
    const byToken = (origin: string) =>
      passbeam.v3('GET', 'list-applications', { app: null, token, headers: { origin } });
    expect(readers(await byToken(own))).toBe(own);
    expect(readers(await byToken(foreign))).toBeUndefined();
  });
});

describe.each(['public-config', 'components-public-config/guard'])(
  'a reply about the application in the path: %s',
  (path) => {
    it('is read by its pages, whatever the headers name', async () => {
      for (const named of [{}, { 'x-authing-app-id': 'site' }, { 'x-authing-app-id': 'theirs' }]) {
        const ask = (origin: string) =>
          passbeam.app.inject({ url: `/api/v2/applications/site/${path}`, headers: { origin, ...named } });
        expect(readers(await ask(own))).toBe(own);
        expect(readers(await ask(foreign))).toBeUndefined();
      }
    });
  },
);

describe('a reply about nobody', () => {
  it.each(['/oidc/.well-known/openid-configuration', '/oidc/.well-known/jwks.json'])(
    '%s is read by any page, with credentials by those of the application named',
    async (url) => {
      const ask = (origin: string, headers = {}) => passbeam.app.inject({ url, headers: { origin, ...headers } });
      const stranger = await ask('https://nobody.example');
      expect(readers(stranger)).toBe('*');
      expect(stranger.headers['access-control-allow-credentials']).toBeUndefined();
      const named = await ask(own, { 'x-authing-app-id': 'site' });
      expect(named.headers).toMatchObject({
        'access-control-allow-origin': own,
        'access-control-allow-credentials': 'true',
      });
    },
  );

  it('is read by no other page', async () => {
    for (const url of ['/nothing', '/healthz', '/api/v3/gene-qrcode', '/api/v3/system']) {
      expect(readers(await passbeam.app.inject({ url, headers: { origin: foreign } })), url).toBeUndefined();
    }
  });
});

it('pages of one open label, and of apps with a scheme of their own, read what their application may', async () => {
  const allowedOrigins = ['https://*.preview.site.example', 'tauri://localhost', 'app://-'];
  await passbeam.directory.putPool({
    ...passbeam.pool,
    securitySettings: { ...passbeam.pool.securitySettings, allowedOrigins },
  });
  const url = `/api/v3/get-qrcode-status?qrcodeId=${await gene()}`;
  for (const origin of ['https://pr-7.preview.site.example', 'tauri://localhost', 'app://-']) {
    expect(readers(await passbeam.app.inject({ url, headers: { origin } }))).toBe(origin);
    const preflight = await passbeam.app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin, 'access-control-request-method': 'GET' },
    });
    expect(readers(preflight)).toBe(origin);
  }
  for (const origin of ['https://preview.site.example', 'https://a.b.preview.site.example', 'tauri://other']) {
    expect(readers(await passbeam.app.inject({ url, headers: { origin } })), origin).toBeUndefined();
  }
});

it('an origin that was forgotten is logged with the line to add, once a minute', async () => {
  const url = `/api/v3/get-qrcode-status?qrcodeId=${await gene()}`;
  const named = () => lines.filter((line) => line.includes('allowedOrigins'));
  for (let times = 0; times < 3; times++) {
    await passbeam.app.inject({ url, headers: { origin: 'https://forgotten.example' } });
    await passbeam.app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin: 'https://forgotten.example', 'access-control-request-method': 'GET' },
    });
  }
  expect(named()).toHaveLength(1);
  expect(JSON.parse(named()[0] ?? '')).toMatchObject({
    level: 40,
    msg: 'refused a page of https://forgotten.example. If it is yours, add it: allowedOrigins: ["https://forgotten.example"]',
  });
  passbeam.pass(60);
  const later = `/api/v3/get-qrcode-status?qrcodeId=${await gene()}`;
  await passbeam.app.inject({ url: later, headers: { origin: 'https://forgotten.example' } });
  expect(named()).toHaveLength(2);
});
