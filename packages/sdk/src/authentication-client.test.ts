import { describe, expect, it } from 'vitest';
import { AuthenticationClient, type AuthenticationClientOptions } from './authentication-client.ts';
import { StateMismatchError, TicketMismatchError } from './errors.ts';

interface Sent {
  path: string;
  headers: Record<string, string>;
  body: string;
}

function setUp(options: Partial<AuthenticationClientOptions> = {}, data: unknown = {}) {
  const sent: Sent[] = [];
  const client = new AuthenticationClient({
    host: 'https://login.example.test',
    appId: 'app',
    appSecret: 'sécret',
    fetch: async (url, init) => {
      const { pathname, search } = new URL(String(url));
      const headers = init?.headers as Record<string, string>;
      sent.push({ path: pathname + search, headers, body: String(init?.body ?? '') });
      return Response.json({ statusCode: 200, message: 'ok', requestId: 'r', data });
    },
    ...options,
  });
  return { client, sent };
}

describe('client authentication', () => {
  const basic = `Basic ${Buffer.from('app:sécret').toString('base64')}`;

  it('with client_secret_post puts id and secret into the bodies of sign-in, exchange and token calls', async () => {
    const { client, sent } = setUp({ accessToken: 'held' });
    await client.signInByUsernamePassword({ username: 'alice', password: 'pw' });
    await client.exchangeTokenSetWithQrCodeTicket({ ticket: 't', pollSecret: 'p' });
    await client.refreshToken('r');
    const [signIn, exchange, refresh] = sent;
    expect(JSON.parse(signIn?.body ?? '')).toEqual({
      connection: 'PASSWORD',
      passwordPayload: { username: 'alice', password: 'pw' },
      options: { scope: 'openid profile' },
      client_id: 'app',
      client_secret: 'sécret',
    });
    expect(JSON.parse(exchange?.body ?? '')).toEqual({
      ticket: 't',
      scope: 'openid profile',
      poll_secret: 'p',
      client_id: 'app',
      client_secret: 'sécret',
    });
    expect(Object.fromEntries(new URLSearchParams(refresh?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'r',
      client_id: 'app',
      client_secret: 'sécret',
    });
    for (const { headers } of sent) expect(headers.authorization).toBeUndefined();
  });

  it('with client_secret_basic puts id and secret into the authorization header', async () => {
    const { client, sent } = setUp({ tokenEndpointAuthMethod: 'client_secret_basic' });
    await client.exchangeTokenSetWithQrCodeTicket({ ticket: 't' });
    await client.introspectToken('a');
    expect(sent.map(({ headers }) => headers.authorization)).toEqual([basic, basic]);
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({ ticket: 't', scope: 'openid profile' });
    expect(sent[1]?.body).toBe('token=a');
  });

  it('with none never sends a secret, not even one it was given', async () => {
    const { client, sent } = setUp({ tokenEndpointAuthMethod: 'none' });
    await client.exchangeTokenSetWithQrCodeTicket({ ticket: 't' });
    await client.revokeToken('a');
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({ ticket: 't', scope: 'openid profile' });
    expect(sent[1]?.body).toBe('token=a&client_id=app');
    for (const { headers } of sent) expect(headers.authorization).toBeUndefined();
  });

  it('is not sent with calls that need no client authentication', async () => {
    const { client, sent } = setUp({ tokenEndpointAuthMethod: 'client_secret_basic' });
    await client.geneQrCode();
    await client.getQrCodeStatus({ qrcodeId: 'q' });
    await client.getSystemInfo();
    for (const { headers, body } of sent) expect(headers.authorization ?? body).not.toMatch(/Basic|cret/);
  });
});

describe('exchangeTokenSetWithQrCodeTicket', () => {
  const tokenSet = { access_token: 'a', token_type: 'Bearer', expire_in: 60, expires_in: 60, qrcodeId: 'mine' };

  it('gives the token set of the code it was asked for', async () => {
    const { client } = setUp({}, tokenSet);
    await expect(client.exchangeTokenSetWithQrCodeTicket({ ticket: 't', qrcodeId: 'mine' })).resolves.toEqual(tokenSet);
  });

  it.each([
    ['another code', tokenSet],
    ['no code at all', { ...tokenSet, qrcodeId: undefined }],
  ])('refuses a ticket that names %s', async (_, reply) => {
    const { client } = setUp({}, reply);
    const exchange = client.exchangeTokenSetWithQrCodeTicket({ ticket: 't', qrcodeId: 'other' });
    await expect(exchange).rejects.toThrow(TicketMismatchError);
    await expect(exchange).rejects.not.toHaveProperty('tokenSet');
  });
});

describe('a login that begins with a state', () => {
  const tokenSet = { access_token: 'a', token_type: 'Bearer', expire_in: 60, expires_in: 60, qrcodeId: 'mine' };
  const state = 'the state of this visitor';

  it('sends the state with the exchange, so that the server can refuse before the ticket is used up', async () => {
    const { client, sent } = setUp({}, { ...tokenSet, state });
    const exchange = client.exchangeTokenSetWithQrCodeTicket({ ticket: 't' }, { state });
    await expect(exchange).resolves.toMatchObject({ access_token: 'a' });
    expect(JSON.parse(String(sent[0]?.body))).toMatchObject({ ticket: 't', state });
  });

  it.each([
    ['another one', { ...tokenSet, state: 'the state of an attacker' }],
    ['none, as of a server that knows no states', tokenSet],
  ])('gives out no tokens when the reply names %s', async (_, reply) => {
    const { client } = setUp({}, reply);
    const exchange = client.exchangeTokenSetWithQrCodeTicket({ ticket: 't' }, { state });
    await expect(exchange).rejects.toThrow(StateMismatchError);
    await expect(exchange).rejects.toMatchObject({ code: 'state_mismatch' });
  });

  it.each([undefined, null, ''])('sends no exchange when the visitor has no state: %s', async (missing) => {
    const { client, sent } = setUp({}, tokenSet);
    const exchange = client.exchangeTokenSetWithQrCodeTicket({ ticket: 't' }, { state: missing });
    await expect(exchange).rejects.toThrow(StateMismatchError);
    expect(sent).toEqual([]);
  });
});

describe('calls on a user’s behalf', () => {
  it('carry the token given with the call, or else the client’s', async () => {
    const { client, sent } = setUp();
    client.setAccessToken('mine');
    await client.getProfile();
    await client.setQrCodeStatus({ qrcodeId: 'q', action: 'SCAN' }, { accessToken: 'theirs' });
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer mine', 'Bearer theirs']);
  });

  it('send booleans in queries as true or false', async () => {
    const { client, sent } = setUp({ accessToken: 'a' });
    await client.getProfile({ withCustomData: true });
    expect(sent[0]?.path).toBe('/api/v3/get-profile?withCustomData=true&withIdentities=false&withDepartmentIds=false');
  });

  it('are refused before sending when there is no token', async () => {
    const { client, sent } = setUp();
    await expect(client.getProfile()).rejects.toMatchObject({ code: 'access_token_missing' });
    await expect(client.changeQrCodeStatus({ qrcodeId: 'q', action: 'SCAN' })).rejects.toMatchObject({
      code: 'access_token_missing',
    });
    expect(sent).toEqual([]);
  });

  it('never repeat a token that no header can carry', async () => {
    const { client } = setUp();
    await expect(client.getUserInfoByAccessToken('hush\nhush')).rejects.toThrow(/^(?!.*hush)/s);
  });

  it('understand a success without data, which the older name of the move gives', async () => {
    const { client } = setUp({ accessToken: 'a' }, undefined);
    await expect(client.changeQrCodeStatus({ qrcodeId: 'q', action: 'SCAN' })).resolves.toEqual({ success: true });
    await expect(client.updatePassword({ newPassword: 'n' })).resolves.toBeUndefined();
  });
});

describe('one-time codes', () => {
  const asked = ({ path, body }: Sent) => [path, JSON.parse(body)];

  it('are sent for and used under the published names', async () => {
    const { client, sent } = setUp({ tokenEndpointAuthMethod: 'none' });
    await client.sendEmail({ channel: 'CHANNEL_LOGIN', email: 'a@example.com' });
    await client.sendSms({ channel: 'CHANNEL_REGISTER', phoneNumber: '138', phoneCountryCode: '+86' });
    await client.signInByEmailPassCode({ email: 'a@example.com', passCode: '1', options: { autoRegister: true } });
    await client.signInByPhonePassCode({ phone: '138', phoneCountryCode: '+86', passCode: '2' });
    await client.signUpByEmailPassCode({ email: 'a@example.com', passCode: '3', profile: { nickname: 'A' } });
    await client.signUpByPhonePassCode({ phone: '+86138', passCode: '4' });
    const scope = 'openid profile';
    expect(sent.map(asked)).toEqual([
      ['/api/v3/send-email', { channel: 'CHANNEL_LOGIN', email: 'a@example.com' }],
      ['/api/v3/send-sms', { channel: 'CHANNEL_REGISTER', phoneNumber: '138', phoneCountryCode: '+86' }],
      [
        '/api/v3/signin',
        {
          connection: 'PASSCODE',
          passCodePayload: { email: 'a@example.com', passCode: '1' },
          options: { autoRegister: true, scope },
        },
      ],
      [
        '/api/v3/signin',
        {
          connection: 'PASSCODE',
          passCodePayload: { phone: '138', phoneCountryCode: '+86', passCode: '2' },
          options: { scope },
        },
      ],
      [
        '/api/v3/signup',
        {
          connection: 'PASSCODE',
          passCodePayload: { email: 'a@example.com', passCode: '3' },
          profile: { nickname: 'A' },
        },
      ],
      ['/api/v3/signup', { connection: 'PASSCODE', passCodePayload: { phone: '+86138', passCode: '4' } }],
    ]);
  });

  it('prove the application like any sign-in', async () => {
    const { client, sent } = setUp();
    await client.signInByEmailPassCode({ email: 'a@example.com', passCode: '1' });
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ client_id: 'app', client_secret: 'sécret' });
  });

  it('replace a password in two steps', async () => {
    const { client, sent } = setUp({}, { passwordResetToken: 't', tokenExpiresIn: 600 });
    const emailPassCodePayload = { email: 'a@example.com', passCode: '1' };
    const { passwordResetToken } = await client.verifyResetPasswordRequest({
      verifyMethod: 'EMAIL_PASSCODE',
      emailPassCodePayload,
    });
    await client.resetPassword({ passwordResetToken, password: 'new' });
    expect(sent.map(asked)).toEqual([
      ['/api/v3/verify-reset-password-request', { verifyMethod: 'EMAIL_PASSCODE', emailPassCodePayload }],
      ['/api/v3/reset-password', { passwordResetToken: 't', password: 'new' }],
    ]);
  });
});

it('sends the secret when it makes a QR code only if asked to', async () => {
  const { client, sent } = setUp();
  await client.geneQrCode({ customData: { team: 'a' } });
  await client.geneQrCode({ customData: { team: 'a' } }, { authenticated: true });
  const body = { customData: { team: 'a' }, type: 'MOBILE_APP' };
  expect(sent.map((each) => JSON.parse(each.body))).toEqual([
    body,
    { ...body, client_id: 'app', client_secret: 'sécret' },
  ]);
});

it('sends numbers and booleans of a query as text, and leaves out what is absent', async () => {
  const { client, sent } = setUp({ accessToken: 'a' });
  await client.getMyLoginHistory({ success: false, start: 5, page: 2, appId: undefined });
  await client.getMyLoginHistory();
  expect(sent.map(({ path }) => path)).toEqual([
    '/api/v3/get-my-login-history?success=false&start=5&page=2',
    '/api/v3/get-my-login-history',
  ]);
});

it('builds a logout address', () => {
  const { client } = setUp();
  const url = new URL(
    client.buildLogoutUrl({ redirectUri: 'https://site.example.test/bye', idToken: 'i', state: 's' }),
  );
  expect(url.origin + url.pathname).toBe('https://login.example.test/oidc/session/end');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'app',
    id_token_hint: 'i',
    post_logout_redirect_uri: 'https://site.example.test/bye',
    state: 's',
  });
});
