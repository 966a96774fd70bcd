import { type Static, Type } from 'typebox';

/** What management clients of the second generation read (wire 5.2, row 26). */

const id = (maxLength = 128) => Type.String({ minLength: 1, maxLength });
const page = Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,6}$', description: 'From 1; default 1' }));
const limit = Type.Optional(Type.String({ pattern: '^([1-9]|[1-4][0-9]|50)$', description: '1 to 50; default 10' }));
const instant = Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$', description: 'Epoch milliseconds, included' }));
const words = Type.Optional(
  Type.Union([Type.String({ maxLength: 256 }), Type.Array(Type.String({ maxLength: 256 }), { maxItems: 50 })]),
);

export const V2IdParams = Type.Object({ id: id() });
export const V2UserQuery = Type.Object({ with_custom_data: Type.Optional(Type.Enum(['true', 'false'])) });

export const V2UserBatchDto = Type.Object({
  ids: Type.Array(id(256), { maxItems: 100 }),
  type: Type.Optional(Type.Enum(['id', 'username', 'email', 'phone', 'externalId'], { description: 'Default id' })),
  withCustomData: Type.Optional(Type.Boolean()),
});

export const V2LoginStatusQuery = Type.Object({
  userId: id(),
  appId: Type.Optional(Type.String({ maxLength: 128 })),
  deviceId: Type.Optional(Type.String({ maxLength: 128, description: 'Ignored' })),
});

export const V2KickUsersDto = Type.Object({ userIds: Type.Array(id(), { minItems: 1, maxItems: 100 }) });

/** `GET /logout`, by which a management client ends a user's logins. */
export const V2LogoutUserQuery = Type.Object({
  userId: Type.Optional(id()),
  appId: Type.Optional(id()),
  deviceId: Type.Optional(id()),
});

export const V2PageQuery = Type.Object({ page, limit });

export const V2Application = Type.Object({
  id: Type.String(),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  userPoolId: Type.String(),
  protocol: Type.String(),
  isOfficial: Type.Boolean(),
  isDeleted: Type.Boolean(),
  isDefault: Type.Boolean(),
  isDemo: Type.Boolean(),
  name: Type.String(),
  description: Type.String(),
  identifier: Type.String(),
  logo: Type.String(),
  redirectUris: Type.Array(Type.String()),
  logoutRedirectUris: Type.Array(Type.String()),
  oidcProviderEnabled: Type.Boolean(),
  oauthProviderEnabled: Type.Boolean(),
  samlProviderEnabled: Type.Boolean(),
  casProviderEnabled: Type.Boolean(),
  registerDisabled: Type.Boolean(),
  customSecurityEnabled: Type.Boolean(),
  oidcConfig: Type.Record(Type.String(), Type.Unknown()),
});
export type V2Application = Static<typeof V2Application>;

export const V2LogQuery = Type.Object({
  clientip: Type.Optional(Type.String({ maxLength: 64 })),
  eventType: Type.Optional(Type.String({ maxLength: 64 })),
  userId: Type.Optional(Type.String({ maxLength: 256 })),
  app_id: words,
  'app_id[]': words,
  operation_name: words,
  'operation_name[]': words,
  operator_arn: words,
  'operator_arn[]': words,
  exclude_non_app_records: Type.Optional(Type.String({ maxLength: 8, description: 'Ignored: every row has one' })),
  page,
  limit,
  start: instant,
  end: instant,
});
export type V2LogQuery = Static<typeof V2LogQuery>;

export const V2PasswordCheckDto = Type.Object({ password: Type.String({ maxLength: 4096 }) });
