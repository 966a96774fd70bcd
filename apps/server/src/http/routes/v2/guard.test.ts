import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApplicationProfile, defaultApplicationProfile } from '../../../core/directory/profile.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

const marker = 'marker-of-a-secret-that-nobody-may-see';

describe('what Guard and phones read first', () => {
  let passbeam: TestPassbeam;

  beforeAll(async () => {
    passbeam = await openTestPassbeam({ PUBLIC_URL: 'https://login.example.test:8443' });
    await passbeam.addApplication({
      id: 'shop',
      secret: marker,
      name: 'Shop',
      redirectUris: ['https://shop.example/callback'],
      logoutRedirectUris: ['https://shop.example/'],
      tokenEndpointAuthMethod: 'client_secret_basic',
      customSecurityEnabled: true,
      securityOverride: { allowedOrigins: ['https://shop.example'] },
    });
    const pool = passbeam.directory.getPool('pool1');
    await passbeam.directory.putPool({ ...pool, secret: marker });
  });
  afterAll(() => passbeam.close());

  const configOf = async (id: string) => (await passbeam.v3('GET', path(id), { app: null })).body;
  const path = (id: string) => `/api/v2/applications/${id}/public-config`;

  it('names the application, its pool and the host that phones call next', async () => {
    const { code, message, data } = await configOf('shop');
    expect({ code, message }).toEqual({ code: 200, message: 'ok' });
    expect(data).toMatchObject({
      id: 'shop',
      userPoolId: 'pool1',
      name: 'Shop',
      requestHostname: 'login.example.test:8443',
      cdnBase: 'https://login.example.test:8443',
      redirectUris: ['https://shop.example/callback'],
      logoutRedirectUris: ['https://shop.example/'],
      oidcConfig: {
        redirect_uris: ['https://shop.example/callback'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    });
  });

  it('offers the scan first, and passwords whether the application has a secret or not', async () => {
    const { data } = await configOf('phone');
    expect(data.loginTabs).toMatchObject({ list: ['app-qrcode', 'password'], default: 'app-qrcode' });
    expect(data.registerTabs.list).toEqual(['email']);
    expect(data.qrCodeSortConfig.loginMethodsSort).toEqual(['app-qrcode']);
    expect(data.qrcodeTabsSettings).toEqual({});

    const { data: withSecret } = await configOf('shop');
    expect(withSecret.loginTabs).toEqual(data.loginTabs);
  });

  /** What the clients dereference without a check (wire 8.2), by type. */
  it.each([
    ['string', 'id userPoolId identifier name requestHostname logo userpoolLogo publicKey cdnBase protocol css'],
    ['string', 'appRobotVerify userpoolRobotVerify websocket eventSocket'],
    ['array', 'allowedOrigins corsWhitelist socialConnections identityProviders ecConnections tabMethodsFields'],
    ['array', 'extendsFields complateFiledsPlace agreements redirectUris regexRules loginTabs.list registerTabs.list'],
    ['array', 'passwordTabConfig.enabledLoginMethods passwordTabConfig.validLoginMethods'],
    ['array', 'passwordTabConfig.validRegisterMethods verifyCodeTabConfig.enabledLoginMethods'],
    ['array', 'verifyCodeTabConfig.validLoginMethods verifyCodeTabConfig.validRegisterMethods'],
    ['string', 'loginTabs.default registerTabs.default'],
    ['boolean', 'ssoPageComponentDisplay.autoRegisterThenLoginHintInfo ssoPageComponentDisplay.forgetPasswordBtn'],
    ['boolean', 'ssoPageComponentDisplay.registerBtn registerDisabled agreementEnabled skipComplateFileds'],
    ['boolean', 'enableCompletePassword customSecurityEnabled deviceFuncEnabled'],
    ['number', 'verifyCodeLength passwordStrength'],
    ['object', 'qrcodeTabsSettings internationalSmsConfig mfa welcomeMessage oidcConfig'],
  ])('has every %s that clients dereference: %s', async (type, names) => {
    const { data } = await configOf('shop');
    for (const name of names.split(' ')) {
      const value = name.split('.').reduce((object, key) => object?.[key], data);
      expect(Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value, name).toBe(type);
    }
  });

  it('says how many digits codes have, whatever the pool was set to say', async () => {
    const pool = passbeam.directory.getPool(passbeam.site.userPoolId);
    const general = { verifyCodeLength: 4 };
    await passbeam.directory.putPool({ ...pool, securitySettings: { ...pool.securitySettings, general } });
    expect((await configOf('shop')).data.verifyCodeLength).toBe(6);
  });

  it('has no null anywhere', async () => {
    expect(JSON.stringify((await configOf('site')).data)).not.toContain('null');
  });

  it('gives the password key without armour, and it is the key passwords are decrypted with', async () => {
    const { data } = await configOf('shop');
    expect(data.publicKey).toMatch(/^MII[A-Za-z0-9+/=]+$/);
    const { body } = await passbeam.v3('GET', 'system');
    expect(body.rsa.publicKey.replaceAll(/-----[^-]+-----|\n/g, '')).toBe(data.publicKey);
  });

  it('offers what the application is set to offer', async () => {
    const profile = {
      ...defaultApplicationProfile,
      identifier: 'news',
      loginConfig: {
        ...defaultApplicationProfile.loginConfig,
        enabledBasicLoginMethods: [
          'EMAIL_CODE',
          'USERNAME_PASSWORD',
        ] satisfies ApplicationProfile['loginConfig']['enabledBasicLoginMethods'],
        mergeLoginAndRegisterPage: true,
      },
      registerConfig: {
        enabledBasicRegisterMethods: ['EMAIL_PASSWORD', 'EMAIL_CODE'],
        defaultRegisterMethod: 'PASSCODE',
      } satisfies ApplicationProfile['registerConfig'],
      brandingConfig: { ...defaultApplicationProfile.brandingConfig, customCSSEnabled: true, customCSS: 'b{}' },
    };
    await passbeam.addApplication({ id: 'news', tokenEndpointAuthMethod: 'none', profile });
    const { data } = await configOf('news');
    expect(data).toMatchObject({
      identifier: 'news',
      loginTabs: { list: ['password', 'phone-code'], default: 'password' },
      qrCodeSortConfig: { loginMethodsSort: [] },
      passwordTabConfig: { validLoginMethods: ['username-password'], validRegisterMethods: ['email-password'] },
      verifyCodeTabConfig: { validLoginMethods: ['email-code'], validRegisterMethods: ['email-code'] },
      registerTabs: { list: ['email', 'emailCode'], default: 'emailCode' },
      ssoPageComponentDisplay: { autoRegisterThenLoginHintInfo: true },
      css: 'b{}',
    });
  });

  it("lists the application's origins, else the pool's, and always our own", async () => {
    expect((await configOf('shop')).data.allowedOrigins).toEqual([
      'https://shop.example',
      'https://login.example.test:8443',
    ]);
    expect((await configOf('site')).data.allowedOrigins).toEqual([
      'https://site.example',
      'https://login.example.test:8443',
    ]);
  });

  it('draws logos on our own host when the application has none', async () => {
    const { data } = await configOf('site');
    expect(data.logo).toBe('https://login.example.test:8443/logos/default.png');
    const picture = await passbeam.app.inject('/logos/default.png');
    expect(picture.headers['content-type']).toBe('image/png');
  });

  it('hides registration where the pool takes nobody', async () => {
    const pool = passbeam.directory.getPool('pool1');
    const { securitySettings } = pool;
    await passbeam.directory.putPool({ ...pool, securitySettings: { ...securitySettings, registerDisabled: true } });
    const { data } = await configOf('phone');
    await passbeam.directory.putPool(pool);
    expect(data.registerDisabled).toBe(true);
    expect(data.registerTabs.list).toEqual([]);
    expect(data.ssoPageComponentDisplay.registerBtn).toBe(false);
  });

  it('never shows a secret of the application or of its pool', async () => {
    for (const url of [path('shop'), '/api/v2/applications/shop/components-public-config/guard']) {
      const { text, headers } = await passbeam.v3('GET', url, { app: 'shop' });
      expect(text).toContain('"code":200');
      expect(text + JSON.stringify(headers)).not.toContain(marker);
      expect(text).not.toMatch(/secret"/i);
    }
  });

  it('says in v2 words that there is no such application', async () => {
    for (const url of [path('nobody'), '/api/v2/applications/nobody/components-public-config/guard']) {
      const { http, body } = await passbeam.v3('GET', url, { app: null });
      expect(http).toBe(200);
      expect(body).toMatchObject({ code: 2011, statusCode: 499, apiCode: 2011, data: null });
    }
    await passbeam.addApplication({ id: 'closed', enabled: false });
    expect((await configOf('closed')).code).toBe(2011);
  });

  it('takes the headers Guard sends before it knows its pool or language', async () => {
    const headers = { 'x-authing-userpool-id': '', 'x-authing-lang': 'undefined', origin: 'https://shop.example' };
    const reply = await passbeam.v3('GET', path('shop'), { app: 'shop', headers });
    expect(reply.body.code).toBe(200);
    expect(reply.headers['access-control-allow-origin']).toBe('https://shop.example');
    expect(reply.headers['access-control-allow-credentials']).toBe('true');
  });

  it('lets people change the language of Guard', async () => {
    const { body } = await passbeam.v3('GET', '/api/v2/applications/shop/components-public-config/guard');
    expect(body.data).toEqual({ global: { showChangeLanguage: true, defaultLanguage: 'en-US' } });
  });

  it("serves Guard's icons to any page, without scripts or addresses in them", async () => {
    const headers = { origin: 'https://anywhere.example' };
    const { text, headers: replied } = await passbeam.v3('GET', '/svg-string/guard?v=1', { app: null, headers });
    expect(text).toMatch(/^<svg /);
    for (const icon of ['checkbox-circle-fill', 'refer-qr-code', 'a-lock-line1']) {
      expect(text).toContain(`id="authing-${icon}"`);
    }
    expect(text).not.toMatch(/<script|href|url\(|\bon\w+=/);
    expect(replied['access-control-allow-origin']).toBe('*');
  });

  it('knows no login of its own in a browser', async () => {
    const { body } = await passbeam.v3('GET', '/cas/session');
    expect(body).toEqual({ session: null, userInfo: null });
  });
});
