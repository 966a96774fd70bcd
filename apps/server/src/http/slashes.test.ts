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
