import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AuthenticationClient,
  createPollSecret,
  ManagementClient,
  parseDeviceLink,
  TicketMismatchError,
} from './index.ts';
import { geneQrCode, getQrCodeStatus, watchQrCodeStatus } from './qr.ts';
import { alice, poolId, poolSecret, type StartedServer, siteSecret, startServer } from './server.fixture.ts';

let server: StartedServer;
let host: string;

beforeAll(async () => {
  server = await startServer();
  host = server.host;
}, 30_000);
afterAll(() => server?.stop(), 15_000);

const site = () => new AuthenticationClient({ host, appId: 'site', appSecret: siteSecret });
const phone = () => new AuthenticationClient({ host, appId: 'phone', tokenEndpointAuthMethod: 'none' });

async function signedInPhone(): Promise<AuthenticationClient> {
  const client = phone();
  const { access_token = '' } = await client.signInByUsernamePassword(alice);
  client.setAccessToken(access_token);
  return client;
}

/** A code of the site, scanned and confirmed; the ticket as its page sees it. */
async function confirmedCode(): Promise<{ qrcodeId: string; ticket: string }> {
  const [web, app] = [site(), await signedInPhone()];
  const { qrcodeId } = await web.geneQrCode();
  await app.setQrCodeStatus({ qrcodeId, action: 'SCAN' });
  await app.setQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
  const { ticket = '' } = await web.getQrCodeStatus({ qrcodeId });
  return { qrcodeId, ticket };
}

it('lists the browsers that a scan logged in, and ends the login of each', async () => {
  const web = site();
  const { qrcodeId, ticket } = await confirmedCode();
  const { access_token = '' } = await web.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId });
  const app = await signedInPhone();
  const { list, totalCount } = await app.getMyDevices({ limit: 50 });
  expect(totalCount).toBe(list.length);
  const desk = list.find(({ loginMethod }) => loginMethod === 'QRCODE');
  expect(desk).toMatchObject({ appId: 'site', appName: 'Web site', isCurrent: false });
  expect(await app.getMyLoginHistory({ appId: 'site', success: true })).toMatchObject({
    list: [{ loginMethod: 'QRCODE' }],
  });
  expect(await app.getMyLoggedInApps()).toContainEqual(expect.objectContaining({ appId: 'site', active: true }));
  expect(await app.getSecurityInfo()).toMatchObject({ passwordSet: true, mfaEnrolled: false });
  expect(await app.revokeSession(desk?.device.deviceId ?? '')).toEqual({ success: true, ended: 1 });
  await expect(web.getProfile({}, { accessToken: access_token })).rejects.toMatchObject({ code: 'not_signed_in' });
  await expect(app.unbindDevice('unknown')).rejects.toMatchObject({ code: 'invalid_argument' });
});

it('says which settings a server needs to send one-time codes, and that a code is wrong', async () => {
  const app = phone();
  const sending = app.sendEmail({ channel: 'CHANNEL_LOGIN', email: 'alice@example.com' });
  await expect(sending).rejects.toMatchObject({
    code: 'not_implemented',
    message: expect.stringContaining('SMTP_URL'),
  });
  const signIn = app.signInByEmailPassCode({ email: 'alice@example.com', passCode: '000000' });
  await expect(signIn).rejects.toMatchObject({ code: 'passcode_invalid' });
});

describe('a login by scanning', () => {
  it('goes from the code to the verified person', async () => {
    const [web, app] = [site(), await signedInPhone()];
    const { qrcodeId, url, expiresIn } = await web.geneQrCode({ customData: { desk: '4' } });
    expect(expiresIn).toBe(120);
    expect((await fetch(url)).headers.get('content-type')).toBe('image/png');
    expect(await web.getQrCodeStatus({ qrcodeId })).toMatchObject({ status: 'PENDING' });

    const { success, consent } = await app.setQrCodeStatus({ qrcodeId, action: 'SCAN' });
    expect(success).toBe(true);
    expect(consent?.applicationName).toBe('Web site');
    expect(await web.checkQrCodeStatus({ qrcodeId })).toMatchObject({
      status: 'SCANNED',
      briefUserInfo: { displayName: 'Alice' },
    });

    await app.changeQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
    const { status, ticket = '' } = await web.getQrCodeStatus({ qrcodeId });
    expect(status).toBe('AUTHORIZED');

    const tokens = await web.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId });
    const claims = await web.verifyIdToken(tokens.id_token ?? '');
    const user = await web.getProfile({}, { accessToken: tokens.access_token });
    expect(user).toMatchObject({ username: 'alice', nickname: 'Alice' });
    expect(claims).toMatchObject({ sub: user.userId, aud: 'site', amr: ['qr'] });
    expect(await web.getUserInfoByAccessToken(tokens.access_token ?? '')).toMatchObject({ sub: user.userId });
  });

  it('gives one token set for a ticket, never two', async () => {
    const { ticket, qrcodeId } = await confirmedCode();
    const tokens = await site().exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId });
    await expect(site().exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId })).resolves.toEqual(tokens);
    const elsewhere: typeof fetch = (url, init) =>
      fetch(url, { ...init, headers: { ...(init?.headers as Record<string, string>), 'user-agent': 'Thief/1' } });
    const thief = new AuthenticationClient({ host, appId: 'site', appSecret: siteSecret, fetch: elsewhere });
    await expect(thief.exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId })).rejects.toMatchObject({
      code: 'ticket_invalid',
      statusCode: 400,
      apiCode: 2300,
      requestId: expect.any(String),
    });
    expect(await site().getQrCodeStatus({ qrcodeId })).toMatchObject({ status: 'EXPIRED' });
  });

  it('refuses a ticket of another code than the page’s', async () => {
    const { ticket } = await confirmedCode();
    const { qrcodeId } = await site().geneQrCode();
    const exchange = site().exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId });
    await expect(exchange).rejects.toThrow(TicketMismatchError);
  });

  it('leaves the ticket alone when the exchange is refused', async () => {
    const { ticket, qrcodeId } = await confirmedCode();
    const wrong = new AuthenticationClient({ host, appId: 'site', appSecret: 'wrong' });
    await expect(wrong.exchangeTokenSetWithQrCodeTicket({ ticket })).rejects.toMatchObject({
      code: 'client_auth_failed',
    });
    const withoutSecret = new AuthenticationClient({ host, appId: 'site', tokenEndpointAuthMethod: 'none' });
    await expect(withoutSecret.exchangeTokenSetWithQrCodeTicket({ ticket })).rejects.toMatchObject({
      code: 'permission_denied',
    });
    await expect(site().exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId })).resolves.toMatchObject({ qrcodeId });
  });

  it('with a poll secret shows its details only to polls that send the secret', async () => {
    const server = { host, appId: 'site' };
    const { secret, challenge } = await createPollSecret();
    const { qrcodeId } = await geneQrCode(server, { pollChallenge: challenge });
    const app = await signedInPhone();
    await app.setQrCodeStatus({ qrcodeId, action: 'SCAN' });
    expect(await getQrCodeStatus(server, qrcodeId)).not.toHaveProperty('briefUserInfo');
    await app.setQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
    expect(await getQrCodeStatus(server, qrcodeId)).not.toHaveProperty('ticket');
    const { ticket = '' } = await getQrCodeStatus(server, qrcodeId, { pollSecret: secret });
    await expect(site().exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId })).rejects.toThrow();
    const exchange = site().exchangeTokenSetWithQrCodeTicket({ ticket, qrcodeId, pollSecret: secret });
    await expect(exchange).resolves.toMatchObject({ qrcodeId });
  });

  it('can be cancelled on the phone', async () => {
    const [web, app] = [site(), await signedInPhone()];
    const { qrcodeId } = await web.geneQrCode();
    await expect(app.setQrCodeStatus({ qrcodeId, action: 'CONFIRM' })).rejects.toMatchObject({
      code: 'qr_wrong_status',
    });
    await app.setQrCodeStatus({ qrcodeId, action: 'SCAN' });
    await app.setQrCodeStatus({ qrcodeId, action: 'CANCEL' });
    expect(await web.getQrCodeStatus({ qrcodeId })).toMatchObject({ status: 'CANCELLED' });
  });
});

describe('tokens', () => {
  it('refresh once, can be asked about, and end', async () => {
    const web = new AuthenticationClient({
      host,
      appId: 'basic-site',
      appSecret: siteSecret,
      tokenEndpointAuthMethod: 'client_secret_basic',
      scope: 'openid profile offline_access',
    });
    const first = await web.signInByEmailPassword({ email: 'alice@example.com', password: alice.password });
    const second = await web.refreshToken(first.refresh_token ?? '');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await web.introspectToken(second.access_token)).toMatchObject({ active: true, client_id: 'basic-site' });
    await web.revokeToken(second.access_token);
    expect(await web.introspectToken(second.access_token)).toEqual({ active: false });
    await expect(web.refreshToken('no such token')).rejects.toMatchObject({ code: 'invalid_grant' });
  });

  it('exist for the application itself', async () => {
    const { access_token } = await site().getAccessTokenByClientCredentials('openid');
    expect(access_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });
});

describe('a person', () => {
  it('signs up, signs in by any name, changes profile and password', async () => {
    const client = phone();
    const email = 'bob@example.com';
    const password = 'a very long first password';
    const created = await client.signUpByEmailPassword({ email, password, profile: { nickname: 'Bob' } });
    const { access_token = '' } = await client.signInByAccountPassword({ account: email, password });
    client.setAccessToken(access_token);
    expect(await client.updateProfile({ company: 'Acme' })).toMatchObject({ userId: created.userId, company: 'Acme' });
    await client.updatePassword({ oldPassword: password, newPassword: 'a very long second password' });
    await expect(client.signInByAccountPassword({ account: email, password })).rejects.toMatchObject({
      code: 'wrong_credentials',
      statusCode: 403,
      apiCode: 2333,
    });
    await expect(client.signUpByEmailPassword({ email, password })).rejects.toMatchObject({ code: 'user_exists' });
  });

  it('signs in by phone number', async () => {
    const signIn = phone().signInByPhonePassword({ phone: '+8613800000001', password: alice.password });
    await expect(signIn).resolves.toHaveProperty('access_token');
  });

  it('is refused in the language asked for', async () => {
    const client = new AuthenticationClient({ host, appId: 'phone', tokenEndpointAuthMethod: 'none', lang: 'zh-CN' });
    const signIn = client.signInByUsernamePassword({ username: 'alice', password: 'wrong' });
    await expect(signIn).rejects.toThrow('账号或密码错误');
  });

  it('is not signed in by a made-up token', async () => {
    await expect(phone().getProfile({}, { accessToken: 'a.b.c' })).rejects.toMatchObject({ code: 'not_signed_in' });
  });
});

it.each(['authing', 'genauth'] as const)('a management client creates and follows codes, brand %s', async (brand) => {
  const options = { host, appId: 'site', accessKeyId: poolId, accessKeySecret: poolSecret };
  const management = new ManagementClient({ ...options, brand });
  const { qrcodeId } = await management.geneQrCode({ customData: { from: 'management' } });
  expect(await management.getQrCodeStatus({ qrcodeId })).toMatchObject({ status: 'PENDING' });
  expect(await management.checkQrCodeStatus({ qrcodeId })).toMatchObject({ status: 'PENDING' });
  await expect(management.getQrCodeStatus({ qrcodeId: 'nosuchcode' })).rejects.toMatchObject({ code: 'qr_not_found' });
});

it('tells the server’s version and public keys', async () => {
  const { rsa, version } = await phone().getSystemInfo();
  expect(rsa.publicKey).toContain('BEGIN PUBLIC KEY');
  expect(version.server).toMatch(/^\d+\./);
});

it('follows a QR code by the server’s stream: each status once, with the details that the poll secret opens', async () => {
  const [web, app] = [site(), await signedInPhone()];
  const { secret, challenge } = await createPollSecret();
  const { qrcodeId } = await web.geneQrCode({ pollChallenge: challenge });
  const stranger: string[] = [];
  const followed = (async () => {
    for await (const { status } of watchQrCodeStatus({ host, appId: 'site' }, qrcodeId)) stranger.push(status);
  })();
  const seen = [];
  for await (const view of web.watchQrCodeStatus({ qrcodeId, pollSecret: secret })) {
    seen.push(view);
    if (view.status === 'PENDING') await app.setQrCodeStatus({ qrcodeId, action: 'SCAN' });
    if (view.status === 'SCANNED') await app.setQrCodeStatus({ qrcodeId, action: 'CONFIRM' });
  }
  expect(seen).toEqual([
    { status: 'PENDING', expiresIn: expect.any(Number) },
    {
      status: 'SCANNED',
      expiresIn: expect.any(Number),
      briefUserInfo: expect.objectContaining({ displayName: 'Alice' }),
    },
    expect.objectContaining({ status: 'AUTHORIZED', ticket: expect.stringMatching(/^tk_/) }),
  ]);
  await followed;
  expect(stranger.at(-1)).toBe('EXPIRED');
});

it('holds a poll until the status changes, and ends a stream when its reader leaves', async () => {
  const [web, app] = [site(), await signedInPhone()];
  const { qrcodeId } = await web.geneQrCode();
  const answer = web.getQrCodeStatus({ qrcodeId }, { since: 'PENDING', waitSeconds: 30 });
  await app.setQrCodeStatus({ qrcodeId, action: 'SCAN' });
  expect(await answer).toMatchObject({ status: 'SCANNED' });
  const controller = new AbortController();
  const watch = web.watchQrCodeStatus({ qrcodeId, signal: controller.signal });
  expect((await watch.next()).value).toMatchObject({ status: 'SCANNED' });
  const next = watch.next();
  controller.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
});

it('lets a device in whose link the app scanned', async () => {
  const post = async (path: string, fields: Record<string, string>) => {
    const reply = await fetch(`${host}${path}`, { method: 'POST', body: new URLSearchParams(fields) });
    return reply.json();
  };
  const device = await post('/oidc/device/auth', { client_id: 'tv' });
  const userCode = parseDeviceLink(device.verification_uri_complete, { host });
  if (userCode === null) throw new Error('the link was not read');
  const app = await signedInPhone();
  const { consent } = await app.setDeviceStatus({ userCode, action: 'SCAN' });
  expect(consent).toMatchObject({ applicationName: 'Television', userCode, scopes: ['openid', 'profile'] });
  expect(await app.setDeviceStatus({ userCode, action: 'CONFIRM' })).toEqual({ success: true });
  const tokens = await post('/oidc/token', {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: device.device_code,
    client_id: 'tv',
  });
  expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'openid profile' });
});
