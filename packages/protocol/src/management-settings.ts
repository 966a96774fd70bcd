import { type Static, type TSchema, Type } from 'typebox';
import { appLinkFields } from './app-links.ts';
import { ifVersion, versionedFields } from './console/versions.ts';
import { offeredScopes } from './oidc.ts';

/** Messages of the management API about applications, security settings and logs (wire 3.3, 3.4; wire 5.2, rows 12–24). */

const id = (maxLength = 128) => Type.String({ minLength: 1, maxLength });
const text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const flag = Type.Optional(Type.Enum(['true', 'false', 'True', 'False'], { description: 'true or false' }));
const instantQuery = (description: string) => Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$', description }));

/** `page` and `limit` of a GET, whose numbers arrive as text. */
const pageQuery = {
  page: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,6}$', description: 'From 1; default 1' })),
  limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-4][0-9]|50)$', description: '1 to 50; default 10' })),
} as const;

const pagination = Type.Optional(
  Type.Object({
    page: Type.Optional(Type.Integer({ minimum: 1, maximum: 9_999_999, description: 'Default 1' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'Default 10' })),
  }),
);

/** For objects that are stored as they arrive: properties that the contract does not know are dropped first. */
const closed = { additionalProperties: false } as const;

const pageOf = <T extends TSchema>(item: T) => Type.Object({ totalCount: Type.Integer(), list: Type.Array(item) });

// Applications ------------------------------------------------------------------------------------------------------

export const applicationTypes = [
  'web',
  'spa',
  'native',
  'api',
  'mfa',
  'mini-program',
  'gateway-app',
  'gateway-agent',
] as const;
export const basicLoginMethods = [
  'PHONE_CODE',
  'EMAIL_CODE',
  'PHONE_PASSWORD',
  'EMAIL_PASSWORD',
  'USERNAME_PASSWORD',
  'SELF_BUILT_APP_QRCODE',
] as const;

const AppType = Type.Enum([...applicationTypes]);
const Protocol = Type.Enum(['oidc', 'oauth', 'saml', 'cas', 'asa'], { description: '`oidc` is served' });
const BasicLoginMethod = Type.Enum([...basicLoginMethods]);
const ConnectionType = Type.Enum(['PASSCODE', 'PASSWORD', 'QRCODE', 'LDAP', 'AD']);
const QrcodeType = Type.Enum(['SELF_BUILT_APP', 'WECHAT_OFFICIAL_ACCOUNT', 'WECHAT_MINI_PROGRAM']);

const DefaultLoginMethod = Type.Object({
  connectionType: ConnectionType,
  qrcodeType: QrcodeType,
  qrcodeExtIdpConnId: Type.String(),
  adExtIdpConnId: Type.String(),
  ldapExtIdpConnId: Type.String(),
});

export const ApplicationLoginConfig = Type.Object({
  mergeLoginAndRegisterPage: Type.Boolean(),
  enabledBasicLoginMethods: Type.Array(BasicLoginMethod, {
    description: 'What login pages offer; `SELF_BUILT_APP_QRCODE` is the scan',
  }),
  defaultLoginMethod: DefaultLoginMethod,
  enabledExtIdpConns: Type.Array(Type.Unknown(), { description: 'Always empty: no other identity sources here' }),
  showAuthorizationPage: Type.Boolean(),
});
export type ApplicationLoginConfig = Static<typeof ApplicationLoginConfig>;

export const ApplicationRegisterConfig = Type.Object({
  enabledBasicRegisterMethods: Type.Array(Type.Enum(['PHONE_CODE', 'EMAIL_CODE', 'EMAIL_PASSWORD'])),
  defaultRegisterMethod: Type.Enum(['PASSCODE', 'PASSWORD']),
});
export type ApplicationRegisterConfig = Static<typeof ApplicationRegisterConfig>;

const brandingFields = {
  customCSSEnabled: Type.Boolean(),
  guardVersion: Type.Enum(['Advanced', 'Classical']),
  showChangeLanguageButton: Type.Boolean(),
  defaultLanguage: Type.Enum(['zh-CN', 'en-US', 'zh-TW', 'ja-JP']),
  showForgetPasswordButton: Type.Boolean(),
  showEnterpriseConnections: Type.Boolean(),
  showSocialConnections: Type.Boolean(),
} as const;
const brandingTexts = { customCSS: text(8192), customLoadingImage: text(2048), customBackground: text(2048) } as const;

export const ApplicationBrandingConfig = Type.Object({
  ...brandingFields,
  ...brandingTexts,
  showAgreement: Type.Boolean(),
  agreements: Type.Array(Type.Unknown(), { description: 'Always empty' }),
});
export type ApplicationBrandingConfig = Static<typeof ApplicationBrandingConfig>;

const strategyNumbers = (limits: { minimum: number; maximum: number }) => ({
  qrcodeExpiresIn: Type.Integer({ ...limits, description: 'Seconds until a code that nobody finished expires' }),
  ticketExpiresIn: Type.Integer({ ...limits, description: 'Seconds from CONFIRM until the ticket is refused' }),
});
const strategySwitches = {
  allowExchangeUserInfoFromBrowser: Type.Boolean({
    description:
      'On: whoever holds a ticket may exchange it without a secret. The name tells the effect; published descriptions of this and the next field are swapped',
  }),
  returnFullUserInfo: Type.Boolean({ description: 'On: polls of a confirmed code carry the whole user and tokens' }),
};
const displayUnit = Type.Optional(
  Type.Enum(['Second', 'Minute', 'Hour', 'Day'], { description: 'For display only: the number stays seconds' }),
);

/** Both lifetimes are 1 second to 1 day; core checks them again, because applications also come from the configuration file. */
export const QrcodeLoginStrategyDto = Type.Object(
  {
    ...strategyNumbers({ minimum: 1, maximum: 86_400 }),
    qrcodeExpiresInUnit: displayUnit,
    ticketExpiresInUnit: displayUnit,
    ...strategySwitches,
  },
  closed,
);
export type QrcodeLoginStrategyDto = Static<typeof QrcodeLoginStrategyDto>;

const origins = Type.Array(Type.String({ maxLength: 256 }), {
  maxItems: 1000,
  description: 'Exact origins without path, for example https://www.example.com',
});

export const SecurityOverrideDto = Type.Object(
  {
    allowedOrigins: Type.Optional(origins),
    qrcodeLoginStrategy: Type.Optional(Type.Partial(QrcodeLoginStrategyDto, closed)),
  },
  {
    ...closed,
    description: "What differs from the pool's settings while customSecurityEnabled is on; the rest is inherited",
  },
);

const applicationKind = Type.Enum(['firstParty', 'relyingParty'], {
  description: "The company's own, or somebody else's product, whose tokens open userinfo alone",
});
const nullableText = (maxLength: number, description: string) =>
  Type.Union([Type.String({ maxLength }), Type.Null()], { description });
const color = nullableText(7, 'As #rrggbb, on pages where people sign in; null: the one of the pool');
const termsUrl = nullableText(2048, 'What people agree to by signing in; null: the one of the pool');

const backchannelLogoutUri = nullableText(
  2048,
  'Where it is told of logins that ended (OpenID Connect Back-Channel Logout); null: nowhere',
);
const backchannelLogoutSessionRequired = Type.Boolean({
  description: 'What it is told names the login (sid); off: the person alone, and so all their logins there',
});
const tokenEndpointAuthMethod = Type.Enum(['client_secret_post', 'client_secret_basic', 'none']);
const pollBinding = Type.Enum(['cookie', 'secret', 'none'], { description: 'Who may follow a code by polling' });
const qrPayload = Type.Enum(['json', 'link'], { description: 'What the picture of its codes holds' });

/** `data` of every reply that shows a whole application (wire 5.2). It never holds the application's secret. */
export const ApplicationDto = Type.Object(
  {
    appId: Type.String(),
    appIdentifier: Type.String(),
    appName: Type.String(),
    appLogo: Type.String(),
    appDescription: Type.Optional(Type.String()),
    appType: AppType,
    userPoolId: Type.String(),
    isIntegrateApp: Type.Boolean(),
    defaultProtocol: Protocol,
    redirectUris: Type.Array(Type.String()),
    logoutRedirectUris: Type.Array(Type.String()),
    backchannelLogoutUri,
    backchannelLogoutSessionRequired,
    initLoginUri: Type.String(),
    ssoEnabled: Type.Boolean(),
    ssoEnabledAt: Type.Optional(Type.String({ description: 'ISO 8601' })),
    loginConfig: ApplicationLoginConfig,
    registerConfig: ApplicationRegisterConfig,
    brandingConfig: ApplicationBrandingConfig,
    oidcConfig: Type.Record(Type.String(), Type.Unknown()),
    samlProviderEnabled: Type.Boolean(),
    oauthProviderEnabled: Type.Boolean(),
    casProviderEnabled: Type.Boolean(),
    customBrandingEnabled: Type.Boolean(),
    customSecurityEnabled: Type.Boolean(),
    template: Type.Optional(Type.String()),
    securityOverride: SecurityOverrideDto,
    kind: applicationKind,
    color,
    termsUrl,
    enabled: Type.Boolean({ description: 'Off: its codes and logins do not work' }),
    domain: Type.Union([Type.String(), Type.Null()], { description: 'Shown to the person as who is asking' }),
    approvesScans: Type.Boolean({ description: 'People signed in to it may scan and confirm codes' }),
    signsInDevices: Type.Boolean({ description: 'Devices without a browser may sign people in to it (RFC 8628)' }),
    pollBinding,
    qrPayload,
    ...appLinkFields,
    savesCustomData: Type.Boolean({ description: 'customData of its codes goes into the profile of whoever confirms' }),
    allowedScopes: Type.Array(Type.Enum([...offeredScopes]), { description: 'What its logins may be granted' }),
    refreshTokenExpiresIn: Type.Integer({ description: 'Seconds from the login on' }),
    createdAt: Type.String({ description: 'ISO 8601' }),
    updatedAt: Type.String({ description: 'ISO 8601' }),
    ...versionedFields,
  },
  { $id: 'ApplicationDto' },
);
export type ApplicationDto = Static<typeof ApplicationDto>;

const applicationInput = {
  appIdentifier: Type.Optional(
    Type.String({ pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$', description: 'A host name label, one per pool' }),
  ),
  appLogo: text(2048),
  appDescription: text(1024),
  defaultProtocol: Type.Optional(Protocol),
  redirectUris: Type.Optional(Type.Array(Type.String({ maxLength: 2048 }), { maxItems: 100 })),
  logoutRedirectUris: Type.Optional(Type.Array(Type.String({ maxLength: 2048 }), { maxItems: 100 })),
  initLoginUri: text(2048),
  ssoEnabled: Type.Optional(Type.Boolean()),
  oidcConfig: Type.Optional(
    Type.Object(
      { token_endpoint_auth_method: Type.Optional(tokenEndpointAuthMethod) },
      { description: '`token_endpoint_auth_method` takes effect; other keys are ignored' },
    ),
  ),
  loginConfig: Type.Optional(
    Type.Object(
      {
        mergeLoginAndRegisterPage: Type.Optional(Type.Boolean()),
        enabledBasicLoginMethods: Type.Optional(Type.Array(BasicLoginMethod, { maxItems: 6, uniqueItems: true })),
        defaultLoginMethod: Type.Optional(
          Type.Object(
            {
              connectionType: ConnectionType,
              qrcodeType: Type.Optional(QrcodeType),
              qrcodeExtIdpConnId: text(128),
              adExtIdpConnId: text(128),
              ldapExtIdpConnId: text(128),
            },
            closed,
          ),
        ),
        showAuthorizationPage: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
  ),
  registerConfig: Type.Optional(Type.Partial(ApplicationRegisterConfig, closed)),
  brandingConfig: Type.Optional(
    Type.Object({ ...Type.Partial(Type.Object(brandingFields)).properties, ...brandingTexts }, closed),
  ),
  customSecurityEnabled: Type.Optional(Type.Boolean()),
  securityOverride: Type.Optional(SecurityOverrideDto),
  enabled: Type.Optional(Type.Boolean()),
  domain: Type.Optional(Type.Union([Type.String({ maxLength: 256 }), Type.Null()])),
  kind: Type.Optional(applicationKind),
  color: Type.Optional(color),
  termsUrl: Type.Optional(termsUrl),
  backchannelLogoutUri: Type.Optional(backchannelLogoutUri),
  backchannelLogoutSessionRequired: Type.Optional(backchannelLogoutSessionRequired),
  approvesScans: Type.Optional(Type.Boolean()),
  signsInDevices: Type.Optional(Type.Boolean()),
  pollBinding: Type.Optional(pollBinding),
  qrPayload: Type.Optional(qrPayload),
  ...Type.Partial(Type.Object(appLinkFields)).properties,
  savesCustomData: Type.Optional(Type.Boolean()),
  allowedScopes: Type.Optional(
    Type.Union([Type.Array(Type.Enum([...offeredScopes]), { uniqueItems: true }), Type.Null()], {
      description: 'What its logins may be granted; null: every scope offered',
    }),
  ),
  refreshTokenExpiresIn: Type.Optional(
    Type.Integer({
      minimum: 60,
      maximum: 2_592_000,
      description: 'Seconds from a login on until its refresh tokens end, however often they were exchanged',
    }),
  ),
} as const;

export const CreateApplicationDto = Type.Object({
  appName: id(256),
  appType: Type.Optional(AppType),
  template: text(128),
  ...applicationInput,
  idempotencyKey: Type.Optional(
    Type.String({
      minLength: 16,
      maxLength: 128,
      description:
        'Drawn by the caller for one application: asked again with it, the same application is shown; with another body, 400',
    }),
  ),
});
export type CreateApplicationDto = Static<typeof CreateApplicationDto>;

export const UpdateApplicationDto = Type.Object({
  appId: id(),
  appName: Type.Optional(id(256)),
  ...applicationInput,
  ifVersion,
});
export type UpdateApplicationDto = Static<typeof UpdateApplicationDto>;

export const ApplicationIdDto = Type.Object({ appId: id() });
export type ApplicationIdDto = Static<typeof ApplicationIdDto>;

export const ListApplicationsQuery = Type.Object({
  ...pageQuery,
  isIntegrateApp: flag,
  isSelfBuiltApp: flag,
  ssoEnabled: flag,
  keywords: text(128),
  all: flag,
});
export const ApplicationPageDto = pageOf(ApplicationDto);
export type ApplicationPageDto = Static<typeof ApplicationPageDto>;

export const ApplicationSimpleInfoDto = Type.Object({
  appId: Type.String(),
  appIdentifier: Type.String(),
  appName: Type.String(),
  appLogo: Type.String(),
  appDescription: Type.Optional(Type.String()),
  appType: AppType,
  isIntegrateApp: Type.Boolean(),
});
export type ApplicationSimpleInfoDto = Static<typeof ApplicationSimpleInfoDto>;
export const ApplicationSimpleInfoPageDto = pageOf(ApplicationSimpleInfoDto);
export type ApplicationSimpleInfoPageDto = Static<typeof ApplicationSimpleInfoPageDto>;

export const ApplicationSecretDto = Type.Object({ secret: Type.String() });
export type ApplicationSecretDto = Static<typeof ApplicationSecretDto>;

// Security settings -------------------------------------------------------------------------------------------------

const count = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });
const failCheck = Type.Object(
  {
    enabled: Type.Boolean(),
    limit: count(1, 10_000),
    timeInterval: count(1, 31_536_000),
    unit: displayUnit,
  },
  closed,
);

/** Settings that a login by QR code does not use; they are stored and returned as they were set. */
const generalSettings = {
  authingTokenExpiresIn: count(60, 31_536_000),
  verifyCodeLength: count(4, 8),
  verifyCodeMaxAttempts: count(1, 10),
  changeEmailStrategy: Type.Object({ verifyOldEmail: Type.Boolean() }, closed),
  changePhoneStrategy: Type.Object({ verifyOldPhone: Type.Boolean() }, closed),
  cookieSettings: Type.Object(
    {
      cookieExpiresIn: count(60, 31_536_000),
      cookieExpiresOnBrowserSession: Type.Boolean(),
    },
    closed,
  ),
  registerAnomalyDetection: Type.Object(
    {
      enabled: Type.Boolean(),
      limit: count(1, 10_000),
      timeInterval: count(1, 31_536_000),
    },
    closed,
  ),
  completePasswordAfterPassCodeLogin: Type.Boolean(),
  loginAnomalyDetection: Type.Object(
    {
      loginFailStrategy: Type.Enum(['captcha', 'block-account']),
      robotVerify: Type.Enum(['disable', 'condition_set', 'always_enable']),
      accountLock: Type.Enum(['disable', 'condition_set', 'always_enable']),
      loginFailCheck: failCheck,
      loginPasswordFailCheck: failCheck,
      accountLockLoginPasswordFailCheck: Type.Optional(failCheck),
      robotVerifyLoginPasswordFailCheck: failCheck,
      robotVerifyLoginIpWhitelistCheck: Type.Object(
        {
          enabled: Type.Boolean(),
          ipWhitelist: Type.String({ maxLength: 4096 }),
        },
        closed,
      ),
      robotVerifyLoginTimeCheckEnable: Type.Boolean(),
      robotVerifyloginWeekStartEndTime: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 50 }),
    },
    closed,
  ),
  loginRequireEmailVerified: Type.Boolean(),
  selfUnlockAccount: Type.Object(
    {
      enabled: Type.Boolean(),
      strategy: Type.Enum(['captcha', 'password-captcha']),
    },
    closed,
  ),
  enableLoginAccountSwitch: Type.Boolean(),
  /** An extension of ours, since the published settings have no such field. Absent until it is set. */
  defaultPhoneCountryCode: Type.Optional(
    Type.String({
      pattern: '^\\+[1-9][0-9]{0,2}$',
      description: 'The country of phones that are given without one; +86 until it is set',
    }),
  ),
} as const;

const GeneralSecuritySettings = Type.Object(generalSettings);
export type GeneralSecuritySettings = Static<typeof GeneralSecuritySettings>;

/** Extensions of ours, for the pages where people sign in. */
const SsoLifetimesDto = Type.Object(
  {
    idleSeconds: Type.Integer({ description: 'Until a browser that is not used has to sign in again' }),
    absoluteSeconds: Type.Integer({ description: 'Until every browser has to sign in again' }),
  },
  closed,
);
const PoolBrandDto = Type.Object({ logoUrl: nullableText(2048, 'An http or https URL'), color, termsUrl }, closed);

/** `data` of `get-security-settings` and `update-security-settings` (wire 3.3). */
export const SecuritySettingsDto = Type.Object({
  allowedOrigins: Type.Optional(Type.String({ description: 'One origin a line; updates take a list' })),
  ...generalSettings,
  registerDisabled: Type.Boolean(),
  qrcodeLoginStrategy: QrcodeLoginStrategyDto,
  sso: Type.Optional(SsoLifetimesDto),
  brand: Type.Optional(PoolBrandDto),
  updatedAt: Type.Optional(Type.String({ description: 'ISO 8601' })),
  ...versionedFields,
});
export type SecuritySettingsDto = Static<typeof SecuritySettingsDto>;

export const UpdateSecuritySettingsDto = Type.Object({
  allowedOrigins: Type.Optional(origins),
  ...Type.Partial(GeneralSecuritySettings).properties,
  registerDisabled: Type.Optional(Type.Boolean()),
  qrcodeLoginStrategy: Type.Optional(Type.Partial(QrcodeLoginStrategyDto, closed)),
  sso: Type.Optional(Type.Partial(SsoLifetimesDto, closed)),
  brand: Type.Optional(Type.Partial(PoolBrandDto, closed)),
  ifVersion,
});
export type UpdateSecuritySettingsDto = Static<typeof UpdateSecuritySettingsDto>;

export const MfaSettingsDto = Type.Object({
  enabledFactors: Type.Array(Type.Enum(['OTP', 'SMS', 'EMAIL', 'FACE'])),
});
export type MfaSettingsDto = Static<typeof MfaSettingsDto>;

// Logins and logs ---------------------------------------------------------------------------------------------------

const userIdTypes = [
  'user_id',
  'external_id',
  'phone',
  'email',
  'username',
  'identity',
  'sync_relation',
  'custom_field',
] as const;
const userIdType = Type.Optional(Type.Enum([...userIdTypes], { description: 'Default user_id' }));

export const UserLoginHistoryQuery = Type.Object({
  userId: id(256),
  userIdType,
  appId: text(128),
  clientIp: text(64),
  start: instantQuery('Epoch milliseconds, included'),
  end: instantQuery('Epoch milliseconds, included'),
  ...pageQuery,
});

export const UserLoginHistoryDto = Type.Object({
  appId: Type.String(),
  appName: Type.String(),
  appLogo: Type.String(),
  appLoginUrl: Type.String(),
  clientIp: Type.String(),
  userAgent: Type.Optional(Type.String()),
  time: Type.String({ description: 'ISO 8601' }),
});
export const UserLoginHistoryPageDto = pageOf(UserLoginHistoryDto);
export type UserLoginHistoryPageDto = Static<typeof UserLoginHistoryPageDto>;

export const UserIdQuery = Type.Object({ userId: id(256), userIdType });

export const UserLoggedInAppDto = Type.Object({
  appId: Type.String(),
  appName: Type.String(),
  appLogo: Type.String(),
  appLoginUrl: Type.String(),
});
export type UserLoggedInAppDto = Static<typeof UserLoggedInAppDto>;

const ParsedUserAgent = Type.Object({
  device: Type.String(),
  name: Type.String({ description: 'The browser' }),
  os: Type.String(),
});
export type ParsedUserAgent = Static<typeof ParsedUserAgent>;

const GeoIp = Type.Object(
  {
    location: Type.Object({ lon: Type.Number(), lat: Type.Number() }),
    country_name: Type.String(),
    country_code2: Type.String(),
    country_code3: Type.String(),
    region_name: Type.String(),
    region_code: Type.String(),
    city_name: Type.String(),
    continent_code: Type.String(),
    timezone: Type.String(),
  },
  { description: 'Empty: addresses are not looked up here' },
);

const logFilter = {
  requestId: text(64),
  clientIp: text(64),
  userId: text(256),
  start: Type.Optional(Type.Integer({ minimum: 0, description: 'Epoch milliseconds, included' })),
  end: Type.Optional(Type.Integer({ minimum: 0, description: 'Epoch milliseconds, included' })),
  success: Type.Optional(Type.Boolean()),
  pagination,
} as const;

export const GetUserActionLogsDto = Type.Object({ ...logFilter, eventType: text(64), appId: text(128) });
export type GetUserActionLogsDto = Static<typeof GetUserActionLogsDto>;

export const UserActionLogDto = Type.Object({
  userId: Type.String(),
  userAvatar: Type.String(),
  userDisplayName: Type.String(),
  userLoginsCount: Type.Integer(),
  appId: Type.String(),
  appName: Type.String(),
  clientIp: Type.Optional(Type.String()),
  eventType: Type.String(),
  eventDetail: Type.Optional(Type.String()),
  success: Type.Boolean(),
  appLoginUrl: Type.String(),
  appLogo: Type.String(),
  userAgent: Type.String(),
  parsedUserAgent: ParsedUserAgent,
  geoip: GeoIp,
  timestamp: Type.String({ description: 'ISO 8601' }),
  requestId: Type.String(),
  count: Type.Optional(Type.Integer({ description: 'How often within a minute: there where a refusal was repeated' })),
});
export type UserActionLogDto = Static<typeof UserActionLogDto>;
export const UserActionLogPageDto = pageOf(UserActionLogDto);
export type UserActionLogPageDto = Static<typeof UserActionLogPageDto>;

export const GetAdminAuditLogsDto = Type.Object({
  ...logFilter,
  userId: Type.Optional(Type.String({ maxLength: 256, description: 'Who acted: an access key id, or the pool id' })),
  operationType: text(64),
  resourceType: text(64),
});
export type GetAdminAuditLogsDto = Static<typeof GetAdminAuditLogsDto>;

export const AdminAuditLogDto = Type.Object({
  adminUserId: Type.String({ description: "The access key's id, or the pool's" }),
  adminUserAvatar: Type.String(),
  adminUserDisplayName: Type.String(),
  clientIp: Type.Optional(Type.String()),
  operationType: Type.String(),
  resourceType: Type.String(),
  eventDetails: Type.Optional(Type.String()),
  operationParam: Type.Optional(Type.String()),
  originValue: Type.Optional(Type.String({ description: 'JSON of what changed, before' })),
  targetValue: Type.Optional(Type.String({ description: 'JSON of what changed, after' })),
  success: Type.Boolean(),
  userAgent: Type.String(),
  ua: ParsedUserAgent,
  geoip: GeoIp,
  timestamp: Type.String({ description: 'ISO 8601' }),
  requestId: Type.String(),
});
export type AdminAuditLogDto = Static<typeof AdminAuditLogDto>;
export const AdminAuditLogPageDto = pageOf(AdminAuditLogDto);
export type AdminAuditLogPageDto = Static<typeof AdminAuditLogPageDto>;
