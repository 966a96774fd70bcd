import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
});
afterAll(() => passbeam.close());

it.each(['/api/v3/system/', '//api/v3//system', '/oidc//.well-known/jwks.json/', '//api/v2/.well-known/'])(
  'a slash too many reaches the same route: %s',
  async (url) => {
    const plain = url.replace(/\/+/g, '/').replace(/\/$/, '');
    const [asked, same] = [await passbeam.app.inject(url), await passbeam.app.inject(plain)];
    expect(same.statusCode).toBe(200);
    expect(asked.body).toBe(same.body);
  },
);

it('a login is asked for all the same, in the envelope of the generation', async () => {
  expect((await passbeam.app.inject('//api/v3/get-profile/')).json()).toMatchObject({ statusCode: 401 });
  expect((await passbeam.app.inject('/api/v2//users/me/')).json()).toMatchObject({ code: 2020 });
  expect((await passbeam.app.inject('//api//v2/nothing')).json()).toHaveProperty('code');
});

it.each(['/api%2Fv3/system', '/api/v3/system%2F'])('%s stays unknown', async (url) => {
  expect((await passbeam.app.inject(url)).statusCode).toBe(404);
});

it('a filter that nobody set filters nothing', async () => {
  const all = (await callSigned(passbeam, 'GET', '/api/v2/analysis/audit', {})).body.data.totalCount;
  const query = { clientip: '', operation_name: '', start: '', end: '0' };
  expect((await callSigned(passbeam, 'GET', '/api/v2/analysis/audit', { query })).body.data.totalCount).toBe(all);
});

it.each(['/api/v3/get-qrcode-status/', '//api//v3/check-qrcode-status', '/api/v3//get-qrcode-status'])(
  'a poll of %s is answered like every other, to the pages of the application alone',
  async (path) => {
    const { qrcodeId } = (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data;
    const url = `${path}?qrcodeId=${qrcodeId}`;
    const page = await passbeam.app.inject({ url, headers: { origin: 'https://site.example' } });
    expect(page.json()).toMatchObject({ statusCode: 200, data: { status: 'PENDING' } });
    expect(page.headers['access-control-allow-origin']).toBe('https://site.example');
    const stranger = await passbeam.app.inject({ url, headers: { origin: 'https://stranger.example' } });
    expect(stranger.headers['access-control-allow-origin']).toBeUndefined();
  },
);

it('an operator’s route asks for an operator, however many slashes lead to it', async () => {
  const token = await passbeam.signIn();
  for (const url of ['//api/v3//list-access-key/', '/api//v2/applications/']) {
    const reply = await passbeam.app.inject({ url, headers: { authorization: token } });
    expect(JSON.stringify(reply.json())).toContain('2020');
  }
});

it('dots lead nowhere', async () => {
  await passbeam.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = passbeam.app.server.address() as AddressInfo;
  // The path is sent as it stands, because fetch and inject would resolve the dots.
  const statusOf = (path: string) =>
    new Promise((resolve, reject) => {
      get({ port, host: '127.0.0.1', path, agent: false }, (reply) => {
        reply.resume();
        resolve(reply.statusCode);
      }).on('error', reject);
    });
  expect(await statusOf('//api/v3/system/')).toBe(200);
  for (const path of ['/api/v3/../v3/system', '/api/v3/./system', '/api/v3/%2e%2e/v3/system']) {
    expect(await statusOf(path), path).toBe(404);
  }
});
