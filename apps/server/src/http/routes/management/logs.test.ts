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

const call = async (path: string, body: Record<string, unknown> = {}, key?: SigningKey) =>
  (await callSigned(passbeam, 'POST', path, { body, key })).body;
const userAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
const signIn = async (password: string) =>
  (
    await passbeam.v3('POST', 'signin', {
      app: 'phone',
      headers: { 'user-agent': userAgent },
      body: { connection: 'PASSWORD', passwordPayload: { username: 'alice', password } },
    })
  ).body;

describe('the log of what people do', () => {
  const logs = (body: Record<string, unknown> = {}, key?: SigningKey) => call('get-user-action-logs', body, key);

  it('shows a login with every field of the contract', async () => {
    const { requestId } = await signIn('correct horse battery');
    const { data } = await logs({ eventType: 'login' });
    expect(data).toEqual({
      totalCount: 1,
      list: [
        {
          userId: passbeam.alice.id,
          userAvatar: expect.stringMatching(/^http/),
          userDisplayName: 'Alice',
          userLoginsCount: 1,
          appId: 'phone',
          appName: 'Application phone',
          appLoginUrl: '',
          appLogo: expect.stringMatching(/^http/),
          clientIp: '127.0.0.1',
          eventType: 'login',
          eventDetail: 'session.created',
          success: true,
          userAgent,
          parsedUserAgent: { device: 'desktop', name: 'Chrome', os: 'Windows' },
          geoip: expect.objectContaining({ city_name: '' }),
          timestamp: new Date(passbeam.clock.now()).toISOString(),
          requestId,
        },
      ],
    });
  });

  it('is filtered and paged', async () => {
    await signIn('wrong');
    passbeam.pass(10);
    const at = passbeam.clock.now();
    const { requestId } = await signIn('correct horse battery');
    const types = async (body: Record<string, unknown>) => {
      const { data } = await logs(body);
      return [data.totalCount, ...data.list.map((log: { success: boolean }) => log.success)];
    };
    expect(await types({ eventType: 'login' })).toEqual([2, true, false]);
    expect(await types({ eventType: 'login', pagination: { page: 2, limit: 1 } })).toEqual([2, false]);
    expect(await types({ eventType: 'login', success: false })).toEqual([1, false]);
    expect(await types({ start: at })).toEqual([1, true]);
    expect(await types({ eventType: 'login', end: at - 1 })).toEqual([1, false]);
    expect(await types({ requestId })).toEqual([1, true]);
    expect(await types({ appId: 'phone', eventType: 'login', success: true })).toEqual([1, true]);
    expect(await types({ userId: passbeam.alice.id, eventType: 'login', success: true })).toEqual([1, true]);
    expect(await types({ clientIp: '192.0.2.77' })).toEqual([0]);
    expect(await types({ clientIp: '::ffff:127.0.0.1' })).toEqual(await types({ clientIp: '127.0.0.1' }));
    expect(await types({ clientIp: '127.0.0.1' })).not.toEqual([0]);
    expect(await types({ eventType: 'no such type' })).toEqual([0]);
  });

  it('of one pool is closed to another', async () => {
    await signIn('correct horse battery');
    expect((await logs({ userId: passbeam.alice.id }, other)).data).toEqual({ totalCount: 0, list: [] });
  });

  it.each([
    ['pagination.limit', { pagination: { limit: 51 } }],
    ['pagination.page', { pagination: { page: 0 } }],
    ['start', { start: 'yesterday' }],
  ])('is refused when %s is not valid', async (field, body) => {
    expect(await logs(body)).toMatchObject({ statusCode: 400, message: expect.stringContaining(field) });
  });
});

describe('the log of what administrators do', () => {
  const logs = (body: Record<string, unknown> = {}, key?: SigningKey) => call('get-admin-audit-logs', body, key);

  it('shows a change of settings, before and after', async () => {
    const { requestId } = await call('update-security-settings', { registerDisabled: true });
    expect((await logs()).data).toEqual({
      totalCount: 1,
      list: [
        {
          adminUserId: 'pool1',
          adminUserAvatar: expect.stringMatching(/^http/),
          adminUserDisplayName: 'Pool pool1',
          clientIp: '127.0.0.1',
          operationType: 'update',
          resourceType: 'userpool',
          eventDetails: 'admin.security_settings_updated',
          originValue: '{"registerDisabled":false}',
          targetValue: '{"registerDisabled":true}',
          success: true,
          userAgent: expect.any(String),
          ua: { device: '', name: '', os: '' },
          geoip: expect.objectContaining({ country_name: '' }),
          timestamp: new Date(passbeam.clock.now()).toISOString(),
          requestId,
        },
      ],
    });
  });

  it('has a row for every write about an application, and no secret in any', async () => {
    const { appId } = (await call('create-application', { appName: 'Shop' })).data;
    await call('update-application', { appId, appName: 'Corner shop' });
    const { secret } = (await call('refresh-application-secret', { appId })).data;
    await call('delete-application', { appId });
    const { data } = await logs({ resourceType: 'application' });
    const rows = data.list.map((row: Record<string, unknown>) => [row.operationType, row.operationParam]);
    expect(rows).toEqual([
      ['delete', 'Corner shop'],
      ['refresh', 'Corner shop'],
      ['update', 'Corner shop'],
      ['create', 'Shop'],
    ]);
    const change = data.list[2];
    expect(JSON.parse(change.originValue)).toEqual({ appName: 'Shop' });
    expect(JSON.parse(change.targetValue)).toEqual({ appName: 'Corner shop' });
    const { events } = await passbeam.stores.audit.page({
      userPoolId: 'pool1',
      types: ['admin.application_created', 'admin.application_secret_refreshed', 'admin.application_deleted'],
      offset: 0,
      limit: 50,
    });
    expect(events).toHaveLength(3);
    expect(JSON.stringify(events)).not.toContain(secret);
  });

  it('is filtered and paged', async () => {
    for (const appName of ['One', 'Two']) await call('create-application', { appName });
    passbeam.pass(10);
    await call('update-security-settings', { registerDisabled: true });
    const names = async (body: Record<string, unknown>) => {
      const { data } = await logs(body);
      return [data.totalCount, ...data.list.map((row: { operationParam?: string }) => row.operationParam ?? '')];
    };
    expect(await names({ pagination: { page: 2, limit: 2 } })).toEqual([3, 'One']);
    expect(await names({ operationType: 'create' })).toEqual([2, 'Two', 'One']);
    expect(await names({ operationType: 'all', resourceType: 'userpool' })).toEqual([1, '']);
    expect(await names({ userId: 'pool1' })).toEqual([3, '', 'Two', 'One']);
    expect(await names({ userId: 'another key' })).toEqual([0]);
    expect(await names({ success: false })).toEqual([0]);
    expect(await names({ success: true, start: passbeam.clock.now() })).toEqual([1, '']);
  });

  it('of one pool is closed to another', async () => {
    await call('create-application', { appName: 'Shop' });
    expect((await logs({}, other)).data).toEqual({ totalCount: 0, list: [] });
  });

  it('has no row for a change that was refused', async () => {
    await call('update-application', { appId: 'site', domain: 'no domain' });
    await call('update-application', { appId: 'unknown' });
    await call('update-security-settings', { allowedOrigins: ['*'] });
    expect((await logs()).data.totalCount).toBe(0);
  });
});

it.each(['get-user-action-logs', 'get-admin-audit-logs'])('nobody calls %s without authority', async (path) => {
  for (const token of [undefined, await passbeam.signIn()]) {
    expect((await passbeam.v3('POST', path, { body: {}, token })).body).toMatchObject({ statusCode: 401 });
  }
});
