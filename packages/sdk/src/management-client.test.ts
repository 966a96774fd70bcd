import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthenticationClient, ConfigurationError, ManagementClient } from './index.ts';
import { alice, poolId, poolSecret, type StartedServer, siteSecret, startServer } from './server.fixture.ts';

let server: StartedServer;
let host: string;

beforeAll(async () => {
  server = await startServer();
  host = server.host;
}, 30_000);
afterAll(() => server?.stop(), 15_000);

const management = (brand: 'authing' | 'genauth' = 'authing') =>
  new ManagementClient({ host, accessKeyId: poolId, accessKeySecret: poolSecret, brand });
const signIn = () =>
  new AuthenticationClient({ host, appId: 'site', appSecret: siteSecret }).signInByUsernamePassword(alice);

describe.each(['authing', 'genauth'] as const)('applications, signed as %s', (brand) => {
  it('are registered, changed, listed, given a new secret and deleted', async () => {
    const client = management(brand);
    const name = `Shop & “Söhne” 100% ${brand}`;
    const { appId } = await client.createApplication({ appName: name, redirectUris: ['https://shop.example/back'] });
    expect(await client.getApplication({ appId })).toMatchObject({ appName: name, userPoolId: poolId });
    expect(await client.getApplicationSimpleInfo({ appId })).toMatchObject({ appName: name, appType: 'web' });
    await client.updateApplication({ appId, customSecurityEnabled: true, appDescription: 'New' });
    expect(await client.listApplications({ keywords: name, limit: 1, page: 1 })).toMatchObject({
      totalCount: 1,
      list: [{ appId, appDescription: 'New', customSecurityEnabled: true }],
    });
    expect(await client.listApplicationSimpleInfo({ keywords: appId })).toMatchObject({ totalCount: 1 });
    const { secret } = await client.getApplicationSecret({ appId });
    const refreshed = await client.refreshApplicationSecret({ appId });
    expect(refreshed.secret).not.toBe(secret);
    expect(await client.deleteApplication({ appId })).toEqual({ success: true });
    await expect(client.getApplication({ appId })).rejects.toMatchObject({ code: 'app_not_found' });
  });
});

it('security settings are read and changed, and hold at once', async () => {
  const client = management();
  const { qrcodeLoginStrategy } = await client.getSecuritySettings();
  const changed = await client.updateSecuritySettings({
    qrcodeLoginStrategy: { ...qrcodeLoginStrategy, qrcodeExpiresIn: 77 },
  });
  expect(changed.qrcodeLoginStrategy.qrcodeExpiresIn).toBe(77);
  const withApp = new ManagementClient({ host, appId: 'site', accessKeyId: poolId, accessKeySecret: poolSecret });
  expect((await withApp.geneQrCode()).expiresIn).toBe(77);
  await client.updateSecuritySettings({ qrcodeLoginStrategy });
  await expect(
    client.updateSecuritySettings({ qrcodeLoginStrategy: { ...qrcodeLoginStrategy, qrcodeExpiresIn: 0 } }),
  ).rejects.toMatchObject({ code: 'invalid_argument', message: expect.stringContaining('qrcodeExpiresIn') });
  expect(await client.getGlobalMfaSettings()).toEqual({ enabledFactors: [] });
});

it('what happened is read to its end, people are found, and logins and codes are ended', async () => {
  await signIn();
  const client = management();
  const seen: string[] = [];
  for await (const { type, userName } of client.auditEvents({ types: ['session.created'] })) {
    seen.push(`${type} ${userName}`);
  }
  expect(seen.length).toBeGreaterThan(0);
  const { list } = await client.searchUsers({ text: alice.username.slice(0, 3) });
  const userId = list[0]?.userId ?? '';
  expect(list).toMatchObject([{ username: alice.username }]);
  const sessions = await client.listUserSessions({ userId, limit: 1 });
  const sessionIds = sessions.list.map(({ sessionId }) => sessionId);
  expect(await client.endUserSessions({ userId, sessionIds })).toEqual({ ended: 1 });
  expect(await client.endSessions({ userId, dryRun: true })).toMatchObject({ isCapped: false });
  const site = new ManagementClient({ host, appId: 'site', accessKeyId: poolId, accessKeySecret: poolSecret });
  await site.geneQrCode();
  const codes = (await client.listLiveCodes({ appId: 'site' })).list.map(({ code }) => code);
  expect(await client.endQrCodes({ codes })).toEqual({ ended: codes.length, isCapped: false });
  const now = Date.now();
  expect((await client.getScanStatistics({ from: now - 600_000, to: now, step: 60 })).series.length).toBeGreaterThan(9);
  expect((await client.getUserPoolSummary()).users.n).toBeGreaterThan(0);
});

it('logins and logs are listed', async () => {
  await signIn();
  const client = management();
  const user = { userId: alice.username, userIdType: 'username' } as const;
  const history = await client.getUserLoginHistory({ ...user, appId: 'site', start: 0, limit: 1 });
  expect(history).toMatchObject({ list: [{ appId: 'site', appName: 'Web site' }] });
  expect(await client.getUserLoggedinApps(user)).toMatchObject([{ appId: 'site' }]);
  const actions = await client.getUserActionLogs({ eventType: 'login', pagination: { page: 1, limit: 5 } });
  expect(actions.list[0]).toMatchObject({ eventType: 'login', userDisplayName: 'Alice', success: true });
  await client.updateSecuritySettings({});
  const audits = await client.getAdminAuditLogs({ resourceType: 'userpool' });
  expect(audits.list[0]).toMatchObject({ adminUserId: poolId, operationType: 'update' });
});

it('what happened is exported as a file, and a refusal is none', async () => {
  const client = management();
  await signIn();
  const parts: Uint8Array[] = [];
  const asked = { format: 'jsonl' as const, types: ['session.created'] };
  for await (const part of await client.exportAuditEvents(asked)) parts.push(part);
  const first = Buffer.concat(parts).toString().split('\n')[0] ?? '';
  expect(JSON.parse(first)).toMatchObject({ type: 'session.created', userName: 'Alice' });
  const refused = client.exportAuditEvents({ ...asked, code: 'short' });
  await expect(refused).rejects.toMatchObject({ code: 'invalid_argument' });
});

it('access keys are made, used, switched off and deleted', async () => {
  const client = management();
  const { accessKeyId, accessKeySecret } = await client.createAccessKey();
  const own = new ManagementClient({ host, accessKeyId, accessKeySecret });
  await client.updateAccessKey({ accessKeyId, name: 'CI', role: 'operator' });
  expect(await own.listUsers()).toHaveProperty('totalCount');
  await expect(own.createAccessKey()).rejects.toMatchObject({ code: 'permission_denied' });
  await client.updateAccessKey({ accessKeyId, role: 'owner' });
  expect((await own.listAccessKey({ status: ['activated'], limit: 200 })).map((key) => key.accessKeyId)).toContain(
    accessKeyId,
  );
  expect(await own.getAccessKey({ accessKeyId })).toMatchObject({ accessKeySecret, enable: true });
  const { access_token } = await own.getManagementToken();
  expect(access_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  await client.updateAccessKey({ accessKeyId, enable: false });
  await expect(own.listAccessKey()).rejects.toMatchObject({ code: 'signature_wrong' });
  expect(await client.deleteAccessKey({ accessKeyId })).toEqual({ success: true });
});

it.each(['authing', 'genauth'] as const)(
  'codes are approved for people of another login, signed as %s',
  async (brand) => {
    const scoped = { scopes: ['approve' as const], applicationId: 'phone' };
    const { accessKeyId, accessKeySecret, ...key } = await management().createAccessKey(scoped);
    expect(key).toMatchObject(scoped);
    const backend = new ManagementClient({ host, accessKeyId, accessKeySecret, brand });
    const site = new AuthenticationClient({ host, appId: 'site', appSecret: siteSecret });
    const { qrcodeId } = await site.geneQrCode();
    const ann = { person: { subject: `emp-${brand}`, displayName: 'Ann “A” Müller' }, session: 's1' };
    const phone = { ip: '198.51.100.7' };
    const { consent } = await backend.approveQrCode({ qrcodeId, action: 'SCAN', door: 'camera', ...ann, phone });
    expect(consent).toMatchObject({ door: 'camera', ipMismatch: true });
    expect(await backend.approveQrCode({ qrcodeId, action: 'CONFIRM', ...ann })).toEqual({ success: true });
    const { ticket = '' } = await management().getQrCodeStatus({ qrcodeId });
    const tokens = await management().exchangeTokenSetWithQrCodeTicket({ ticket });
    expect(tokens.access_token).toMatch(/^ey/);
    await expect(backend.listAccessKey()).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(backend.getManagementToken()).rejects.toMatchObject({ code: 'permission_denied' });
    await expect(management().approveQrCode({ qrcodeId, action: 'SCAN', ...ann })).rejects.toMatchObject({
      code: 'permission_denied',
      message: expect.stringContaining('scopes hold approve'),
    });
  },
);

it('a wrong secret and a wrong clock give different errors', async () => {
  const wrong = new ManagementClient({ host, accessKeyId: poolId, accessKeySecret: 'wrong' });
  await expect(wrong.getSecuritySettings()).rejects.toMatchObject({ code: 'signature_wrong', apiCode: 1300 });
  const late = new ManagementClient({ host, accessKeyId: poolId, accessKeySecret: poolSecret, now: () => 0 });
  await expect(late.getSecuritySettings()).rejects.toMatchObject({ code: 'signature_date_skewed', apiCode: 1305 });
});

it.each([
  ['accessKeyId', { accessKeyId: '' }],
  ['accessKeySecret', { accessKeySecret: '' }],
  ['host', { host: 'login.example.test' }],
  ['appId', { appId: '' }],
])('a wrong %s is refused at set-up', (option, part) => {
  const make = () => new ManagementClient({ host, accessKeyId: poolId, accessKeySecret: poolSecret, ...part });
  expect(make).toThrow(ConfigurationError);
  expect(make).toThrow(expect.objectContaining({ option }));
});

it('people are made, read, listed, changed, given custom data and deleted', async () => {
  const client = management();
  const ann = await client.createUser({ username: 'ann', nickname: 'Ann', password: 'a long first password' });
  const two = await client.createUsersBatch({ list: [{ username: 'ben' }, { email: 'cas@example.com' }] });
  const userIds = [ann, ...two].map((user) => user.userId);
  expect(await client.getUser({ userId: 'ann', userIdType: 'username' })).toMatchObject({ userId: ann.userId });
  expect((await client.getUserBatch({ userIds })).map((user) => user.userId)).toEqual(userIds);
  expect(await client.listUsers({ keywords: 'Ann', options: { pagination: { limit: 1 } } })).toMatchObject({
    list: [{ nickname: 'Ann' }],
  });
  expect(await client.isUserExists({ username: 'ben' })).toEqual({ exists: true });
  expect(await client.updateUser({ userId: ann.userId, company: 'Acme' })).toMatchObject({ company: 'Acme' });
  expect(await client.kickUsers({ userId: ann.userId, appIds: ['site'] })).toEqual({ success: true });
  const target = { targetType: 'USER', targetIdentifier: ann.userId } as const;
  await client.setCustomFields({ list: [{ targetType: 'USER', key: 'team', label: 'Team', dataType: 'STRING' }] });
  expect(await client.setCustomData({ ...target, list: [{ key: 'team', value: 'blue' }] })).toEqual({ success: true });
  expect(await client.getCustomData(target)).toEqual({ team: 'blue' });
  expect(await client.getCustomFields({ targetType: 'USER' })).toMatchObject([{ key: 'team', label: 'Team' }]);
  expect(await client.deleteUsersBatch({ userIds })).toEqual({ success: true });
  expect(await client.isUserExists({ username: 'ben' })).toEqual({ exists: false });
});
