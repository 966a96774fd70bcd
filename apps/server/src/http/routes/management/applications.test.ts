import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLoginSession, anEvent, aRoom } from '../../../stores/conformance/builders.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { callSigned, type SignedCallOptions, type SigningKey } from './signed-call.fixture.ts';

let passbeam: TestPassbeam;
let other: SigningKey;

beforeEach(async () => {
  passbeam = await openTestPassbeam();
  other = await passbeam.addPool('pool2');
});
afterEach(() => passbeam.close());

const get = (path: string, query: SignedCallOptions['query'] = {}, key?: SigningKey) =>
  callSigned(passbeam, 'GET', path, { query, key });
const post = (path: string, body: Record<string, unknown>, key?: SigningKey) =>
  callSigned(passbeam, 'POST', path, { body, key });

async function create(body: Record<string, unknown> = {}, key?: SigningKey) {
  const reply = await post('create-application', { appName: 'Shop', ...body }, key);
  expect(reply.body).toMatchObject({ statusCode: 200 });
  return reply.body.data;
}

describe('an application', () => {
  it('is registered with every field of the contract, and without its secret', async () => {
    const application = await create({
      appIdentifier: 'shop',
      appDescription: 'Sells things',
      appType: 'spa',
      redirectUris: ['https://shop.example/callback'],
      ssoEnabled: true,
      oidcConfig: { token_endpoint_auth_method: 'client_secret_basic' },
      loginConfig: { enabledBasicLoginMethods: ['SELF_BUILT_APP_QRCODE'], showAuthorizationPage: true },
    });
    expect(application).toMatchObject({
      appId: expect.stringMatching(/^\w{24}$/),
      appIdentifier: 'shop',
      appName: 'Shop',
      appDescription: 'Sells things',
      appLogo: expect.stringMatching(/^http/),
      appType: 'spa',
      userPoolId: 'pool1',
      isIntegrateApp: false,
      defaultProtocol: 'oidc',
      redirectUris: ['https://shop.example/callback'],
      logoutRedirectUris: [],
      initLoginUri: '',
      ssoEnabled: true,
      ssoEnabledAt: expect.stringMatching(/Z$/),
      loginConfig: {
        mergeLoginAndRegisterPage: false,
        enabledBasicLoginMethods: ['SELF_BUILT_APP_QRCODE'],
        defaultLoginMethod: { connectionType: 'QRCODE', qrcodeType: 'SELF_BUILT_APP' },
        enabledExtIdpConns: [],
        showAuthorizationPage: true,
      },
      registerConfig: { enabledBasicRegisterMethods: ['EMAIL_PASSWORD'], defaultRegisterMethod: 'PASSWORD' },
      brandingConfig: { guardVersion: 'Advanced', agreements: [] },
      oidcConfig: { token_endpoint_auth_method: 'client_secret_basic', client_id: application.appId },
      samlProviderEnabled: false,
      oauthProviderEnabled: false,
      casProviderEnabled: false,
      customBrandingEnabled: false,
      customSecurityEnabled: false,
      approvesScans: false,
    });
    const { secret } = (await get('get-application-secret', { appId: application.appId })).body.data;
    expect(secret).toMatch(/^\w{32}$/);
    expect(JSON.stringify(application)).not.toContain(secret);
    expect((await get('get-application', { appId: application.appId })).body.data).toEqual(application);
  });

  it('says what its codes hold', async () => {
    const { appId, qrPayload } = await create();
    expect(qrPayload).toBe('json');
    const { body } = await post('update-application', { appId, qrPayload: 'link' });
    expect(body.data.qrPayload).toBe('link');
    expect((await get('get-application', { appId })).body.data.qrPayload).toBe('link');
    expect((await post('update-application', { appId, qrPayload: 'url' })).body.statusCode).toBe(400);
  });

  it('says which apps open the links in its codes', async () => {
    const { appId, appleAppIds, androidApps, appStoreUrl } = await create();
    expect({ appleAppIds, androidApps, appStoreUrl }).toEqual({ appleAppIds: [], androidApps: [], appStoreUrl: null });
    const keys = {
      appleAppIds: ['A1B2C3D4E5.com.example.shop'],
      androidApps: [{ package: 'com.example.shop', sha256Fingerprints: ['AB:'.repeat(31).concat('CD')] }],
      appStoreUrl: 'https://apps.apple.com/app/id123456789',
      androidStoreUrl: 'https://shop.example/android',
    };
    expect((await post('update-application', { appId, approvesScans: true, ...keys })).body.data).toMatchObject(keys);
    expect((await passbeam.app.inject('/.well-known/assetlinks.json')).body).toContain('com.example.shop');
    expect((await post('update-application', { appId, appStoreUrl: null })).body.data.appStoreUrl).toBeNull();
    for (const wrong of [
      { appleAppIds: ['com.example.shop'] },
      { androidApps: [{ package: 'shop', sha256Fingerprints: [] }] },
      { androidStoreUrl: 'javascript:alert(1)' },
    ]) {
      expect((await post('update-application', { appId, ...wrong })).body).toMatchObject({
        statusCode: 400,
        apiCode: 2231,
      });
    }
  });

  it('makes codes at once', async () => {
    const { appId } = await create();
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { app: appId, body: { type: 'MOBILE_APP' } });
    expect(body.statusCode).toBe(200);
  });

  it('keeps what a change does not name', async () => {
    const before = await create({ appDescription: 'Old', loginConfig: { mergeLoginAndRegisterPage: true } });
    const change = {
      appId: before.appId,
      appName: 'New',
      loginConfig: { defaultLoginMethod: { connectionType: 'PASSWORD' }, nonsense: 1 },
    };
    passbeam.pass(60);
    const { body } = await post('update-application', change);
    const { loginConfig } = before;
    expect(body.data).toEqual({
      ...before,
      appName: 'New',
      version: before.version + 1,
      updatedAt: new Date(passbeam.clock.now()).toISOString(),
      loginConfig: {
        ...loginConfig,
        defaultLoginMethod: { ...loginConfig.defaultLoginMethod, connectionType: 'PASSWORD' },
      },
    });
    expect(passbeam.directory.getApplication(before.appId).profile.loginConfig).not.toHaveProperty('nonsense');
  });

  it('loses neither of two changes that arrive together', async () => {
    const { appId } = await create();
    await Promise.all([
      post('update-application', { appId, appName: 'New' }),
      post('update-application', { appId, appDescription: 'Also new' }),
    ]);
    expect((await get('get-application', { appId })).body.data).toMatchObject({
      appName: 'New',
      appDescription: 'Also new',
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['appName', { appName: 'x'.repeat(10_000) }],
    ['redirectUris.1', { redirectUris: ['https://shop.example/', 'javascript:alert(1)'] }],
    ['logoutRedirectUris.0', { logoutRedirectUris: ['https://*.example/'] }],
    ['appLogo', { appLogo: 'data:image/png;base64,AAAA' }],
    ['initLoginUri', { initLoginUri: 'shop' }],
    ['domain', { domain: 'https://shop.example/' }],
    ['appIdentifier', { appIdentifier: 'Not A Label' }],
    ['appType', { appType: 'toaster' }],
    ['loginConfig.enabledBasicLoginMethods.0', { loginConfig: { enabledBasicLoginMethods: ['TELEPATHY'] } }],
    ['securityOverride.allowedOrigins.0', { securityOverride: { allowedOrigins: ['https://a.example/path'] } }],
    ['securityOverride.qrcodeLoginStrategy.qrcodeExpiresIn', strategy({ qrcodeExpiresIn: 0 })],
    ['securityOverride.qrcodeLoginStrategy.ticketExpiresIn', strategy({ ticketExpiresIn: 86_401 })],
  ])('is refused when %s is not valid', async (field, part) => {
    const created = await post('create-application', { appName: 'Shop', ...part });
    expect(created.body).toMatchObject({ statusCode: 400, apiCode: 2231 });
    expect(created.body.message).toContain(field);
    const updated = await post('update-application', { appId: 'site', ...part });
    expect(updated.body.statusCode).toBe(field === 'appType' ? 200 : 400);
  });

  it('has an identifier of its own within its pool', async () => {
    const first = await create({ appIdentifier: 'shop' });
    const taken = { statusCode: 409, apiCode: 2039, message: expect.stringContaining('appIdentifier') };
    expect((await post('create-application', { appName: 'Other', appIdentifier: 'shop' })).body).toMatchObject(taken);
    const second = await create();
    const change = { appId: second.appId, appIdentifier: 'shop' };
    expect((await post('update-application', change)).body).toMatchObject(taken);
    expect((await post('update-application', { appId: first.appId, appIdentifier: 'shop' })).body.statusCode).toBe(200);
    await create({ appIdentifier: 'shop' }, other);
  });
});

function strategy(part: Record<string, unknown>) {
  return { securityOverride: { qrcodeLoginStrategy: part } };
}

describe('an override of the security settings', () => {
  const lifetime = async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    return body.data.expiresIn;
  };

  it('counts while customSecurityEnabled is on, and inherits the rest', async () => {
    const override = strategy({ qrcodeExpiresIn: 30, qrcodeExpiresInUnit: 'Minute' });
    await post('update-application', { appId: 'site', ...override });
    expect(await lifetime()).toBe(120);
    const { body } = await post('update-application', { appId: 'site', customSecurityEnabled: true });
    expect(body.data).toMatchObject({ customSecurityEnabled: true, ...override });
    expect(await lifetime()).toBe(30);
    const { ticketExpiresIn } = passbeam.directory.qrcodeLoginStrategy(passbeam.directory.getApplication('site'));
    expect(ticketExpiresIn).toBe(300);
    await post('update-application', { appId: 'site', customSecurityEnabled: false });
    expect(await lifetime()).toBe(120);
  });
});

describe('lists', () => {
  it('come in pages, with the count of all', async () => {
    for (const name of ['One', 'Two', 'Three']) {
      passbeam.pass(1);
      await create({ appName: name, ssoEnabled: name === 'One' });
    }
    const names = async (query: Record<string, string>, path = 'list-applications') => {
      const { data } = (await get(path, query)).body;
      return [data.totalCount, ...data.list.map((application: { appName: string }) => application.appName)];
    };
    expect(await names({ page: '2', limit: '2' })).toEqual([5, 'One', 'Two']);
    expect(await names({ keywords: 'tHr' })).toEqual([1, 'Three']);
    expect(await names({ isIntegrateApp: 'true' })).toEqual([0]);
    expect(await names({ ssoEnabled: 'true' })).toEqual([1, 'One']);
    expect(await names({ isIntegrateApp: 'false', isSelfBuiltApp: 'true', ssoEnabled: 'false', limit: '1' })).toEqual([
      5,
      expect.any(String),
    ]);
    expect(await names({ keywords: 'Three' }, 'list-application-simple-info')).toEqual([1, 'Three']);
  });

  it.each([
    ['limit', '51'],
    ['limit', '0'],
    ['page', '0'],
    ['page', 'x'],
  ])('refuse %s=%s', async (name, value) => {
    const { body } = await get('list-applications', { [name]: value });
    expect(body).toMatchObject({ statusCode: 400, apiCode: 2231, message: expect.stringContaining(name) });
  });

  it('tell few facts when few are asked for', async () => {
    expect((await get('get-application-simple-info', { appId: 'site' })).body.data).toEqual({
      appId: 'site',
      appIdentifier: 'site',
      appName: 'Application site',
      appLogo: expect.stringMatching(/^http/),
      appType: 'web',
      isIntegrateApp: false,
    });
  });
});

describe('a relying party', () => {
  const create = (part: object) => post('create-application', { appName: 'Grafana', ...part });

  it('is registered with its looks, and changed', async () => {
    const given = { kind: 'relyingParty', color: '#2456E6', termsUrl: 'https://grafana.example/terms' };
    const { data } = (await create(given)).body;
    expect(data).toMatchObject({ ...given, color: '#2456e6', approvesScans: false });
    const changed = await post('update-application', { appId: data.appId, kind: 'firstParty', color: null });
    expect(changed.body.data).toMatchObject({ kind: 'firstParty', color: null, termsUrl: given.termsUrl });
  });

  it.each([
    ['approvesScans', { kind: 'relyingParty', approvesScans: true }],
    ['color', { color: 'red' }],
    ['termsUrl', { termsUrl: 'javascript:alert(1)' }],
    ['kind', { kind: 'thirdParty' }],
  ])('is refused for its %s', async (field, part) => {
    const { body } = await create(part);
    expect(body).toMatchObject({ statusCode: 400, apiCode: 2231, message: expect.stringContaining(field) });
  });
});

describe('an application that goes', () => {
  const gone = { delete: ['delete-application', {}], disable: ['update-application', { enabled: false }] } as const;

  it.each(['delete', 'disable'] as const)('takes its codes and logins with it (%s)', async (way) => {
    const token = await passbeam.signIn('alice', passbeam.site);
    const { qrcodeId } = (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data;
    const phone = await passbeam.signIn();
    const act = (action: string) =>
      passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token: phone, body: { qrcodeId, action } });
    expect((await act('SCAN')).body.statusCode).toBe(200);

    const [path, part] = gone[way];
    expect((await post(path, { appId: 'site', ...part })).body.statusCode).toBe(200);
    expect((await act('CONFIRM')).body).toMatchObject({ statusCode: 404, apiCode: 2011 });
    const poll = await passbeam.v3('GET', 'get-qrcode-status', { app: 'phone', query: { qrcodeId } });
    expect(poll.body.data).toEqual({ status: 'EXPIRED' });
    expect((await passbeam.v3('GET', 'get-profile', { app: 'phone', token })).body).toMatchObject({ statusCode: 401 });
    expect((await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.apiCode).toBe(2011);
    expect((await passbeam.v3('GET', 'get-profile', { app: 'phone', token: phone })).body.statusCode).toBe(200);
  });

  it('that was switched on again is signed out all the same', async () => {
    const token = await passbeam.signIn('alice', passbeam.site);
    await post('update-application', { appId: 'site', enabled: false });
    await post('update-application', { appId: 'site', enabled: true });
    expect((await passbeam.v3('GET', 'get-profile', { token })).body).toMatchObject({ statusCode: 401 });
    await passbeam.signIn('alice', passbeam.site);
  });

  it('lets nobody in later who came in by a node that had not heard yet', async () => {
    const { loginSessions } = passbeam.stores;
    await post('update-application', { appId: 'site', enabled: false });
    // That node found the application as it was, and opened a login.
    const login = aLoginSession({ userPoolId: 'pool1', applicationId: 'site', userId: passbeam.alice.id });
    await loginSessions.insert(login, anEvent(), aRoom());
    await post('update-application', { appId: 'site', enabled: true });
    expect((await loginSessions.find(login.id))?.revokedAt).toBe(passbeam.clock.now());
    const after = aLoginSession({ userPoolId: 'pool1', applicationId: 'site', userId: passbeam.alice.id });
    await loginSessions.insert(after, anEvent(), aRoom());
    await post('update-application', { appId: 'site', enabled: true, appName: 'Another name' });
    expect((await loginSessions.find(after.id))?.revokedAt).toBeNull();
  });

  it('ends the web logins that its phones confirmed', async () => {
    const { loginSessions } = passbeam.stores;
    const token = await passbeam.signIn();
    const { totalCount, logins } = await loginSessions.history({ userId: passbeam.alice.id, offset: 0, limit: 1 });
    expect(totalCount).toBe(1);
    await post('delete-application', { appId: 'phone' });
    expect((await loginSessions.find(logins[0]?.id ?? ''))?.revokedAt).toBe(passbeam.clock.now());
    expect((await passbeam.v3('GET', 'get-profile', { token })).body.statusCode).toBe(401);
  });
});

it('a refreshed secret is the right one from then on', async () => {
  const signIn = (secret: string) =>
    passbeam.v3('POST', 'signin', {
      body: {
        connection: 'PASSWORD',
        passwordPayload: { username: 'alice', password: 'correct horse battery' },
        client_id: 'site',
        client_secret: secret,
      },
    });
  const { secret } = (await post('refresh-application-secret', { appId: 'site' })).body.data;
  expect(secret).not.toBe(passbeam.site.secret);
  expect((await get('get-application-secret', { appId: 'site' })).body.data).toEqual({ secret });
  expect((await signIn(passbeam.site.secret)).body).toMatchObject({ statusCode: 401, apiCode: 1001 });
  expect((await signIn(secret)).body.statusCode).toBe(200);
});

describe('another pool', () => {
  const calls: [method: 'GET' | 'POST', path: string, body: Record<string, unknown>][] = [
    ['GET', 'get-application', {}],
    ['GET', 'get-application-simple-info', {}],
    ['GET', 'get-application-secret', {}],
    ['POST', 'update-application', { appName: 'Mine now' }],
    ['POST', 'delete-application', {}],
    ['POST', 'refresh-application-secret', {}],
  ];

  it.each(calls)('does not exist for %s %s, and neither does an unknown id', async (method, path, part) => {
    const stored = passbeam.directory.getApplication('site');
    const call = (appId: string, key: SigningKey) =>
      method === 'GET' ? get(path, { appId }, key) : post(path, { ...part, appId }, key);
    const refusal = { statusCode: 404, apiCode: 2011 };
    expect((await call('site', other)).body).toMatchObject(refusal);
    expect((await call('unknown', passbeam.pool)).body).toMatchObject(refusal);
    expect(passbeam.directory.getApplication('site')).toEqual(stored);
    expect((await call('site', passbeam.pool)).body.statusCode).toBe(200);
  });

  it('lists its own alone', async () => {
    const mine = await create({}, other);
    for (const path of ['list-applications', 'list-application-simple-info']) {
      const { data } = (await get(path, {}, other)).body;
      expect([data.totalCount, data.list.map((one: { appId: string }) => one.appId)]).toEqual([1, [mine.appId]]);
    }
  });
});

it.each([
  ['GET', 'get-application'],
  ['GET', 'get-application-secret'],
  ['GET', 'list-applications'],
  ['POST', 'create-application'],
  ['POST', 'update-application'],
  ['POST', 'delete-application'],
  ['POST', 'refresh-application-secret'],
] as const)('nobody calls %s %s without a pool’s authority', async (method, path) => {
  const body = { appId: 'site', appName: 'x' };
  const options = method === 'GET' ? { query: { appId: 'site' } } : { body };
  for (const token of [undefined, await passbeam.signIn()]) {
    expect((await passbeam.v3(method, path, { ...options, token })).body).toMatchObject({ statusCode: 401 });
  }
});
