import { AuthenticationClient, ManagementClient } from 'authing-node-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  alice,
  type Product,
  phoneApplication,
  siteApplication,
  startProduct,
  userPoolId,
  userPoolSecret,
} from './support/product.ts';

/** The official management client from npm, unmodified: every call is signed, and the server checks it (wire 5.1). */
describe('authing-node-sdk 4.0.1, people and access keys', () => {
  let product: Product;
  let management: ManagementClient;
  let phone: AuthenticationClient;

  const clientFor = (accessKeyId: string, accessKeySecret: string) =>
    new ManagementClient({ host: product.url, accessKeyId, accessKeySecret });

  beforeAll(async () => {
    product = await startProduct();
    // The clients are made one after the other, because the package shares a default between them while they are built.
    management = clientFor(userPoolId, userPoolSecret);
    phone = new AuthenticationClient({
      appId: phoneApplication.id,
      appSecret: phoneApplication.secret,
      appHost: product.url,
      redirectUri: 'http://localhost/callback',
      tokenEndPointAuthMethod: 'none',
    });
  });
  afterAll(() => product?.stop());

  const signIn = (username: string, password: string) => phone.signInByUsernamePassword({ username, password });

  it('lists and reads people', async () => {
    const all = await management.listUsers({});
    expect(all).toMatchObject({ statusCode: 200, data: { totalCount: 2 } });
    expect(all.apiCode).toBeUndefined();
    const found = await management.listUsers({
      keywords: alice.username,
      advancedFilter: [{ field: 'nickname', operator: 'CONTAINS' as never, value: 'Ali' }],
      options: {
        pagination: { page: 1, limit: 50 },
        sort: [{ field: 'createdAt' as never, order: 'asc' as never }],
        withCustomData: true,
      },
    });
    expect(found.data).toMatchObject({ totalCount: 1, list: [{ username: alice.username, customData: {} }] });
    const lately = { field: 'createdAt', operator: 'BETWEEN' as never, value: [new Date(0), new Date()] };
    const asked = { bool: { must: [{ match: { nickname: 'ali' } }], must_not: [{ exists: { field: 'identity' } }] } };
    const queried = await management.listUsers({ advancedFilter: [lately], searchQuery: asked });
    expect(queried.data).toMatchObject({ totalCount: 1, list: [{ username: alice.username }] });
    const older = await management.listUsersLegacy({ page: 1, limit: 1, status: 'Activated', withCustomData: true });
    expect(older.data).toMatchObject({ totalCount: 2, list: [{}] });

    const { userId } = found.data.list[0] as { userId: string };
    expect((await management.getUser({ userId })).data).toMatchObject({ userId, username: alice.username });
    expect((await management.getUser({ userId: 'alice@example.com', userIdType: 'email' })).data.userId).toBe(userId);
    expect(await management.getUser({ userId: 'nobody' })).toMatchObject({ statusCode: 404, apiCode: 2004 });
    const batch = await management.getUserBatch({ userIds: ['bob', alice.username], userIdType: 'username' });
    expect(batch.data.map(({ username }) => username)).toEqual(['bob', 'alice']);
  });

  it('creates, changes, kicks and deletes people', async () => {
    const created = await management.createUser({
      username: 'carol',
      email: undefined,
      phone: '13800000009',
      phoneCountryCode: '+86',
      gender: 'F' as never,
      name: '卡罗 & Söhne = "5"',
      customData: { zebra: { b: [1, null, true], a: 'é' }, alpha: 1.5 },
      password: 'a password for carol',
    });
    expect(created).toMatchObject({ statusCode: 200, data: { username: 'carol', name: '卡罗 & Söhne = "5"' } });
    const { userId } = created.data;
    expect((await management.isUserExists({ username: 'carol' })).data).toEqual({ exists: true });
    expect(await management.createUser({ username: 'carol' })).toMatchObject({ statusCode: 409, apiCode: 2026 });
    expect((await signIn('carol', 'a password for carol')).statusCode).toBe(200);

    const many = await management.createUsersBatch({ list: [{ username: 'd1' }, { email: 'd2@example.com' }] });
    expect(many.data).toMatchObject([{ username: 'd1' }, { email: 'd2@example.com' }]);

    const updated = await management.updateUser({ userId, nickname: 'C.', status: 'Suspended' as never });
    expect(updated.data).toMatchObject({ nickname: 'C.', status: 'Suspended' });
    expect((await signIn('carol', 'a password for carol')).statusCode).toBe(403);

    const login = await signIn(alice.username, alice.password);
    phone.setAccessToken(login.data?.access_token as string);
    expect((await phone.getProfile({})).statusCode).toBe(200);
    const kicked = await management.kickUsers({
      userId: alice.username,
      appIds: [phoneApplication.id],
      options: { userIdType: 'username' as never },
    });
    expect(kicked).toMatchObject({ statusCode: 200, data: { success: true } });
    expect((await phone.getProfile({})).statusCode).toBe(401);

    const deleted = await management.deleteUsersBatch({
      userIds: [userId, 'd1'],
      options: { userIdType: 'user_id' as never },
    });
    expect(deleted.data).toEqual({ success: true });
    expect((await management.isUserExists({ username: 'carol' })).data).toEqual({ exists: false });
    expect((await management.isUserExists({ username: 'd1' })).data).toEqual({ exists: true });
  });

  it('imports people with the password hashes they had elsewhere', async () => {
    const created = await management.createUser({
      username: 'erin',
      // A published test vector of bcrypt.
      password: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
      options: { keepPassword: true },
    });
    expect(created.statusCode).toBe(200);
    expect((await signIn('erin', 'U*U')).statusCode).toBe(200);
    expect((await signIn('erin', 'U*U')).statusCode).toBe(200);
  });

  it('declares custom fields, and sets and reads custom data', async () => {
    const fields = await management.setCustomFields({
      list: [{ targetType: 'USER' as never, key: 'seat', dataType: 'NUMBER' as never, label: 'Seat' }],
    });
    expect(fields.data).toMatchObject([{ key: 'seat', dataType: 'NUMBER', label: 'Seat' }]);
    expect((await management.getCustomFields({ targetType: 'USER' })).data).toHaveLength(1);
    const { userId } = (await management.getUser({ userId: alice.username, userIdType: 'username' })).data;
    const set = await management.setCustomData({
      targetType: 'USER' as never,
      targetIdentifier: userId,
      list: [{ key: 'seat', value: '7' }],
    });
    expect(set.data).toEqual({ success: true });
    const read = await management.getCustomData({ tenantId: '', targetType: 'USER', targetIdentifier: userId });
    expect(read.data).toEqual({ seat: 7 });
  });

  it('makes access keys that may manage the pool until they are switched off', async () => {
    const made = (await management.createAccessKey({ type: 'userpool' })).data;
    const { accessKeyId = '', accessKeySecret = '' } = made[0] ?? {};
    const other = clientFor(accessKeyId, accessKeySecret);
    expect((await other.listUsers({})).statusCode).toBe(200);
    const listed = await management.getAccessKeyList({ status: ['activated'] });
    expect(listed.data).toMatchObject([{ accessKeyId, accessKeySecret: '' }]);
    expect((await management.getAccessKey({ userId: '', accessKeyId })).data).toMatchObject({ accessKeySecret });
    expect((await management.updateAccessKey({ accessKeyId, enable: false })).statusCode).toBe(200);
    expect(await other.listUsers({})).toMatchObject({ statusCode: 401, apiCode: 1300 });
    expect((await management.deleteAccessKey({ accessKeyId })).statusCode).toBe(200);
    expect(await clientFor(userPoolId, 'wrong').listUsers({})).toMatchObject({ statusCode: 401, apiCode: 1300 });
  });

  it('makes, follows and exchanges QR codes by signed calls, and can confirm none', async () => {
    const forSite = new ManagementClient({
      host: product.url,
      accessKeyId: userPoolId,
      accessKeySecret: userPoolSecret,
      tenantId: siteApplication.id,
    });
    const post = (path: string, data: object) => forSite.makeRequest({ method: 'POST', url: `/api/v3/${path}`, data });
    const created = await post('gene-qrcode', { type: 'MOBILE_APP', customData: { from: 'management' } });
    const { qrcodeId } = created.data;
    for (const name of ['set', 'change']) {
      const refused = await post(`${name}-qrcode-status`, { qrcodeId, action: 'SCAN' });
      expect(refused).toMatchObject({ statusCode: 401, apiCode: 2020 });
    }
    const login = await signIn(alice.username, alice.password);
    phone.setAccessToken(login.data?.access_token as string);
    for (const action of ['SCAN', 'CONFIRM']) await phone.setQrCodeStatus({ qrcodeId, action: action as never });
    const url = '/api/v3/check-qrcode-status';
    const status = await forSite.makeRequest({ method: 'GET', url, params: { qrcodeId } });
    expect(status.data.status).toBe('AUTHORIZED');
    const exchanged = await post('exchange-tokenset-with-qrcode-ticket', { ticket: status.data.ticket });
    expect(exchanged).toMatchObject({ statusCode: 200, data: { token_type: 'Bearer', qrcodeId } });
  });
});
