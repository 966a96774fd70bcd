import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned, type SigningKey } from './signed-call.fixture.ts';

let passbeam: TestPassbeam;

beforeEach(async () => {
  passbeam = await openTestPassbeam();
});
afterEach(() => passbeam.close());

const read = async (key?: SigningKey) => (await callSigned(passbeam, 'GET', 'get-security-settings', { key })).body;
const update = async (body: Record<string, unknown>, key?: SigningKey) =>
  (await callSigned(passbeam, 'POST', 'update-security-settings', { body, key })).body;

const strategy = {
  qrcodeExpiresIn: 60,
  qrcodeExpiresInUnit: 'Minute',
  ticketExpiresIn: 90,
  ticketExpiresInUnit: 'Second',
  allowExchangeUserInfoFromBrowser: true,
  returnFullUserInfo: false,
};

it('are read with every field of the contract', async () => {
  const check = { enabled: expect.any(Boolean), limit: expect.any(Number), timeInterval: expect.any(Number) };
  expect(await read()).toMatchObject({
    statusCode: 200,
    data: {
      allowedOrigins: 'https://site.example',
      authingTokenExpiresIn: 1_296_000,
      verifyCodeLength: 6,
      verifyCodeMaxAttempts: 5,
      changeEmailStrategy: { verifyOldEmail: true },
      changePhoneStrategy: { verifyOldPhone: true },
      cookieSettings: { cookieExpiresIn: 1_209_600, cookieExpiresOnBrowserSession: false },
      registerDisabled: false,
      registerAnomalyDetection: check,
      completePasswordAfterPassCodeLogin: false,
      loginAnomalyDetection: {
        loginFailStrategy: 'block-account',
        robotVerify: 'disable',
        accountLock: 'condition_set',
        loginFailCheck: check,
        loginPasswordFailCheck: check,
        accountLockLoginPasswordFailCheck: check,
        robotVerifyLoginPasswordFailCheck: check,
        robotVerifyLoginIpWhitelistCheck: { enabled: false, ipWhitelist: '' },
        robotVerifyLoginTimeCheckEnable: false,
        robotVerifyloginWeekStartEndTime: [],
      },
      loginRequireEmailVerified: false,
      selfUnlockAccount: { enabled: false, strategy: 'captcha' },
      enableLoginAccountSwitch: false,
      qrcodeLoginStrategy: {
        qrcodeExpiresIn: 120,
        qrcodeExpiresInUnit: 'Second',
        ticketExpiresIn: 300,
        ticketExpiresInUnit: 'Second',
        allowExchangeUserInfoFromBrowser: false,
        returnFullUserInfo: false,
      },
    },
  });
});

describe('a change', () => {
  it('answers with the result, keeps it, and leaves the rest alone', async () => {
    const before = (await read()).data;
    const part = {
      allowedOrigins: ['https://a.example', 'http://localhost:5173'],
      verifyCodeLength: 4,
      selfUnlockAccount: { enabled: true, strategy: 'password-captcha' },
      qrcodeLoginStrategy: strategy,
      somethingElse: 1,
    };
    const { somethingElse: _, ...known } = part;
    const after = {
      ...before,
      ...known,
      allowedOrigins: 'https://a.example\nhttp://localhost:5173',
      version: before.version + 1,
      updatedBy: expect.stringMatching(/./),
      updatedAt: expect.stringMatching(/Z$/),
    };
    expect((await update(part)).data).toEqual(after);
    expect((await read()).data).toEqual(after);
    await passbeam.directory.reload();
    expect((await read()).data).toEqual(after);
    expect(JSON.stringify(passbeam.directory.getPool('pool1').securitySettings)).not.toContain('somethingElse');
    expect((await update({})).data).toEqual(after);
  });

  it('of one field of the strategy leaves its other fields alone', async () => {
    await update({ qrcodeLoginStrategy: strategy });
    const { data } = await update({ qrcodeLoginStrategy: { ticketExpiresIn: 77 } });
    expect(data.qrcodeLoginStrategy).toEqual({ ...strategy, ticketExpiresIn: 77 });
    expect((await read()).data).toEqual(data);
  });

  it('holds from the next request on: lifetimes, units aside', async () => {
    await update({ qrcodeLoginStrategy: strategy });
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    expect(body.data.expiresIn).toBe(60);
    const { qrcodeId } = body.data;
    const status = async () =>
      (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data.status;
    passbeam.pass(59);
    expect(await status()).toBe('PENDING');
    passbeam.pass(1);
    expect(await status()).toBe('EXPIRED');
  });

  /** A code of the site, confirmed; what its page sees. */
  async function confirmed() {
    const { qrcodeId } = (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data;
    const token = await passbeam.signIn();
    for (const action of ['SCAN', 'CONFIRM']) {
      await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
    }
    return (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
  }
  const exchange = async (ticket: string) =>
    (await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body: { ticket } })).body;

  it('of allowExchangeUserInfoFromBrowser opens the exchange, and not the poll', async () => {
    const refused = await confirmed();
    expect(await exchange(refused.ticket)).toMatchObject({ statusCode: 403, apiCode: 1001 });
    await update({ qrcodeLoginStrategy: { ...strategy, allowExchangeUserInfoFromBrowser: true } });
    expect((await exchange(refused.ticket)).statusCode).toBe(200);
    expect(await confirmed()).not.toHaveProperty('tokenSet');
  });

  it('of returnFullUserInfo opens the poll, and not the exchange', async () => {
    const { ticket } = await confirmed();
    const full = { ...strategy, allowExchangeUserInfoFromBrowser: false, returnFullUserInfo: true };
    await update({ qrcodeLoginStrategy: full });
    expect(await confirmed()).toHaveProperty('tokenSet.access_token');
    expect(await exchange(ticket)).toMatchObject({ statusCode: 403, apiCode: 1001 });
  });

  it('of allowedOrigins and registerDisabled holds, too', async () => {
    const { data } = await update({ allowedOrigins: ['HTTPS://New.example:443/', 'https://new.example'] });
    expect(data.allowedOrigins).toBe('https://new.example');
    await update({ registerDisabled: true });
    const origin = async (name: string) =>
      (await passbeam.v3('GET', 'system', { headers: { origin: name } })).headers['access-control-allow-origin'];
    expect(await origin('https://new.example')).toBe('https://new.example');
    expect(await origin('https://site.example')).toBeUndefined();
    const { body } = await passbeam.v3('POST', 'signup', {
      app: 'phone',
      body: { connection: 'PASSWORD', passwordPayload: { username: 'bob', password: 'a long new password' } },
    });
    expect(body).toMatchObject({ statusCode: 403, apiCode: 2031 });
  });

  it.each<[string, Record<string, unknown>]>([
    ['qrcodeLoginStrategy.qrcodeExpiresIn', { qrcodeLoginStrategy: { ...strategy, qrcodeExpiresIn: 0 } }],
    ['qrcodeLoginStrategy.qrcodeExpiresIn', { qrcodeLoginStrategy: { ...strategy, qrcodeExpiresIn: 1.5 } }],
    ['qrcodeLoginStrategy.ticketExpiresIn', { qrcodeLoginStrategy: { ...strategy, ticketExpiresIn: 86_401 } }],
    ['qrcodeLoginStrategy.returnFullUserInfo', { qrcodeLoginStrategy: { returnFullUserInfo: 'perhaps' } }],
    ['qrcodeLoginStrategy.qrcodeExpiresInUnit', { qrcodeLoginStrategy: { ...strategy, qrcodeExpiresInUnit: 'Year' } }],
    ['allowedOrigins', { allowedOrigins: 'https://a.example' }],
    ['allowedOrigins.1', { allowedOrigins: ['https://a.example', 'https://*.example'] }],
    ['allowedOrigins.0', { allowedOrigins: ['https://a.example/login'] }],
    ['allowedOrigins.0', { allowedOrigins: ['https://*.github.io'] }],
    ['verifyCodeLength', { verifyCodeLength: 3 }],
    ['registerDisabled', { registerDisabled: 'yes' }],
    ['selfUnlockAccount.strategy', { selfUnlockAccount: { enabled: true, strategy: 'knock' } }],
    ['loginAnomalyDetection.robotVerify', { loginAnomalyDetection: { loginFailStrategy: 'captcha' } }],
  ])('is refused when %s is not valid, and changes nothing', async (field, part) => {
    const before = await read();
    const refusal = await update({ enableLoginAccountSwitch: true, ...part });
    expect(refusal).toMatchObject({ statusCode: 400, apiCode: 2231, message: expect.stringContaining(field) });
    expect((await read()).data).toEqual(before.data);
  });

  it('loses neither of two that arrive together', async () => {
    await Promise.all([update({ registerDisabled: true }), update({ verifyCodeLength: 8 })]);
    expect((await read()).data).toMatchObject({ registerDisabled: true, verifyCodeLength: 8 });
  });

  it('of one pool leaves the other alone', async () => {
    const other = await passbeam.addPool('pool2');
    await update({ qrcodeLoginStrategy: strategy }, other);
    expect((await read(other)).data.qrcodeLoginStrategy).toEqual(strategy);
    expect((await read()).data.qrcodeLoginStrategy.qrcodeExpiresIn).toBe(120);
  });
});

it('no second factor is on', async () => {
  const { body } = await callSigned(passbeam, 'GET', 'get-global-mfa-settings');
  expect(body.data).toEqual({ enabledFactors: [] });
});

it.each(['get-security-settings', 'get-global-mfa-settings', 'update-security-settings'])(
  'nobody calls %s without a pool’s authority',
  async (path) => {
    const method = path.startsWith('get') ? 'GET' : 'POST';
    const body = method === 'GET' ? undefined : { registerDisabled: true };
    for (const token of [undefined, await passbeam.signIn()]) {
      expect((await passbeam.v3(method, path, { body, token })).body).toMatchObject({ statusCode: 401 });
    }
    expect(passbeam.directory.getPool('pool1').securitySettings.registerDisabled).toBe(false);
  },
);

it('hold lifetimes of SSO and a brand once they are set', async () => {
  const before = (await read()).data;
  expect(before).not.toHaveProperty('sso');
  expect(before).not.toHaveProperty('brand');
  const given = { sso: { idleSeconds: 600 }, brand: { color: '#14171F', termsUrl: 'https://example.com/terms' } };
  expect((await update(given)).data).toMatchObject({
    sso: { idleSeconds: 600, absoluteSeconds: 604_800 },
    brand: { logoUrl: null, color: '#14171f', termsUrl: 'https://example.com/terms' },
  });
  const refused = [{ sso: { idleSeconds: 1 } }, { brand: { color: 'red' } }, { brand: { logoUrl: 'file:///x' } }];
  for (const part of refused) expect(await update(part)).toMatchObject({ statusCode: 400, apiCode: 2231 });
});
