import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { openTestPassbeam, type TestPassbeam, testPassword } from '../testing.ts';

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
});
afterAll(() => passbeam.close());
// However slow the machine, each test is within one minute.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** Makes the call so many times at once; returns how many were accepted. */
async function taken(times: number, call: () => Promise<boolean>): Promise<number> {
  return (await Promise.all(Array.from({ length: times }, call))).filter(Boolean).length;
}

it('one person’s changes of their profile, by whatever door, leave no more than 120 events a minute', async () => {
  await passbeam.addUser({ username: 'carol' });
  const token = await passbeam.signIn('carol');
  const body = { nickname: 'Carol' };
  const one = async (path: string) => (await passbeam.v3('POST', path, { token, body })).body;
  let served = 0;
  // The changes follow one another, because changes at the same time may lose to each other.
  for (let change = 0; change < 130; change++) {
    const { code, statusCode } = await one(change % 2 ? '/api/v2/users/profile/update' : 'update-profile');
    if ((code ?? statusCode) === 200) served += 1;
  }
  expect(served).toBe(120);
});

const form = { 'content-type': 'application/x-www-form-urlencoded' };

async function refreshTokenOf(username: string, app = 'phone'): Promise<string> {
  const passwordPayload = { username, password: testPassword };
  const body = { connection: 'PASSWORD', passwordPayload, options: { scope: 'openid offline_access' } };
  return (await passbeam.v3('POST', 'signin', { app, body })).body.data.refresh_token;
}

async function renew(app: string, refreshToken: string) {
  const fields = { grant_type: 'refresh_token', client_id: app, refresh_token: refreshToken };
  return (await passbeam.v3('POST', '/oidc/token', { app, body: `${new URLSearchParams(fields)}`, headers: form }))
    .body;
}

it('one login is renewed no more than 120 times a minute, and goes on after that', async () => {
  await passbeam.addUser({ username: 'erin' });
  let token = await refreshTokenOf('erin');
  for (let time = 0; time < 120; time++) token = (await renew('phone', token)).refresh_token;
  const refused = await renew('phone', token);
  expect(refused).not.toHaveProperty('access_token');
  expect(refused.error).not.toBe('invalid_grant');
  vi.setSystemTime(Date.now() + 61_000);
  expect((await renew('phone', token)).access_token).toBeDefined();
});

it('one person is given no more than 120 token sets a minute for a login they hold', async () => {
  await passbeam.addUser({ username: 'dave' });
  const token = await passbeam.signIn('dave');
  const body = new URLSearchParams({
    grant_type: 'http://authing.cn/oidc/grant_type/authing_token',
    scope: 'openid offline_access',
    token,
  }).toString();
  const ask = async () =>
    (await passbeam.v3('POST', '/oidc/token', { app: 'phone', body, headers: form })).body.access_token !== undefined;
  expect(await taken(130, ask)).toBe(120);
  // One application keeps none of the person's others from renewing.
  const other = await passbeam.addApplication({ id: 'other', tokenEndpointAuthMethod: 'none' });
  expect((await renew(other.id, await refreshTokenOf('dave', other.id))).access_token).toBeDefined();
  // A person who is over the limit keeps nobody else from calling.
  expect((await passbeam.v3('GET', 'get-profile', { token: await passbeam.signIn() })).body.statusCode).toBe(200);
});
