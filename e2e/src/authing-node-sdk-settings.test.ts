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

/** The official management client from npm, unmodified: only its host differs (wire 5.2, rows 12–24). */
describe('authing-node-sdk 4.0.1, settings, applications and logs', () => {
  let product: Product;
  let management: ManagementClient;

  beforeAll(async () => {
    product = await startProduct();
    management = new ManagementClient({
      host: product.url,
      accessKeyId: userPoolId,
      accessKeySecret: userPoolSecret,
    });
  });
  afterAll(() => product?.stop());

  const site = () =>
    new AuthenticationClient({
      appId: siteApplication.id,
      appSecret: siteApplication.secret,
      appHost: product.url,
      redirectUri: 'http://localhost/callback',
    });
  const phone = () =>
    new AuthenticationClient({
      appId: phoneApplication.id,
      appSecret: phoneApplication.secret,
      appHost: product.url,
      redirectUri: 'http://localhost/callback',
      tokenEndPointAuthMethod: 'none',
    });

  it('reads and changes the security settings, which take effect at once', async () => {
    const before = await management.getSecuritySettings();
    expect(before).toMatchObject({
      statusCode: 200,
      data: {
        allowedOrigins: expect.stringMatching(/^http:\/\/localhost:\d+$/),
        verifyCodeLength: 6,
        qrcodeLoginStrategy: {
          qrcodeExpiresIn: 120,
          ticketExpiresIn: 300,
          allowExchangeUserInfoFromBrowser: false,
          returnFullUserInfo: false,
        },
      },
    });
    const qrcodeLoginStrategy = { ...before.data.qrcodeLoginStrategy, qrcodeExpiresIn: 45, returnFullUserInfo: true };
    const changed = await management.updateSecuritySettings({
      qrcodeLoginStrategy,
      allowedOrigins: ['https://shop.example'],
    });
    expect(changed).toMatchObject({
      statusCode: 200,
      data: { qrcodeLoginStrategy, allowedOrigins: 'https://shop.example', verifyCodeLength: 6 },
    });

    const client = site();
    const created = await client.geneQrCode({ type: 'MOBILE_APP' as never });
    expect(created.data).toMatchObject({ expiresIn: 45 });
    const qrcodeId = created.data?.qrcodeId as string;
    const app = phone();
    const signedIn = await app.signInByUsernamePassword({ username: alice.username, password: alice.password });
    app.setAccessToken(signedIn.data?.access_token as string);
    for (const action of ['SCAN', 'CONFIRM']) await app.setQrCodeStatus({ qrcodeId, action: action as never });
    const { data } = await client.getQrCodeStatus({ qrcodeId });
    expect(data?.tokenSet?.access_token).toEqual(expect.any(String));

    const restored = await management.updateSecuritySettings({ qrcodeLoginStrategy: before.data.qrcodeLoginStrategy });
    expect(restored.data.qrcodeLoginStrategy).toEqual(before.data.qrcodeLoginStrategy);
    const refused = { ...before.data.qrcodeLoginStrategy, ticketExpiresIn: 0 };
    expect(await management.updateSecuritySettings({ qrcodeLoginStrategy: refused })).toMatchObject({
      statusCode: 400,
      message: expect.stringContaining('qrcodeLoginStrategy.ticketExpiresIn'),
    });
    expect((await management.getGlobalMfaSettings()).data).toEqual({ enabledFactors: [] });
  });

  it('lists, reads, makes, changes and deletes applications', async () => {
    const listed = await management.listApplications({
      page: 1,
      limit: 1,
      isIntegrateApp: false,
      isSelfBuiltApp: true,
    });
    expect(listed).toMatchObject({ statusCode: 200, data: { totalCount: 2, list: [{ userPoolId }] } });
    const simple = await management.listApplicationSimpleInfo({ keywords: 'web site' });
    expect(simple.data.list).toMatchObject([{ appId: siteApplication.id, appName: 'Demo web site' }]);
    expect((await management.getApplicationSecret({ appId: siteApplication.id })).data.secret).toBe(
      siteApplication.secret,
    );

    const created = await management.createApplication({
      appName: '网店 “Shop”',
      appIdentifier: 'shop',
      redirectUris: ['https://shop.example/callback?from=login&step=1'],
      loginConfig: {
        enabledBasicLoginMethods: ['SELF_BUILT_APP_QRCODE'],
        defaultLoginMethod: { connectionType: 'QRCODE', qrcodeType: 'SELF_BUILT_APP' } as never,
        showAuthorizationPage: false,
      },
    });
    expect(created).toMatchObject({
      statusCode: 200,
      data: {
        appName: '网店 “Shop”',
        loginConfig: {
          enabledBasicLoginMethods: ['SELF_BUILT_APP_QRCODE'],
          defaultLoginMethod: { connectionType: 'QRCODE', qrcodeType: 'SELF_BUILT_APP' },
        },
      },
    });
    const { appId } = created.data;
    const updated = await management.updateApplication({ appId, appDescription: 'Sells things', ssoEnabled: true });
    expect(updated.data).toMatchObject({ appDescription: 'Sells things', ssoEnabled: true, appIdentifier: 'shop' });
    expect((await management.getApplication({ appId })).data).toEqual(updated.data);
    expect((await management.getApplicationSimpleInfo({ appId })).data).toMatchObject({ appName: '网店 “Shop”' });

    const { secret } = (await management.getApplicationSecret({ appId })).data;
    const refreshed = await management.refreshApplicationSecret({ appId });
    expect(refreshed.data.secret).not.toBe(secret);

    const shop = new AuthenticationClient({
      appId,
      appSecret: refreshed.data.secret,
      appHost: product.url,
      redirectUri: 'https://shop.example/callback',
    });
    expect((await shop.geneQrCode({ type: 'MOBILE_APP' as never })).statusCode).toBe(200);
    expect(await management.deleteApplication({ appId })).toMatchObject({ statusCode: 200, data: { success: true } });
    expect(await shop.geneQrCode({ type: 'MOBILE_APP' as never })).toMatchObject({ statusCode: 404, apiCode: 2011 });
    expect(await management.getApplication({ appId })).toMatchObject({ statusCode: 404, apiCode: 2011 });
  });

  it('reads logins and logs', async () => {
    await phone().signInByUsernamePassword({ username: alice.username, password: alice.password });
    const user = { userId: alice.username, userIdType: 'username' } as const;
    expect(await management.getUserLoginHistory({ ...user, page: 1, limit: 1 })).toMatchObject({
      statusCode: 200,
      data: { list: [{ appId: phoneApplication.id, appName: 'Demo phone app', time: expect.stringMatching(/Z$/) }] },
    });
    const apps = await management.getUserLoggedinApps(user);
    expect(apps.data.map((app) => app.appId)).toContain(phoneApplication.id);
    const actions = await management.getUserActionLogs({
      eventType: 'login',
      appId: phoneApplication.id,
      pagination: { page: 1, limit: 1 },
    });
    expect(actions.data.list).toMatchObject([{ userDisplayName: alice.nickname, success: true }]);
    await management.updateSecuritySettings({ registerDisabled: false });
    const audits = await management.getAdminAuditLogs({ resourceType: 'userpool', pagination: { page: 1, limit: 1 } });
    expect(audits).toMatchObject({
      statusCode: 200,
      data: { list: [{ adminUserId: userPoolId, operationType: 'update', resourceType: 'userpool', success: true }] },
    });
  });
});
