import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
});
afterAll(() => passbeam.close());

it.each([
  ['get-identities', []],
  ['get-my-role-list', []],
  ['get-my-group-list', []],
  ['get-my-tenant-list', []],
  ['list-enrolled-factors', []],
  ['list-factors-to-enroll', []],
  ['get-my-department-list', { totalCount: 0, list: [] }],
  ['get-my-authorized-resources', { totalCount: 0, list: [] }],
])('%s is an empty list for who is signed in', async (name, data) => {
  const token = await passbeam.signIn();
  expect((await passbeam.v3('GET', name, { token })).body).toMatchObject({ statusCode: 200, data });
  expect((await passbeam.v3('GET', name)).body).toMatchObject({ statusCode: 401 });
});

it('no identity providers are on, whoever asks', async () => {
  expect((await passbeam.v3('GET', 'get-application-enabled-extidps')).body).toMatchObject({
    statusCode: 200,
    data: [],
  });
});
