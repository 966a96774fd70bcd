import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';
import { callSigned } from './routes/management/signed-call.fixture.ts';

let passbeam: TestPassbeam;
beforeAll(async () => {
  passbeam = await openTestPassbeam();
  await passbeam.signIn();
  await callSigned(passbeam, 'POST', 'create-access-key', { body: {} });
});
afterAll(() => passbeam.close());

const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '']));
const logFilters = { ...texts('requestId', 'userId', 'clientIp', 'appId'), start: 0, end: 0 };

it.each<[string, object]>([
  ['get-user-action-logs', { ...logFilters, ...texts('eventType', 'userAgent', 'appName') }],
  [
    'get-admin-audit-logs',
    { ...logFilters, ...texts('operationType', 'resourceType', 'eventType'), resourceTypes: [] },
  ],
  ['list-users', { keywords: '', advancedFilter: [], searchQuery: null, options: { sort: null } }],
])('empty and zero filters of %s filter nothing', async (path, unset) => {
  const count = async (body: Record<string, unknown>) => {
    const { statusCode, data } = (await callSigned(passbeam, 'POST', path, { body })).body;
    expect(statusCode).toBe(200);
    return data.totalCount as number;
  };
  const all = await count({});
  expect(all).toBeGreaterThan(0);
  expect(await count({ ...unset })).toBe(all);
});

it.each([
  [
    '/api/v2/analysis/user-action',
    { clientip: '', operation_name: '', operator_arn: '', start: '0', end: '0', app_id: '' },
  ],
  ['/api/v2/analysis/audit', { clientip: '', eventType: '', userId: '', start: '', end: '0' }],
  ['/api/v3/get-user-login-history', { appId: '', clientIp: '', start: '0', end: '0' }],
] as const)('empty and zero filters of %s filter nothing', async (path, unset) => {
  const about: Record<string, string> = path.includes('login-history') ? { userId: passbeam.alice.id } : {};
  const count = async (query: Record<string, string>) =>
    (await callSigned(passbeam, 'GET', path, { query: { ...about, ...query } })).body.data.totalCount as number;
  const all = await count({});
  expect(all).toBeGreaterThan(0);
  expect(await count({ ...unset })).toBe(all);
});
