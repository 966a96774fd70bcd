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
  ['get-my-accessible-apps', []],
  ['get-my-department-list', { totalCount: 0, list: [] }],
  ['get-my-authorized-resources', { totalCount: 0, list: [] }],
])('%s is an empty list for people who are signed in', async (name, data) => {
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

it('countries are listed with their codes, and in the four languages of the official clients', async () => {
  const { body } = await passbeam.v3('GET', 'get-country-list');
  expect(body.data.length).toBeGreaterThan(200);
  expect(body.data).toContainEqual({
    alpha2: 'CN',
    alpha3: 'CHN',
    phoneCountryCode: '+86',
    flag: '🇨🇳',
    name: {
      'zh-CN': { enabled: true, value: '中国' },
      'en-US': { enabled: true, value: 'China' },
      'zh-TW': { enabled: true, value: '中國' },
      'ja-JP': { enabled: true, value: '中国' },
    },
  });
  const codes: string[] = body.data.map(({ alpha3 }: { alpha3: string }) => alpha3);
  expect(codes.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
  expect(new Set(codes).size).toBe(codes.length);
});
