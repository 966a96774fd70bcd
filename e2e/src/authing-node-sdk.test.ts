import { AuthenticationClient } from 'authing-node-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, type Product, phoneApplication, siteApplication, startProduct } from './support/product.ts';

/** The official client from npm, unmodified: only its host differs (wire 10). */
describe('authing-node-sdk 4.0.1', () => {
  let product: Product;
  let phone: AuthenticationClient;
  let site: AuthenticationClient;

  beforeAll(async () => {
    product = await startProduct();
    site = new AuthenticationClient({
      appId: siteApplication.id,
      appSecret: siteApplication.secret,
      appHost: product.url,
      redirectUri: 'http://localhost/callback',
      scope: 'openid profile email offline_access',
    });
    phone = new AuthenticationClient({
      appId: phoneApplication.id,
      appSecret: phoneApplication.secret,
      appHost: product.url,
      redirectUri: 'http://localhost/callback',
      tokenEndPointAuthMethod: 'none',
    });
  });
  afterAll(() => product?.stop());

  async function signedInPhone(): Promise<AuthenticationClient> {
    const reply = await phone.signInByUsernamePassword({ username: alice.username, password: alice.password });
    expect(reply.statusCode).toBe(200);
    phone.setAccessToken(reply.data?.access_token as string);
    return phone;
  }

  it.each(['get', 'check'] as const)(
    'goes through code, scan, confirm, exchange and profile (%s status)',
    async (name) => {
      await signedInPhone();
      const poll = (qrcodeId: string) =>
        name === 'get' ? site.getQrCodeStatus({ qrcodeId }) : site.checkQrCodeStatus({ qrcodeId });
      const move = (qrcodeId: string, action: 'SCAN' | 'CONFIRM') =>
        name === 'get'
          ? phone.setQrCodeStatus({ qrcodeId, action: action as never })
          : phone.changeQrCodeStatus({ qrcodeId, action: action as never });

      const created = await site.geneQrCode({ type: 'MOBILE_APP' as never, customData: { from: 'journey' } });
      expect(created).toMatchObject({ statusCode: 200, requestId: expect.any(String) });
      expect(created.apiCode).toBeUndefined();
      const qrcodeId = created.data?.qrcodeId as string;
      expect(created.data?.url).toMatch(/^http:\/\/localhost:\d+\/qr\/.+\.png$/);
      expect(created.data?.url).not.toContain(qrcodeId);

      expect((await poll(qrcodeId)).data).toMatchObject({ status: 'PENDING' });
      expect((await move(qrcodeId, 'SCAN')).statusCode).toBe(200);
      expect((await poll(qrcodeId)).data).toMatchObject({
        status: 'SCANNED',
        briefUserInfo: { displayName: alice.nickname, photo: expect.stringMatching(/^http/) },
      });
      expect((await move(qrcodeId, 'CONFIRM')).statusCode).toBe(200);

      const authorized = await poll(qrcodeId);
      expect(authorized.data?.status).toBe('AUTHORIZED');
      expect(authorized.data?.tokenSet).toBeUndefined();
      const ticket = authorized.data?.ticket as string;
      expect((await poll(qrcodeId)).data?.ticket).toBe(ticket);

      const exchanged = await site.exchangeTokenSetWithQrCodeTicket({
        ticket,
        client_id: siteApplication.id,
        client_secret: siteApplication.secret,
      });
      expect(exchanged).toMatchObject({
        statusCode: 200,
        data: { token_type: 'Bearer', expire_in: 7200, scope: 'openid profile', qrcodeId },
      });
      expect((await poll(qrcodeId)).data).toEqual({ status: 'EXPIRED' });

      site.setAccessToken(exchanged.data?.access_token as string);
      const profile = await site.getProfile({});
      expect(profile.data).toMatchObject({ username: alice.username, nickname: alice.nickname, status: 'Activated' });

      const claims = (await site.parseIDToken(exchanged.data?.id_token as string)) as Record<string, unknown>;
      expect(claims).toMatchObject({ aud: siteApplication.id, sub: profile.data?.userId, iss: `${product.url}/oidc` });
      const access = await site.parseAccessToken(exchanged.data?.access_token as string);
      expect(access).toMatchObject({ sub: profile.data?.userId, aud: siteApplication.id });
    },
  );

  it('is told why a step is refused, in the body of an HTTP 200', async () => {
    await signedInPhone();
    expect(await site.getQrCodeStatus({ qrcodeId: 'x'.repeat(32) })).toMatchObject({ statusCode: 404, apiCode: 2241 });
    const { data } = await site.geneQrCode({ type: 'MOBILE_APP' as never });
    const qrcodeId = data?.qrcodeId as string;
    expect(await phone.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' as never })).toMatchObject({ statusCode: 422 });
    expect(await site.signInByUsernamePassword({ username: alice.username, password: 'wrong' })).toMatchObject({
      statusCode: 403,
      apiCode: 2333,
    });
    expect(await site.exchangeTokenSetWithQrCodeTicket({ ticket: 'tk_unknown' })).toMatchObject({
      statusCode: 403,
      apiCode: 1001,
    });
  });

  it('deletes a person’s account, with the password where no one-time code can reach them', async () => {
    const [username, password] = ['leaver', 'queen of hearts, all in'];
    expect((await phone.signUpByUsernamePassword({ username, password })).statusCode).toBe(200);
    const { data } = await phone.signInByUsernamePassword({ username, password });
    phone.setAccessToken(data?.access_token as string);
    const asked = { verifyMethod: 'PASSWORD' as never, passwordPayload: { password } };
    const { deleteAccountToken } = (await phone.verifyDeleteAccountRequest(asked)).data;
    expect(await phone.deleteAccount({ deleteAccountToken })).toMatchObject({
      statusCode: 200,
      data: { success: true },
    });
    expect(await phone.signInByUsernamePassword({ username, password })).toMatchObject({ apiCode: 2333 });
  });

  it('refreshes, introspects and revokes tokens, and reads the system keys', async () => {
    const signedIn = await site.signInByUsernamePassword({
      username: alice.username,
      password: alice.password,
      options: { scope: 'openid profile offline_access' },
    });
    const refreshed = await site.getNewAccessTokenByRefreshToken(signedIn.data?.refresh_token as string);
    expect(refreshed).toMatchObject({ token_type: 'Bearer', expires_in: 7200, refresh_token: expect.any(String) });
    expect(await site.introspectToken(refreshed.access_token)).toMatchObject({
      active: true,
      client_id: siteApplication.id,
    });
    expect(await site.getUserInfoByAccessToken(refreshed.access_token)).toMatchObject({ nickname: alice.nickname });
    expect(await site.revokeToken(refreshed.access_token)).toBe(true);
    expect(await site.introspectToken(refreshed.access_token)).toMatchObject({ active: false });
    expect(await site.getSystemInfo()).toMatchObject({ rsa: { publicKey: expect.stringContaining('PUBLIC KEY') } });
  });
});
