import { type Static, Type } from 'typebox';

/** People list their own logins and end them (wire 4.3). */

const word = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const digits = (description: string) => Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$', description }));
const pageQuery = {
  page: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,5}$', description: 'From 1; default 1' })),
  limit: Type.Optional(Type.String({ pattern: '^([1-9]|[1-4][0-9]|50)$', description: 'At most 50; default 10' })),
};

/** `GET /api/v3/get-my-login-history`. */
export const MyLoginHistoryQuery = Type.Object({
  appId: word(128),
  clientIp: word(64),
  success: Type.Optional(Type.Enum(['true', 'false', 'True', 'False'], { description: 'Default: both' })),
  start: digits('Epoch milliseconds, included'),
  end: digits('Epoch milliseconds, included'),
  ...pageQuery,
});

export const loginMethods = ['PASSWORD', 'PASSCODE', 'QRCODE', 'UNKNOWN'] as const;

export const MyLoginDto = Type.Object({
  userId: Type.String(),
  appId: Type.String(),
  appName: Type.String(),
  appLogo: Type.String(),
  appLoginUrl: Type.String(),
  loginAt: Type.String({ description: 'ISO 8601' }),
  clientIp: Type.String(),
  success: Type.Boolean(),
  errorMessage: Type.Optional(Type.String()),
  userAgent: Type.String(),
  parsedUserAgent: Type.Object({ device: Type.String(), name: Type.String(), os: Type.String() }),
  loginMethod: Type.Enum([...loginMethods]),
  geoip: Type.Record(Type.String(), Type.Unknown(), { description: 'Empty: addresses are not looked up here' }),
  count: Type.Optional(Type.Integer({ description: 'How often within a minute: there where a refusal was repeated' })),
});
export type MyLoginDto = Static<typeof MyLoginDto>;

export const MyLoginHistoryDto = Type.Object({ totalCount: Type.Integer(), list: Type.Array(MyLoginDto) });
export type MyLoginHistoryDto = Static<typeof MyLoginHistoryDto>;

/** `GET /api/v3/get-my-logged-in-apps`. */
export const MyLoggedInAppDto = Type.Object({
  appId: Type.String(),
  appName: Type.String(),
  appLogo: Type.String(),
  appLoginUrl: Type.String(),
  active: Type.Boolean({ description: 'A login with it is alive now' }),
});
export type MyLoggedInAppDto = Static<typeof MyLoggedInAppDto>;

/** `GET /api/v3/mydevices/list`. */
export const MyDevicesQuery = Type.Object(pageQuery);

export const MyDeviceDto = Type.Object({
  device: Type.Object({
    deviceId: Type.String({ description: 'To end it with; one login, one device' }),
    name: Type.String({ description: 'For people: browser and system' }),
    type: Type.Enum(['Browser', 'Mobile', 'Desktop']),
    os: Type.Optional(Type.String()),
    status: Type.Enum(['activated']),
    userAgent: Type.Optional(Type.String()),
  }),
  lastLoginTime: Type.String({ description: 'ISO 8601' }),
  lastIp: Type.Optional(Type.String({ description: "The person's browser; absent when a server asked for the code" })),
  online: Type.Boolean({ description: 'Always true: what has ended is not listed' }),
  appId: Type.String(),
  appName: Type.String(),
  appLogo: Type.String(),
  loginMethod: Type.Enum([...loginMethods]),
  expiresAt: Type.String({ description: 'ISO 8601; when it ends by itself' }),
  isCurrent: Type.Boolean({ description: 'The login that asks' }),
  confirmedBy: Type.Union([Type.String(), Type.Null()], {
    description: 'deviceId of the phone that confirmed it; null when it did not come from a scan',
  }),
  confirmedCount: Type.Integer({ description: 'Logins it confirmed that are alive, and would end with it' }),
});
export type MyDeviceDto = Static<typeof MyDeviceDto>;

export const MyDevicesDto = Type.Object({
  statusCode: Type.Integer(),
  message: Type.String(),
  apiCode: Type.Optional(Type.Integer()),
  requestId: Type.String(),
  totalCount: Type.Optional(Type.Integer({ description: 'Beside the published list: without regard to the page' })),
  data: Type.Optional(Type.Array(MyDeviceDto)),
});

/** `POST /api/v3/mydevices/revoke-session` and `unbind`. */
export const EndMyDeviceDto = Type.Object({ deviceId: Type.String({ minLength: 1, maxLength: 128 }) });
export type EndMyDeviceDto = Static<typeof EndMyDeviceDto>;

export const EndedDevicesDto = Type.Object({
  success: Type.Boolean(),
  ended: Type.Integer({ description: 'Logins that ended: this one, and those it confirmed' }),
});
export type EndedDevicesDto = Static<typeof EndedDevicesDto>;

/** `GET /api/v3/get-my-consents`. */
export const MyConsentDto = Type.Object({
  appId: Type.String(),
  appName: Type.String(),
  appLogo: Type.String(),
  appLoginUrl: Type.String(),
  scopes: Type.Array(Type.String(), { description: 'What it may read: the words of OpenID Connect' }),
  givenAt: Type.String({ description: 'ISO 8601; the latest yes' }),
});
export type MyConsentDto = Static<typeof MyConsentDto>;

/** `POST /api/v3/withdraw-my-consent`. */
export const WithdrawMyConsentDto = Type.Object({ appId: Type.String({ minLength: 1, maxLength: 128 }) });
export type WithdrawMyConsentDto = Static<typeof WithdrawMyConsentDto>;

/** `GET /api/v3/get-security-info`. */
export const SecurityInfoDto = Type.Object({
  passwordSecurityLevel: Type.Integer({ description: '0 none, 1 low, 2 middle, 3 high' }),
  mfaEnrolled: Type.Boolean({ description: 'False: no second factor is served' }),
  passwordSet: Type.Boolean(),
  emailBinded: Type.Boolean(),
  phoneBinded: Type.Boolean(),
  securityScore: Type.Integer({ description: '0 to 100: 20 for each level of the password, 20 for each address' }),
});
export type SecurityInfoDto = Static<typeof SecurityInfoDto>;
