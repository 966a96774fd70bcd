import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
});
afterAll(() => passbeam.close());

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

it('one person is given no more than 120 token sets a minute for a login they hold', async () => {
  await passbeam.addUser({ username: 'dave' });
  const token = await passbeam.signIn('dave');
  const form = new URLSearchParams({
    grant_type: 'http://authing.cn/oidc/grant_type/authing_token',
    scope: 'openid offline_access',
    token,
  }).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const ask = async () =>
    (await passbeam.v3('POST', '/oidc/token', { app: 'phone', body: form, headers })).body.access_token !== undefined;
  expect(await taken(130, ask)).toBe(120);
  // A person who is over the limit keeps nobody else from calling.
  expect((await passbeam.v3('GET', 'get-profile', { token: await passbeam.signIn() })).body.statusCode).toBe(200);
});
