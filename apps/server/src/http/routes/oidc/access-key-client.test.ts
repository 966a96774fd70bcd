import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned } from '../management/signed-call.fixture.ts';

let passbeam: TestPassbeam;
let key: { accessKeyId: string; accessKeySecret: string };
beforeAll(async () => {
  passbeam = await openTestPassbeam();
  [key] = (await callSigned(passbeam, 'POST', 'create-access-key', { body: {} })).body.data;
});
afterAll(() => passbeam.close());

async function grant(fields: Record<string, string>, headers: Record<string, string> = {}) {
  const reply = await passbeam.app.inject({
    method: 'POST',
    url: '/oidc/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams(fields).toString(),
  });
  return { status: reply.statusCode, body: reply.json() };
}
const proof = () => ({ client_id: key.accessKeyId, client_secret: key.accessKeySecret });
const manage = (token: string) => passbeam.v3('GET', 'list-access-key', { app: null, token });

it.each(['in the body', 'by Basic'])(
  'an access key gets a token to manage its pool with, its secret %s',
  async (how) => {
    const basic = `Basic ${btoa(`${key.accessKeyId}:${key.accessKeySecret}`)}`;
    const { status, body } = await (how === 'by Basic'
      ? grant({ grant_type: 'client_credentials' }, { authorization: basic })
      : grant({ grant_type: 'client_credentials', ...proof() }));
    expect({ status, body }).toEqual({
      status: 200,
      body: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 7200 },
    });
    expect((await manage(body.access_token)).body).toMatchObject({ statusCode: 200 });
    // The token speaks for no person.
    expect((await passbeam.v3('GET', 'get-profile', { token: body.access_token })).body.statusCode).toBe(401);
  },
);

it('an access key is a client of no other grant, nor of other endpoints', async () => {
  const password = { grant_type: 'password', username: 'alice', password: 'x' };
  for (const fields of [password, { grant_type: 'refresh_token', refresh_token: 'x' }]) {
    const { status, body } = await grant({ ...fields, ...proof() });
    expect(status).toBe(401);
    expect(body).toMatchObject({ error: 'invalid_client' });
  }
});

it('a wrong secret and an unknown key are told alike, and guesses run out', async () => {
  const wrong = () => grant({ grant_type: 'client_credentials', ...proof(), client_secret: 'wrong' });
  const unknown = await grant({ grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'x' });
  const first = await wrong();
  expect(first).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  expect(unknown).toEqual(first);
  const statuses = new Set<number>();
  for (let time = 0; time < 40; time++) statuses.add((await wrong()).status);
  expect([...statuses]).toContain(429);
});
