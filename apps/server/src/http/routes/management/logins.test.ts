import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned, type SigningKey } from './signed-call.fixture.ts';

let passbeam: TestPassbeam;
let other: SigningKey;

beforeEach(async () => {
  passbeam = await openTestPassbeam();
  other = await passbeam.addPool('pool2');
});
afterEach(() => passbeam.close());

const call = async (path: string, query: Record<string, string>, key?: SigningKey) =>
  (await callSigned(passbeam, 'GET', path, { query, key })).body;

describe('the login history', () => {
  const history = (query: Record<string, string> = {}, key?: SigningKey) =>
    call('get-user-login-history', { userId: passbeam.alice.id, ...query }, key);

  it('shows a login with every field of the contract', async () => {
    await passbeam.signIn();
    expect((await history()).data).toEqual({
      totalCount: 1,
      list: [
        {
          appId: 'phone',
          appName: 'Application phone',
          appLogo: expect.stringMatching(/^http/),
          appLoginUrl: '',
          clientIp: '127.0.0.1',
          userAgent: expect.any(String),
          time: new Date(passbeam.clock.now()).toISOString(),
        },
      ],
    });
  });

  it('is filtered and paged, newest first', async () => {
    await passbeam.signIn();
    passbeam.pass(10);
    const at = String(passbeam.clock.now());
    await passbeam.signIn('alice', passbeam.site);
    const apps = async (query: Record<string, string>) => {
      const { data } = await history(query);
      return [data.totalCount, ...data.list.map((login: { appId: string }) => login.appId)];
    };
    expect(await apps({})).toEqual([2, 'site', 'phone']);
    expect(await apps({ page: '2', limit: '1' })).toEqual([2, 'phone']);
    expect(await apps({ appId: 'phone' })).toEqual([1, 'phone']);
    expect(await apps({ clientIp: '192.0.2.77' })).toEqual([0]);
    expect(await apps({ clientIp: '::ffff:127.0.0.1' })).toEqual([2, 'site', 'phone']);
    expect(await apps({ start: at })).toEqual([1, 'site']);
    expect(await apps({ end: String(Number(at) - 1) })).toEqual([1, 'phone']);
  });

  it.each([
    ['username', 'ALICE'],
    ['email', 'alice@example.com'],
    ['phone', '+8613800000001'],
  ])('is found by %s', async (userIdType, userId) => {
    await passbeam.signIn();
    expect((await history({ userId, userIdType })).data.totalCount).toBe(1);
  });

  it('of a stranger does not exist', async () => {
    for (const query of [{ userId: 'unknown' }, { userId: 'alice' }]) {
      expect(await history(query)).toMatchObject({ statusCode: 404, apiCode: 2004 });
    }
    const refusal = { statusCode: 404, apiCode: 2004 };
    expect(await history({}, other)).toMatchObject(refusal);
    expect(await history({ userId: 'alice', userIdType: 'username' }, other)).toMatchObject(refusal);
  });

  it('keeps the logins of an application that is gone', async () => {
    await passbeam.signIn('alice', passbeam.site);
    await callSigned(passbeam, 'POST', 'delete-application', { body: { appId: 'site' } });
    expect((await history()).data.list).toMatchObject([{ appId: 'site', appName: '' }]);
  });

  it.each([
    ['userIdType', { userIdType: 'nickname' }],
    ['limit', { limit: '100' }],
    ['start', { start: 'monday' }],
  ])('is refused when %s is not valid', async (field, query) => {
    expect(await history(query)).toMatchObject({ statusCode: 400, message: expect.stringContaining(field) });
  });
});

it('the applications a person has logged in to, each once', async () => {
  await passbeam.signIn();
  await passbeam.signIn();
  await passbeam.signIn('alice', passbeam.site);
  const apps = async (key?: SigningKey) => call('get-user-loggedin-apps', { userId: passbeam.alice.id }, key);
  expect((await apps()).data).toEqual([
    { appId: 'phone', appName: 'Application phone', appLogo: expect.any(String), appLoginUrl: '' },
    { appId: 'site', appName: 'Application site', appLogo: expect.any(String), appLoginUrl: '' },
  ]);
  expect(await apps(other)).toMatchObject({ statusCode: 404, apiCode: 2004 });
});

it.each(['get-user-login-history', 'get-user-loggedin-apps'])('nobody calls %s without authority', async (path) => {
  const query = { userId: passbeam.alice.id };
  for (const token of [undefined, await passbeam.signIn()]) {
    expect((await passbeam.v3('GET', path, { query, token })).body).toMatchObject({ statusCode: 401 });
  }
});
