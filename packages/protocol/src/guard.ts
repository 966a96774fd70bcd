import { type Static, Type } from 'typebox';

/** What Guard and phone SDKs read first (wire 8.2, 8.3). They check few fields for null: no value is an empty list, object or text. */

const texts = Type.Array(Type.String());
const nothings = Type.Array(Type.Unknown());
const anything = Type.Record(Type.String(), Type.Unknown());
const tabs = Type.Object({ list: texts, default: Type.String(), title: anything });
const methods = Type.Object({ enabledLoginMethods: texts, validLoginMethods: texts, validRegisterMethods: texts });
const authMethod = Type.Enum(['client_secret_post', 'client_secret_basic', 'none']);
const robot = Type.Object({ robot: Type.Object({ switch: Type.Enum(['OFF', 'ON']) }) });

/** `GET /api/v2/applications/{appId}/public-config`. */
export const PublicConfig = Type.Object(
  {
    id: Type.String(),
    userPoolId: Type.String(),
    rootUserPoolId: Type.String(),
    identifier: Type.String(),
    name: Type.String(),
    description: Type.String(),
    logo: Type.String({ description: 'Always a URL' }),
    userpoolLogo: Type.String({ description: 'Always a URL' }),
    requestHostname: Type.String({ description: 'Host, with port, that phones call after this: ours' }),
    cdnBase: Type.String({ description: 'Where Guard fetches its icons: our public URL' }),
    publicKey: Type.String({
      description: 'Encrypts passwords: SPKI in base64 without PEM armour, PKCS#1 v1.5 padding',
    }),
    allowedOrigins: Type.Array(Type.String(), { description: 'Guard refuses to start on pages of other origins' }),
    corsWhitelist: texts,
    redirectUris: texts,
    logoutRedirectUris: texts,
    protocol: Type.String(),
    oidcConfig: Type.Object({
      client_id: Type.String(),
      redirect_uris: texts,
      scope: Type.String(),
      token_endpoint_auth_method: authMethod,
      introspection_endpoint_auth_method: authMethod,
      revocation_endpoint_auth_method: authMethod,
    }),

    loginTabs: tabs,
    registerTabs: tabs,
    passwordTabConfig: methods,
    verifyCodeTabConfig: methods,
    authingOtpPushTabConfig: methods,
    tabMethodsSortConfig: Type.Object({ loginMethodsSort: texts }),
    qrCodeSortConfig: Type.Object({
      loginMethodsSort: Type.Array(Type.String(), { description: 'Without app-qrcode Guard draws an empty box' }),
    }),
    qrcodeTabsSettings: anything,
    tabMethodsFields: Type.Array(
      Type.Object({ key: Type.String(), label: Type.String(), labelEn: Type.String(), i18n: anything }),
      { description: 'What Guard calls the things one signs in with' },
    ),
    ssoPageComponentDisplay: Type.Object({
      autoRegisterThenLoginHintInfo: Type.Boolean(),
      forgetPasswordBtn: Type.Boolean(),
      idpBtns: Type.Boolean(),
      loginBtn: Type.Boolean(),
      loginByPhoneCodeTab: Type.Boolean(),
      loginByUserPasswordTab: Type.Boolean(),
      loginMethodNav: Type.Boolean(),
      phoneCodeInput: Type.Boolean(),
      registerBtn: Type.Boolean(),
      registerByEmailTab: Type.Boolean(),
      registerByPhoneTab: Type.Boolean(),
      registerMethodNav: Type.Boolean(),
      socialLoginBtns: Type.Boolean(),
      userPasswordInput: Type.Boolean(),
      wxMpScanTab: Type.Boolean(),
      loginMethodsI18nDisplaySettings: anything,
    }),

    registerDisabled: Type.Boolean(),
    passwordStrength: Type.Integer({ description: '1: six characters or more' }),
    customPasswordStrength: anything,
    verifyCodeLength: Type.Integer(),
    customSecurityEnabled: Type.Boolean(),
    appRobotVerify: Type.Literal('disable'),
    userpoolRobotVerify: Type.Literal('disable'),
    registerSmsConfig: robot,
    loginSmsConfig: robot,
    selfUnlockStrategy: Type.String(),
    enableLoginAccountSwitch: Type.Boolean(),

    extendsFieldsEnabled: Type.Boolean(),
    extendsFields: nothings,
    extendsFieldsI18n: anything,
    complateFiledsPlace: texts,
    skipComplateFileds: Type.Boolean(),
    enableCompletePassword: Type.Boolean(),
    agreementEnabled: Type.Boolean(),
    agreements: nothings,
    regexRules: nothings,

    socialConnections: nothings,
    identityProviders: nothings,
    ecConnections: nothings,
    mergeAdAndAccountPasswordLogin: Type.Boolean(),
    enabledMatchEmailDomain: Type.Boolean(),
    enabledPPRegisterValid: Type.Boolean(),
    internationalSmsConfig: Type.Object({ enabled: Type.Boolean(), defaultISOType: Type.String() }),
    mfa: anything,
    mfaBindConfigs: nothings,
    passkeyEnabled: Type.Boolean(),
    deviceFuncEnabled: Type.Boolean({ description: 'Off: Guard takes no fingerprint of the browser' }),

    isTenantConsole: Type.Boolean(),
    isTenantDefault: Type.Boolean(),
    tenantInfo: anything,
    enableCreateTenant: Type.Boolean(),
    enableJoinTenant: Type.Boolean(),
    enableVerifyDomainInJoinTenant: Type.Boolean(),

    css: Type.String(),
    customLoading: Type.String(),
    welcomeMessage: anything,
    websocket: Type.String(),
    eventSocket: Type.String(),
    specialBrowserSymbols: texts,
  },
  { $id: 'PublicConfig' },
);
export type PublicConfig = Static<typeof PublicConfig>;

/** `GET /api/v2/applications/{appId}/components-public-config/guard`. */
export const GuardPageConfig = Type.Object({
  global: Type.Object({
    showChangeLanguage: Type.Boolean(),
    defaultLanguage: Type.String({ description: 'For pages that do not name one to Guard' }),
  }),
});
export type GuardPageConfig = Static<typeof GuardPageConfig>;

/** `GET /cas/session`, without an envelope: the login that the browser has with the server itself. Both fields are null where it has none. */
export const CasSession = Type.Object({
  session: Type.Union([Type.Null(), Type.Object({ appId: Type.String(), userId: Type.String() })]),
  userInfo: Type.Union([Type.Null(), Type.Unknown()]),
});
