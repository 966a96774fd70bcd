import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

/** A page of another user pool, which names its own application in every way there is. */
const origin = 'https://neighbour.example';
let passbeam: TestPassbeam;
let token: string;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
  const pool = await passbeam.addPool('pool2');
  const securitySettings = { ...pool.securitySettings, allowedOrigins: [origin] };
  await passbeam.directory.putPool({ ...pool, securitySettings });
  await passbeam.addApplication({ id: 'neighbour', userPoolId: 'pool2' });
  token = await passbeam.signIn();
});
afterAll(() => passbeam.close());

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const forged = `${part({ alg: 'RS256' })}.${part({ aud: 'neighbour' })}.x`;

async function readers(method: 'GET' | 'POST', url: string, app: string, body?: object): Promise<unknown[]> {
  const ask = async (from: string) => {
    const headers = { origin: from };
    const reply = await passbeam.v3(method, url, { app, token: forged, headers, body });
    return reply.headers['access-control-allow-origin'];
  };
  return [await ask(origin), await ask('https://site.example')];
}
const ofTheSiteAlone = [undefined, 'https://site.example'];

it.each(['public-config', 'components-public-config/guard'])(
  'what is public of an application, %s, is read by its own pages alone',
  async (name) => {
    expect(await readers('GET', `/api/v2/applications/site/${name}`, 'neighbour')).toEqual(ofTheSiteAlone);
  },
);

it('whether a token is good is read by pages of whom the token is for', async () => {
  const query = `query{checkLoginStatus(token:"${token}"){code status}}`;
  expect(await readers('POST', '/graphql/v2', 'neighbour', { query })).toEqual(ofTheSiteAlone);
});

it('that a login ended is read by pages of whom the ID token is for, or else of the client named', async () => {
  const url = '/oidc/session/end';
  expect(await readers('GET', `${url}?client_id=site`, 'neighbour')).toEqual(ofTheSiteAlone);
  expect(await readers('GET', `${url}?id_token_hint=${token}`, 'neighbour')).toEqual(ofTheSiteAlone);
});
