import { type Static, Type } from 'typebox';

/**
 * The messages of `/oidc/*` and `/oauth/*` (wire 4.4; RFC 6749, 7009, 7662, OpenID Connect Core and RP-Initiated
 * Logout). Bodies are form-encoded; the same fields are accepted as JSON. Unknown fields are ignored, as the RFC asks.
 */

const text = (maxLength: number, description?: string) =>
  Type.Optional(Type.String({ maxLength, ...(description === undefined ? {} : { description }) }));

/** The scopes that a client may ask for (wire 4.1). */
export const offeredScopes = [
  'openid',
  'profile',
  'username',
  'email',
  'phone',
  'address',
  'offline_access',
  'roles',
  'external_id',
  'extended_fields',
  'tenant_id',
] as const;

export type Scope = (typeof offeredScopes)[number];

/** The grant of devices without a browser (RFC 8628, 3.4). */
export const deviceGrantType = 'urn:ietf:params:oauth:grant-type:device_code';

/** In characters; no token that this server issues is longer. */
const maxTokenLength = 8192;

const clientFields = {
  client_id: text(128, 'With client_secret_post and none; otherwise in `authorization: Basic` or the app id header'),
  client_secret: text(512, 'With client_secret_post'),
};

/** `POST /oidc/token`. */
export const OidcTokenRequest = Type.Object({
  grant_type: Type.String({
    minLength: 1,
    maxLength: 128,
    description: `authorization_code, refresh_token, client_credentials, password, ${deviceGrantType} or http://authing.cn/oidc/grant_type/authing_token`,
  }),
  scope: text(512, 'Space-separated; refresh_token: a part of what was granted'),
  code: text(512, 'Grant authorization_code'),
  redirect_uri: text(2048, 'Grant authorization_code: the one of the authorization request'),
  code_verifier: text(512, 'Grant authorization_code with PKCE'),
  refresh_token: text(maxTokenLength, 'Grant refresh_token'),
  username: text(256, 'Grant password: username, e-mail or phone'),
  password: text(1024, 'Grant password'),
  device_code: text(128, 'Grant device_code: as the device authorization endpoint gave it'),
  token: text(maxTokenLength, 'Grant authing_token: a V2 login token or an ID token'),
  ...clientFields,
});
export type OidcTokenRequest = Static<typeof OidcTokenRequest>;

export const OidcTokenResponse = Type.Object({
  access_token: Type.String(),
  token_type: Type.String({ description: 'Bearer' }),
  expires_in: Type.Integer({ description: 'Seconds' }),
  scope: Type.Optional(Type.String()),
  id_token: Type.Optional(Type.String({ description: 'With scope openid' })),
  refresh_token: Type.Optional(Type.String({ description: 'With scope offline_access; the one used is void now' })),
});
export type OidcTokenResponse = Static<typeof OidcTokenResponse>;

/** `POST /oidc/token/introspection` and `/oidc/token/revocation`. */
export const OidcTokenSubject = Type.Object({
  token: Type.String({ minLength: 1, maxLength: maxTokenLength }),
  token_type_hint: text(64, 'access_token or refresh_token; not needed'),
  ...clientFields,
});
export type OidcTokenSubject = Static<typeof OidcTokenSubject>;

export const OidcIntrospection = Type.Object({
  active: Type.Boolean({ description: 'False for everything that is not a live token of the asking application' }),
  sub: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  aud: Type.Optional(Type.String()),
  iss: Type.Optional(Type.String()),
  iat: Type.Optional(Type.Integer({ description: 'Seconds since the epoch' })),
  exp: Type.Optional(Type.Integer({ description: 'Seconds since the epoch' })),
  scope: Type.Optional(Type.String()),
  token_type: Type.Optional(Type.String({ description: 'Bearer or refresh_token' })),
  jti: Type.Optional(Type.String()),
  sid: Type.Optional(Type.String({ description: 'The login session' })),
});
export type OidcIntrospection = Static<typeof OidcIntrospection>;

/** The empty reply of a revocation: its status says everything (RFC 7009). */
export const OidcRevocation = Type.Object({});

/** `GET` and `POST /oidc/me`. The token may also come in the `authorization` header. */
export const OidcUserInfoRequest = Type.Object({ access_token: text(maxTokenLength) });
export type OidcUserInfoRequest = Static<typeof OidcUserInfoRequest>;

export const OidcUserInfo = Type.Object(
  { sub: Type.String({ description: 'The user id' }) },
  { additionalProperties: true, description: 'Claims by the scope of the token; empty ones are left out' },
);
export type OidcUserInfo = Static<typeof OidcUserInfo>;

/** `GET /oidc/session/end`. */
export const OidcLogoutQuery = Type.Object({
  id_token_hint: text(maxTokenLength, 'An ID token of the login to end; may have expired'),
  client_id: text(128),
  post_logout_redirect_uri: text(2048, "One of the application's logoutRedirectUris, letter by letter"),
  state: text(2048, 'Given back on the redirect'),
});
export type OidcLogoutQuery = Static<typeof OidcLogoutQuery>;

/** `POST /oidc/session/end`. */
export const OidcLogoutForm = Type.Object({
  ...OidcLogoutQuery.properties,
  confirm: text(64, "The person's yes, from our own page"),
});
export type OidcLogoutForm = Static<typeof OidcLogoutForm>;

export const OidcLogoutResult = Type.Object({ success: Type.Boolean() });

export const JsonWebKeySet = Type.Object({
  keys: Type.Array(
    Type.Object({
      kty: Type.String(),
      n: Type.String(),
      e: Type.String(),
      kid: Type.String(),
      use: Type.String(),
      alg: Type.String(),
    }),
    { description: 'The key in use first, then retired ones while their tokens may live' },
  ),
});

/** `GET /oidc/.well-known/openid-configuration`, and the same as metadata of an OAuth server (RFC 8414). */
export const OidcDiscovery = Type.Object({
  issuer: Type.String(),
  authorization_endpoint: Type.String(),
  token_endpoint: Type.String(),
  device_authorization_endpoint: Type.String(),
  userinfo_endpoint: Type.String(),
  jwks_uri: Type.String(),
  introspection_endpoint: Type.String(),
  revocation_endpoint: Type.String(),
  end_session_endpoint: Type.String(),
  backchannel_logout_supported: Type.Boolean(),
  backchannel_logout_session_supported: Type.Boolean(),
  scopes_supported: Type.Array(Type.String()),
  response_types_supported: Type.Array(Type.String()),
  response_modes_supported: Type.Array(Type.String()),
  code_challenge_methods_supported: Type.Array(Type.String()),
  prompt_values_supported: Type.Array(Type.String()),
  ui_locales_supported: Type.Array(Type.String()),
  claims_parameter_supported: Type.Boolean(),
  request_parameter_supported: Type.Boolean(),
  request_uri_parameter_supported: Type.Boolean(),
  authorization_response_iss_parameter_supported: Type.Optional(Type.Boolean()),
  grant_types_supported: Type.Array(Type.String()),
  subject_types_supported: Type.Array(Type.String()),
  id_token_signing_alg_values_supported: Type.Array(Type.String()),
  token_endpoint_auth_methods_supported: Type.Array(Type.String()),
  introspection_endpoint_auth_methods_supported: Type.Array(Type.String()),
  revocation_endpoint_auth_methods_supported: Type.Array(Type.String()),
  claims_supported: Type.Array(Type.String()),
});
export type OidcDiscovery = Static<typeof OidcDiscovery>;

/** RFC 6749, section 5.2. */
export const OidcError = Type.Object({
  error: Type.String({ description: 'invalid_request, invalid_client, invalid_grant, …' }),
  error_description: Type.String(),
});
export type OidcError = Static<typeof OidcError>;
