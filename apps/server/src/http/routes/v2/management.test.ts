import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../../../core/audit/event.ts';
import { newCustomField } from '../../../core/users/custom/custom-fields.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned, type SigningKey } from '../management/signed-call.fixture.ts';

let passbeam: TestPassbeam;
let other: SigningKey;

beforeEach(async () => {
  passbeam = await openTestPassbeam();
  other = await passbeam.addPool('pool2');
});
afterEach(() => passbeam.close());

const get = async (path: string, query: Record<string, string | string[]> = {}, key?: SigningKey) =>
  (await callSigned(passbeam, 'GET', `/api/v2/${path}`, { query, key })).body;
const post = async (path: string, body: Record<string, unknown>, key?: SigningKey) =>
  (await callSigned(passbeam, 'POST', `/api/v2/${path}`, { body, key })).body;

describe('users', () => {
  it('are read one by one, custom data on request and as a list', async () => {
    const { id } = passbeam.alice;
    const { code, data } = await get(`users/${id}`);
    expect(code).toBe(200);
    expect(data).toMatchObject({ id, username: 'alice', userPoolId: 'pool1', blocked: false, password: null });
    expect(data).not.toHaveProperty('customData');
    expect((await get(`users/${id}`, { with_custom_data: 'true' })).data.customData).toEqual([]);
    await passbeam.stores.customFields.put(
      [newCustomField({ key: 'team', label: 'Team', dataType: 'STRING' }, 'pool1', 1)],
      newEvent(passbeam.secrets, 'settings.changed', null),
    );
    const bob = await passbeam.addUser({ username: 'bob', customData: { team: 'blue' } });
    expect((await get(`users/${bob.id}`, { with_custom_data: 'true' })).data.customData).toEqual([
      { key: 'team', dataType: 'STRING', value: 'blue', label: 'Team' },
    ]);
    expect(await get('users/unknown')).toMatchObject({ code: 2004 });
    expect(await get(`users/${id}`, {}, other)).toMatchObject({ code: 2004 });
  });

  it('are read together, by any identifier', async () => {
    const names = async (body: Record<string, unknown>, key?: SigningKey) =>
      (await post('users/batch', body, key)).data.map((user: { username: string }) => user.username);
    expect(await names({ ids: [passbeam.alice.id, 'unknown'] })).toEqual(['alice']);
    expect(await names({ ids: ['ALICE'], type: 'username' })).toEqual(['alice']);
    expect(await names({ ids: [passbeam.alice.id] }, other)).toEqual([]);
  });

  it('are known to be signed in, and are signed out', async () => {
    const { id } = passbeam.alice;
    const status = async (query: Record<string, string> = {}) =>
      (await get('users/login-status', { userId: id, ...query })).data;
    expect(await status()).toMatchObject({ isLogin: false, application: [] });
    const token = await passbeam.signIn();
    expect(await status()).toMatchObject({ isLogin: true, user: { id }, application: [{ id: 'phone' }] });
    expect(await status({ appId: 'site' })).toMatchObject({ isLogin: false });
    expect(await post('users/kick', { userIds: [id] }, other)).toMatchObject({ code: 2004 });
    expect(await post('users/kick', { userIds: [id, 'unknown'] })).toMatchObject({ code: 2004 });
    expect(await status()).toMatchObject({ isLogin: true });
    expect(await post('users/kick', { userIds: [id] })).toMatchObject({ code: 200 });
    expect(await status()).toMatchObject({ isLogin: false });
    expect((await passbeam.v3('GET', 'get-profile', { app: 'phone', token })).body.statusCode).toBe(401);
  });
});

it('one user is signed out at the address that js clients of the second generation ask', async () => {
  const { id } = passbeam.alice;
  const token = await passbeam.signIn();
  const logout = async (query: Record<string, string>, key?: SigningKey) =>
    (await callSigned(passbeam, 'GET', '/logout', { query, key })).body;
  const profile = async () => (await passbeam.v3('GET', 'get-profile', { app: 'phone', token })).body.statusCode;
  expect(await logout({ userId: id }, other)).toMatchObject({ code: 2004 });
  expect(await logout({ userId: id, appId: 'site' })).toMatchObject({ code: 200 });
  for (const own of [undefined, token]) {
    const asked = await passbeam.v3('GET', `/logout?userId=${id}`, { token: own });
    expect(asked.body).toMatchObject({ code: 2020 });
  }
  await passbeam.app.inject({ method: 'HEAD', url: `/logout?userId=${id}` });
  expect(await profile()).toBe(200);
  expect(await logout({ userId: id, appId: 'phone' })).toMatchObject({ code: 200 });
  expect(await profile()).toBe(401);
});

it('applications and the pool are read without any secret', async () => {
  const reads = [
    await get('applications', { page: '1', limit: '1' }),
    await get('applications/site'),
    await get('userpools/detail'),
  ];
  const [list, one, pool] = reads.map(({ data }) => data);
  expect(list).toMatchObject({ totalCount: 2, list: [{ userPoolId: 'pool1' }] });
  expect(one).toMatchObject({ id: 'site', name: 'Application site', protocol: 'oidc', redirectUris: [] });
  expect(pool).toMatchObject({
    id: 'pool1',
    qrcodeLoginStrategy: {
      qrcodeExpiresAfter: 120,
      ticketExpiresAfter: 300,
      returnFullUserInfo: false,
      allowExchangeUserInfoFromBrowser: false,
    },
  });
  expect(JSON.stringify(reads)).not.toContain('secret-that-is-long-enough');
  expect(await get('applications/site', {}, other)).toMatchObject({ code: 2011 });
  expect((await get('applications', {}, other)).data.totalCount).toBe(0);
});

describe('logs', () => {
  it('tell what people did, in the words that clients pick apart', async () => {
    await passbeam.signIn();
    const row = {
      userpool_id: 'pool1',
      user: { id: passbeam.alice.id, displayName: 'Alice' },
      geoip: { ip: '127.0.0.1', city_name: '' },
      operation_name: 'login',
      app_id: 'phone',
      app: { name: 'Application phone' },
    };
    const arn = `arn:cn:authing:pool1:user:${passbeam.alice.id}`;
    const queries: Record<string, string | string[]>[] = [
      {},
      { operator_arn: [arn] },
      { operation_name: ['login'], app_id: 'phone' },
    ];
    for (const query of queries) {
      expect((await get('analysis/user-action', query)).data).toMatchObject({ totalCount: 1, list: [row] });
    }
    expect((await get('analysis/user-action', { operation_name: 'logout' })).data.totalCount).toBe(0);
    expect((await get('analysis/user-action', {}, other)).data.totalCount).toBe(0);
    expect(await get('analysis/user-action', { operation_name: ['login', 'logout'] })).toMatchObject({ code: 2231 });
  });

  it('tell what administrators did', async () => {
    await callSigned(passbeam, 'POST', 'update-application', { body: { appId: 'site', appName: 'New' } });
    expect((await get('analysis/audit', { eventType: 'update', app_id: 'site' })).data).toMatchObject({
      totalCount: 1,
      list: [
        {
          userPoolId: 'pool1',
          userPoolName: 'Pool pool1',
          userId: 'pool1',
          eventType: 'update',
          operationParam: 'New',
        },
      ],
    });
    expect((await get('analysis/audit', { app_id: 'phone' })).data.totalCount).toBe(0);
    expect((await get('analysis/audit', {}, other)).data.totalCount).toBe(0);
  });
});

it('a password is checked by the rule of sign-up', async () => {
  expect((await post('password/check', { password: '12345' })).data).toMatchObject([{ valid: false }]);
  expect((await post('password/check', { password: 'staple battery horse' })).data).toEqual([
    { valid: true, message: 'ok' },
  ]);
});

it.each([
  ['GET', 'users/some'],
  ['POST', 'users/batch'],
  ['GET', 'users/login-status'],
  ['POST', 'users/kick'],
  ['GET', 'applications'],
  ['GET', 'applications/site'],
  ['GET', 'userpools/detail'],
  ['GET', 'analysis/user-action'],
  ['GET', 'analysis/audit'],
  ['POST', 'password/check'],
] as const)('nobody calls %s %s without a pool’s authority', async (method, path) => {
  const options = method === 'GET' ? {} : { body: {} };
  for (const token of [undefined, await passbeam.signIn()]) {
    expect((await passbeam.v3(method, `/api/v2/${path}`, { ...options, token })).body).toMatchObject({ code: 2020 });
  }
});
