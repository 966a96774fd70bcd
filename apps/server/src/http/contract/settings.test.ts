import { applicationTypes, basicLoginMethods } from '@passbeam/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultSecuritySettings } from '../../core/directory/settings.ts';
import { testPassword } from '../../testing.ts';
import { callSigned } from '../routes/management/signed-call.fixture.ts';
import {
  type ContractWorld,
  fieldCases,
  openContractWorld,
  uuid,
  v2Refusal,
  v3Refusal,
  withField,
} from './world.fixture.ts';

/** The settings of the scan, and the settings shown beside them, row by row (wire 3.1–3.4). */
let world: ContractWorld;
beforeAll(async () => {
  world = await openContractWorld();
});
afterAll(() => world.close());

const read = async () => (await callSigned(world, 'GET', 'get-security-settings')).body;
const update = async (body: Record<string, unknown>) =>
  (await callSigned(world, 'POST', 'update-security-settings', { body })).body;
const graphql = async (query: string, variables: Record<string, unknown> = {}) =>
  (await callSigned(world, 'POST', '/graphql/v2', { body: { query, variables } })).body;

/** The reply without what is ours beside the contract: who wrote the settings last, and who may. */
const published = ({ version, updatedAt, updatedBy, managed, ...data }: Record<string, unknown>) => data;

const defaults = {
  qrcodeExpiresIn: 120,
  ticketExpiresIn: 300,
  returnFullUserInfo: false,
  allowExchangeUserInfoFromBrowser: false,
};

/** Every row starts from the published defaults. */
beforeEach(async () => {
  const pool = world.directory.getPool('pool1');
  const { allowedOrigins } = pool.securitySettings;
  await world.directory.putPool({ ...pool, securitySettings: { ...defaultSecuritySettings, allowedOrigins } });
});

const gene = async (app = 'site') =>
  (await world.v3('POST', 'gene-qrcode', { app, body: { type: 'MOBILE_APP' } })).body.data;
const geneV2 = async () => (await world.v3('POST', '/api/v2/qrcode/gene', { body: { scene: 'APP_AUTH' } })).body.data;
const status = async (qrcodeId: string) =>
  (await world.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
const statusV2 = async (random: string) =>
  (await world.v3('GET', '/api/v2/qrcode/check', { query: { random } })).body.data;
const exchange = async (ticket: string, app = 'site') =>
  (await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { app, body: { ticket } })).body;
const exchangeV2 = async (ticket: string) =>
  (await world.v3('POST', '/api/v2/qrcode/userinfo', { body: { ticket } })).body;

describe('3.1 defaults and effects', () => {
  it('QR validity: 120 s by default, told by v2 as expiresIn and expireAt', async () => {
    expect((await gene()).expiresIn).toBe(120);
    expect((await geneV2()).expiresIn).toBe(120);
  });

  it('ticket validity: 300 s by default (wire 9, row 3), from AUTHORIZED on', async () => {
    const { qrcodeId, ticket } = await world.confirmed();
    world.pass(299.9);
    expect((await status(qrcodeId)).ticket).toBe(ticket);
    world.pass(0.1);
    expect(await status(qrcodeId)).toEqual({ status: 'EXPIRED' });
  });

  it('full user info in polls: off by default, in both generations', async () => {
    const code = await world.codeIn('AUTHORIZED');
    expect(Object.keys(await status(code)).sort()).toEqual(['briefUserInfo', 'status', 'ticket']);
    expect(Object.keys((await statusV2(code)).userInfo).sort()).toEqual(['nickname', 'photo']);
  });

  it('exchange in browsers: off by default (wire 9, row 4), in both generations', async () => {
    const { ticket } = await world.confirmed();
    expect(await exchange(ticket)).toEqual(v3Refusal(403, 1001));
    expect(await exchangeV2(ticket)).toEqual(v2Refusal(1001));
  });

  it('qrcodeExpiresIn moves the end of PENDING and SCANNED codes', async () => {
    await update({ qrcodeLoginStrategy: { ...defaults, qrcodeExpiresIn: 30 } });
    const [pending, scanned] = [await world.codeIn('PENDING'), await world.codeIn('SCANNED')];
    expect((await geneV2()).expiresIn).toBe(30);
    world.pass(29.9);
    expect([(await status(pending)).status, (await status(scanned)).status]).toEqual(['PENDING', 'SCANNED']);
    world.pass(0.1);
    expect([(await status(pending)).status, (await statusV2(scanned)).status]).toEqual(['EXPIRED', -1]);
  });

  it('ticketExpiresIn moves the end of tickets', async () => {
    await update({ qrcodeLoginStrategy: { ...defaults, ticketExpiresIn: 20 } });
    const { qrcodeId, ticket } = await world.confirmed();
    world.pass(20);
    expect((await status(qrcodeId)).status).toBe('EXPIRED');
    const late = await world.v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
      body: { ticket, ...world.siteProof },
    });
    expect(late.body).toEqual(v3Refusal(400, 2300));
  });

  it('the booleans do what their names say, whatever their published descriptions (wire 3.3; wire 9, row 5)', async () => {
    await update({ qrcodeLoginStrategy: { ...defaults, allowExchangeUserInfoFromBrowser: true } });
    const first = await world.confirmed();
    expect(await status(first.qrcodeId)).not.toHaveProperty('tokenSet');
    expect((await exchange(first.ticket)).statusCode).toBe(200);
    expect((await exchangeV2((await world.confirmed()).ticket)).code).toBe(200);

    await update({ qrcodeLoginStrategy: { ...defaults, returnFullUserInfo: true } });
    const full = await world.codeIn('AUTHORIZED');
    expect(await status(full)).toHaveProperty('tokenSet.access_token');
    const again = await statusV2(full);
    expect(again.userInfo).toHaveProperty('token');
    expect(await exchangeV2(again.ticket)).toEqual(v2Refusal(1001));
  });
});

describe('3.2 the pool’s values, and an application’s own while customSecurityEnabled is on', () => {
  it.each([
    ['qrcodeExpiresIn', { qrcodeExpiresIn: 60 }],
    ['ticketExpiresIn', { ticketExpiresIn: 10 }],
    ['allowExchangeUserInfoFromBrowser', { allowExchangeUserInfoFromBrowser: true }],
    ['returnFullUserInfo', { returnFullUserInfo: true }],
  ])('%s', async (_name, qrcodeLoginStrategy) => {
    await world.addApplication({
      id: 'own',
      tokenEndpointAuthMethod: 'none',
      securityOverride: { qrcodeLoginStrategy },
      customSecurityEnabled: false,
    });
    const own = () => world.directory.qrcodeLoginStrategy(world.directory.getApplication('own'));
    expect(own()).toMatchObject(defaults);
    const { body } = await callSigned(world, 'POST', 'update-application', {
      body: { appId: 'own', customSecurityEnabled: true },
    });
    expect(body.data).toMatchObject({ customSecurityEnabled: true, securityOverride: { qrcodeLoginStrategy } });
    // An application inherits the settings that it does not set for itself.
    expect(own()).toMatchObject({ ...defaults, ...qrcodeLoginStrategy });
    await update({ qrcodeLoginStrategy: { ...defaults, qrcodeExpiresIn: 77 } });
    expect(own()).toMatchObject({ ...defaults, qrcodeExpiresIn: 77, ...qrcodeLoginStrategy });
    expect((await gene('own')).expiresIn).toBe(own().qrcodeExpiresIn);
    expect((await gene('site')).expiresIn).toBe(77);
  });

  it('an override by the API, field by field', async () => {
    const { body } = await callSigned(world, 'POST', 'create-application', {
      body: {
        appName: 'Own rules',
        customSecurityEnabled: true,
        securityOverride: { qrcodeLoginStrategy: { qrcodeExpiresIn: 45 } },
      },
    });
    expect(body.data.customSecurityEnabled).toBe(true);
    expect((await gene(body.data.appId)).expiresIn).toBe(45);
  });
});

describe('3.3 names on the APIs', () => {
  const v3Strategy = {
    qrcodeExpiresIn: 120,
    qrcodeExpiresInUnit: 'Second',
    ticketExpiresIn: 300,
    ticketExpiresInUnit: 'Second',
    allowExchangeUserInfoFromBrowser: false,
    returnFullUserInfo: false,
  };
  const v2Strategy = {
    qrcodeExpiresAfter: 120,
    ticketExpiresAfter: 300,
    allowExchangeUserInfoFromBrowser: false,
    returnFullUserInfo: false,
  };

  it('v3: SecuritySettingsDto.qrcodeLoginStrategy', async () => {
    expect((await read()).data.qrcodeLoginStrategy).toEqual(v3Strategy);
  });

  const selection = `qrcodeLoginStrategy {
    qrcodeExpiresAfter ticketExpiresAfter allowExchangeUserInfoFromBrowser returnFullUserInfo }`;
  const updateUserpool = `mutation updateUserpool($input: UpdateUserpoolInput!) { updateUserpool(input: $input) { ${selection} } }`;

  it('V2 GraphQL: query userpool', async () => {
    const { data } = await graphql(`query userpool { userpool { ${selection} } }`);
    expect(data.userpool.qrcodeLoginStrategy).toEqual(v2Strategy);
  });

  it('V2 REST: GET /api/v2/userpools/detail', async () => {
    const { body } = await callSigned(world, 'GET', '/api/v2/userpools/detail');
    expect(body).toMatchObject({ code: 200, data: { id: 'pool1', qrcodeLoginStrategy: v2Strategy } });
  });

  it.each([
    ['qrcodeExpiresAfter', 90, 'qrcodeExpiresIn'],
    ['ticketExpiresAfter', 100, 'ticketExpiresIn'],
    ['allowExchangeUserInfoFromBrowser', true, 'allowExchangeUserInfoFromBrowser'],
    ['returnFullUserInfo', true, 'returnFullUserInfo'],
  ])('V2 GraphQL: mutation updateUserpool takes %s alone, and v3 reads it', async (name, value, v3Name) => {
    const { data } = await graphql(updateUserpool, { input: { qrcodeLoginStrategy: { [name]: value } } });
    expect(data.updateUserpool.qrcodeLoginStrategy).toEqual({ ...v2Strategy, [name]: value });
    expect((await read()).data.qrcodeLoginStrategy).toEqual({ ...v3Strategy, [v3Name]: value });
  });

  it.each(['qrcodeExpiresAfter', 'ticketExpiresAfter'])(
    'V2 GraphQL refuses a %s that is none, by its name',
    async (name) => {
      for (const value of [0, -1, 86_401]) {
        const { errors } = await graphql(updateUserpool, { input: { qrcodeLoginStrategy: { [name]: value } } });
        expect(errors[0].message).toMatchObject({ code: 2231, message: expect.stringContaining(name) });
      }
      const { errors } = await graphql(updateUserpool, { input: { qrcodeLoginStrategy: { [name]: '90' } } });
      expect(errors[0].message).toMatchObject({ code: 2231, message: expect.stringContaining(name) });
    },
  );

  const full = { qrcodeLoginStrategy: v3Strategy };
  /** A field that is not named keeps its value. */
  const seconds = { takes: [1, 60, 86_400, undefined, null], refuses: [0, -1, 1.5, '60', 86_401] };
  const switches = { takes: [true, false, undefined, null], refuses: ['true', 0] };
  const units = {
    takes: ['Second', 'Minute', 'Hour', 'Day', undefined],
    refuses: ['second', 'Week', 1],
  };
  const { taken, refused } = fieldCases([
    { section: '3.3', field: 'qrcodeLoginStrategy.qrcodeExpiresIn', ...seconds },
    { section: '3.3', field: 'qrcodeLoginStrategy.ticketExpiresIn', ...seconds },
    { section: '3.3', field: 'qrcodeLoginStrategy.allowExchangeUserInfoFromBrowser', ...switches },
    { section: '3.3', field: 'qrcodeLoginStrategy.returnFullUserInfo', ...switches },
    { section: '3.3', field: 'qrcodeLoginStrategy.qrcodeExpiresInUnit', ...units },
    { section: '3.3', field: 'qrcodeLoginStrategy.ticketExpiresInUnit', ...units },
  ]);
  const valueAt = (data: object, path: string) =>
    path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], data);

  it.each(taken)('$section update takes $field $value, and gives the result', async ({ field, value }) => {
    const { statusCode, data } = await update(withField(full, field, value));
    expect(statusCode).toBe(200);
    expect(valueAt(data, field)).toBe(value ?? valueAt(full, field));
    expect((await read()).data).toEqual(data);
  });
  it.each(refused)(
    '$section update refuses $field $value by its name, and changes nothing',
    async ({ field, value }) => {
      expect(await update(withField(full, field, value))).toEqual(v3Refusal(400, 2231, expect.stringContaining(field)));
      expect((await read()).data.qrcodeLoginStrategy).toEqual(v3Strategy);
    },
  );

  it('units never change the seconds: 120 "Minute" is 120 seconds', async () => {
    await update({ qrcodeLoginStrategy: { ...v3Strategy, qrcodeExpiresInUnit: 'Minute', ticketExpiresInUnit: 'Day' } });
    expect((await gene()).expiresIn).toBe(120);
    expect((await read()).data.qrcodeLoginStrategy).toMatchObject({ qrcodeExpiresIn: 120, ticketExpiresIn: 300 });
  });

  it('a reply holds exactly the published fields', async () => {
    const shape = (value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shape(inner)]))
        : Array.isArray(value)
          ? 'array'
          : typeof value;
    const check = { enabled: 'boolean', limit: 'number', timeInterval: 'number' };
    const { statusCode, requestId, data } = await read();
    expect([statusCode, requestId]).toEqual([200, expect.stringMatching(uuid)]);
    expect(shape(published(data))).toEqual({
      allowedOrigins: 'string',
      authingTokenExpiresIn: 'number',
      verifyCodeLength: 'number',
      verifyCodeMaxAttempts: 'number',
      changeEmailStrategy: { verifyOldEmail: 'boolean' },
      changePhoneStrategy: { verifyOldPhone: 'boolean' },
      cookieSettings: { cookieExpiresIn: 'number', cookieExpiresOnBrowserSession: 'boolean' },
      registerDisabled: 'boolean',
      registerAnomalyDetection: check,
      completePasswordAfterPassCodeLogin: 'boolean',
      loginAnomalyDetection: {
        loginFailStrategy: 'string',
        robotVerify: 'string',
        accountLock: 'string',
        loginFailCheck: check,
        loginPasswordFailCheck: check,
        accountLockLoginPasswordFailCheck: check,
        robotVerifyLoginPasswordFailCheck: check,
        robotVerifyLoginIpWhitelistCheck: { enabled: 'boolean', ipWhitelist: 'string' },
        robotVerifyLoginTimeCheckEnable: 'boolean',
        robotVerifyloginWeekStartEndTime: 'array',
      },
      loginRequireEmailVerified: 'boolean',
      selfUnlockAccount: { enabled: 'boolean', strategy: 'string' },
      enableLoginAccountSwitch: 'boolean',
      qrcodeLoginStrategy: {
        qrcodeExpiresIn: 'number',
        qrcodeExpiresInUnit: 'string',
        ticketExpiresIn: 'number',
        ticketExpiresInUnit: 'string',
        allowExchangeUserInfoFromBrowser: 'boolean',
        returnFullUserInfo: 'boolean',
      },
    });
    expect(data).toMatchObject({
      allowedOrigins: 'https://site.example',
      authingTokenExpiresIn: 1_296_000,
      verifyCodeLength: 6,
      cookieSettings: { cookieExpiresIn: 1_209_600 },
    });
  });

  const detection = async () => (await read()).data.loginAnomalyDetection;
  const flag = { takes: [true, false], refuses: ['true', 1] };
  const count = { takes: [1, 100], refuses: [0, '5', 1.5] };
  const check = { takes: [{ enabled: true, limit: 3, timeInterval: 60 }], refuses: [{}, 3, { enabled: true }] };
  const checkWithUnit = {
    takes: [...check.takes, { enabled: true, limit: 3, timeInterval: 60, unit: 'Minute' }],
    refuses: [...check.refuses, { enabled: true, limit: 3, timeInterval: 60, unit: 'Week' }],
  };
  const others = fieldCases([
    { section: '3.3', field: 'authingTokenExpiresIn', takes: [3600], refuses: [0, '3600'] },
    { section: '3.3', field: 'verifyCodeLength', takes: [4, 8], refuses: [3, 9, '6'] },
    { section: '3.3', field: 'verifyCodeMaxAttempts', takes: [1, 10], refuses: [0, 11] },
    { section: '3.3', field: 'changeEmailStrategy.verifyOldEmail', ...flag },
    { section: '3.3', field: 'changePhoneStrategy.verifyOldPhone', ...flag },
    { section: '3.3', field: 'cookieSettings.cookieExpiresIn', takes: [3600], refuses: [0, 'x'] },
    { section: '3.3', field: 'cookieSettings.cookieExpiresOnBrowserSession', ...flag },
    { section: '3.3', field: 'registerDisabled', ...flag },
    { section: '3.3', field: 'registerAnomalyDetection.enabled', ...flag },
    { section: '3.3', field: 'registerAnomalyDetection.limit', ...count },
    { section: '3.3', field: 'registerAnomalyDetection.timeInterval', ...count },
    { section: '3.3', field: 'completePasswordAfterPassCodeLogin', ...flag },
    {
      section: '3.3',
      field: 'loginAnomalyDetection.loginFailStrategy',
      takes: ['captcha', 'block-account'],
      refuses: ['shrug'],
    },
    {
      section: '3.3',
      field: 'loginAnomalyDetection.robotVerify',
      takes: ['disable', 'condition_set', 'always_enable'],
      refuses: [true, 'sometimes'],
    },
    {
      section: '3.3',
      field: 'loginAnomalyDetection.accountLock',
      takes: ['disable', 'condition_set', 'always_enable'],
      refuses: [true, 'sometimes'],
    },
    { section: '3.3', field: 'loginAnomalyDetection.loginFailCheck', ...checkWithUnit },
    { section: '3.3', field: 'loginAnomalyDetection.loginPasswordFailCheck', ...checkWithUnit },
    { section: '3.3', field: 'loginAnomalyDetection.accountLockLoginPasswordFailCheck', ...checkWithUnit },
    { section: '3.3', field: 'loginAnomalyDetection.robotVerifyLoginPasswordFailCheck', ...checkWithUnit },
    {
      section: '3.3',
      field: 'loginAnomalyDetection.robotVerifyLoginIpWhitelistCheck',
      takes: [{ enabled: true, ipWhitelist: '203.0.113.0/24' }],
      refuses: [{}, { enabled: true, ipWhitelist: 1 }],
    },
    { section: '3.3', field: 'loginAnomalyDetection.robotVerifyLoginTimeCheckEnable', ...flag },
    {
      section: '3.3',
      field: 'loginAnomalyDetection.robotVerifyloginWeekStartEndTime',
      takes: [[], ['Mon 09:00-18:00']],
      refuses: ['Mon', [1]],
    },
    { section: '3.3', field: 'loginRequireEmailVerified', ...flag },
    { section: '3.3', field: 'selfUnlockAccount.enabled', ...flag },
    {
      section: '3.3',
      field: 'selfUnlockAccount.strategy',
      takes: ['captcha', 'password-captcha'],
      refuses: ['knock'],
    },
    { section: '3.3', field: 'enableLoginAccountSwitch', ...flag },
  ]);
  /** A whole top-level field as it is read, with one of its own fields changed. */
  async function partWith(field: string, value: unknown): Promise<Record<string, unknown>> {
    const { data } = await read();
    const [name = ''] = field.split('.');
    return withField({ [name]: data[name] }, field, value);
  }
  it.each(others.taken)('$section update takes $field $value, and keeps the rest', async ({ field, value }) => {
    const before = (await read()).data;
    const { statusCode, data } = await update(await partWith(field, value));
    expect(statusCode).toBe(200);
    expect(published(data)).toEqual(withField(published(before), field, value));
    expect((await read()).data).toEqual(data);
  });
  it.each(others.refused)('$section update refuses $field $value by its name', async ({ field, value }) => {
    expect(await update(await partWith(field, value))).toEqual(v3Refusal(400, 2231, expect.stringContaining(field)));
  });

  it('allowedOrigins is read as lines and updated as a list', async () => {
    const origins = ['https://a.example', 'https://b.example:8443'];
    expect((await update({ allowedOrigins: origins })).data.allowedOrigins).toBe(origins.join('\n'));
    for (const wrong of ['https://a.example', [1], ['https://a.example/path']]) {
      expect(await update({ allowedOrigins: wrong })).toEqual(
        v3Refusal(400, 2231, expect.stringContaining('allowedOrigins')),
      );
    }
    await update({ allowedOrigins: ['https://site.example'] });
  });

  it('every top-level field is optional', async () => {
    const before = (await read()).data;
    expect(published((await update({})).data)).toEqual(published(before));
    expect((await detection()).accountLock).toBe('condition_set');
  });

  it.each([
    ['GET', 'get-security-settings'],
    ['POST', 'update-security-settings'],
  ] as const)('%s %s asks for management credentials', async (method, path) => {
    const { body } = await world.v3(method, path, {
      token: world.alice1.access,
      body: method === 'POST' ? {} : undefined,
    });
    expect(body).toEqual(v3Refusal(401, 2020));
  });
});

describe('3.4 the login methods of an application', () => {
  const appId = 'site';
  const change = async (loginConfig: object) =>
    (await callSigned(world, 'POST', 'update-application', { body: { appId, loginConfig } })).body;
  const config = async () =>
    (await world.v3('GET', `/api/v2/applications/${appId}/public-config`, { app: null })).body.data;

  it('the methods are those six', () => {
    expect([...basicLoginMethods].sort()).toEqual(
      [
        'SELF_BUILT_APP_QRCODE',
        'PHONE_CODE',
        'EMAIL_CODE',
        'PHONE_PASSWORD',
        'EMAIL_PASSWORD',
        'USERNAME_PASSWORD',
      ].sort(),
    );
    expect(applicationTypes).toEqual(expect.arrayContaining(['web', 'spa', 'native', 'api', 'mfa', 'mini-program']));
  });

  it.each([...basicLoginMethods])('enabledBasicLoginMethods takes %s', async (method) => {
    const { statusCode, data } = await change({ enabledBasicLoginMethods: [method] });
    expect(statusCode).toBe(200);
    expect(data.loginConfig.enabledBasicLoginMethods).toEqual([method]);
    const isScan = method === 'SELF_BUILT_APP_QRCODE';
    const { loginTabs, qrCodeSortConfig } = await config();
    expect(loginTabs.list.includes('app-qrcode')).toBe(isScan);
    expect(qrCodeSortConfig.loginMethodsSort).toEqual(isScan ? ['app-qrcode'] : []);
  });

  it('enabledBasicLoginMethods is what pages offer: a client that asks for another one is served', async () => {
    await change({ enabledBasicLoginMethods: ['SELF_BUILT_APP_QRCODE'] });
    expect((await config()).loginTabs.list).toEqual(['app-qrcode']);
    const password = world.encrypt(testPassword);
    const reply = await world.v3('POST', '/api/v2/login/account', { app: appId, body: { account: 'alice', password } });
    expect(reply.body).toMatchObject({ code: 200, data: { username: 'alice' } });
  });

  it.each(['PASSCODE', 'PASSWORD', 'QRCODE', 'LDAP', 'AD'])(
    'defaultLoginMethod.connectionType takes %s',
    async (value) => {
      const { data } = await change({ defaultLoginMethod: { connectionType: value } });
      expect(Object.keys(data.loginConfig.defaultLoginMethod).sort()).toEqual(
        ['connectionType', 'qrcodeType', 'qrcodeExtIdpConnId', 'adExtIdpConnId', 'ldapExtIdpConnId'].sort(),
      );
      expect(data.loginConfig.defaultLoginMethod.connectionType).toBe(value);
    },
  );

  it.each(['SELF_BUILT_APP', 'WECHAT_OFFICIAL_ACCOUNT', 'WECHAT_MINI_PROGRAM'])(
    'defaultLoginMethod.qrcodeType takes %s',
    async (qrcodeType) => {
      const { data } = await change({ defaultLoginMethod: { connectionType: 'QRCODE', qrcodeType } });
      expect(data.loginConfig.defaultLoginMethod.qrcodeType).toBe(qrcodeType);
    },
  );

  it.each(['qrcodeExtIdpConnId', 'adExtIdpConnId', 'ldapExtIdpConnId'])(
    'defaultLoginMethod.%s is kept',
    async (name) => {
      const { data } = await change({ defaultLoginMethod: { connectionType: 'QRCODE', [name]: 'conn-1' } });
      expect(data.loginConfig.defaultLoginMethod).toMatchObject({ [name]: 'conn-1' });
    },
  );

  it.each([
    ['loginConfig.enabledBasicLoginMethods', { enabledBasicLoginMethods: ['TELEPATHY'] }],
    ['loginConfig.enabledBasicLoginMethods', { enabledBasicLoginMethods: 'SELF_BUILT_APP_QRCODE' }],
    ['loginConfig.defaultLoginMethod.connectionType', { defaultLoginMethod: { connectionType: 'SMOKE' } }],
    ['loginConfig.defaultLoginMethod.connectionType', { defaultLoginMethod: {} }],
    [
      'loginConfig.defaultLoginMethod.qrcodeType',
      { defaultLoginMethod: { connectionType: 'QRCODE', qrcodeType: 'OTHER' } },
    ],
    [
      'loginConfig.defaultLoginMethod.adExtIdpConnId',
      { defaultLoginMethod: { connectionType: 'AD', adExtIdpConnId: 1 } },
    ],
  ])('%s refuses %o by its name', async (field, part) => {
    expect(await change(part)).toEqual(v3Refusal(400, 2231, expect.stringContaining(field)));
  });
});
