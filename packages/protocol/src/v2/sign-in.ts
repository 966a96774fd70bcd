import { type Static, type TSchema, Type } from 'typebox';
import { profileFields } from '../user.ts';
import { expectedState, makerCredentials, newCodeState, qrDoors, scannedFacts, scanToken, ToldBrowser } from '../v3.ts';

/** The messages of `/api/v2/*` and `/api/qrcode/*` (wire 2.5–2.7, 4.6, 6.2). Replies are successes; refusals share one shape (wire 7.3). */

/** Every v2 success with an envelope: `data` is what the endpoint gives. */
export const envelopeV2 = <T extends TSchema>(data: T) =>
  Type.Object({
    code: Type.Integer({ description: '200 is the only success; otherwise a refusal (wire 7.3)' }),
    message: Type.String(),
    data: Type.Optional(data),
  });

const nullable = (description?: string) => Type.Union([Type.String(), Type.Null()], description ? { description } : {});

/** The V2 user (wire 4.6, 6.2). */
export const V2User = Type.Object(
  {
    id: Type.String(),
    arn: Type.String(),
    userPoolId: Type.String(),
    status: Type.Enum(['Activated', 'Suspended', 'Deactivated', 'Resigned', 'Archived']),
    username: nullable(),
    email: nullable(),
    emailVerified: Type.Boolean(),
    phone: nullable(),
    phoneVerified: Type.Boolean(),
    phoneCountryCode: nullable(),
    unionid: nullable(),
    openid: nullable(),
    nickname: nullable(),
    registerSource: Type.Array(Type.String()),
    photo: Type.String({ description: 'Always a URL' }),
    password: Type.Null(),
    oauth: Type.String({ description: 'Empty: no logins through other providers are kept here' }),
    token: Type.Optional(Type.String({ description: 'V2 login token; only where a login happened' })),
    tokenExpiredAt: Type.Optional(Type.String({ description: 'ISO 8601' })),
    loginsCount: Type.Integer(),
    lastLogin: nullable('ISO 8601'),
    lastIp: nullable(),
    lastIP: nullable('The same under the name GraphQL uses'),
    signedUp: Type.String({ description: 'ISO 8601' }),
    blocked: Type.Boolean(),
    isDeleted: Type.Boolean(),
    device: nullable(),
    browser: nullable(),
    company: nullable(),
    name: nullable(),
    givenName: nullable(),
    familyName: nullable(),
    middleName: nullable(),
    profile: nullable(),
    preferredUsername: nullable(),
    website: nullable(),
    gender: Type.Enum(['M', 'F', 'U']),
    birthdate: nullable(),
    zoneinfo: nullable(),
    locale: nullable(),
    address: nullable(),
    formatted: nullable(),
    streetAddress: nullable(),
    locality: nullable(),
    region: nullable(),
    postalCode: nullable(),
    city: nullable(),
    province: nullable(),
    country: nullable(),
    createdAt: Type.String({ description: 'ISO 8601' }),
    updatedAt: Type.String({ description: 'ISO 8601' }),
    externalId: nullable(),
    identities: Type.Array(Type.Unknown()),
    customData: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { $id: 'V2User' },
);
export type V2User = Static<typeof V2User>;

// Codes -------------------------------------------------------------------------------------------------------------

const id = (maxLength = 128) => Type.String({ minLength: 1, maxLength });
const freeData = Type.Optional(
  Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.String(), Type.Null()], {
    description: 'An object, or one as JSON text',
  }),
);

/** `POST /api/v2/qrcode/gene` (wire 2.5). The page's own data has three names: `params`, `customData`, `customeData`; the first given counts. */
export const V2GeneQrCodeDto = Type.Object({
  scene: Type.String({
    minLength: 1,
    maxLength: 64,
    description: '`APP_AUTH` is served; others belong to other products and are refused',
  }),
  params: freeData,
  customData: freeData,
  customeData: freeData,
  withCustomData: Type.Optional(
    Type.Union([Type.Boolean(), Type.Null()], {
      description: "True: the user the page gets in the end carries the person's customData",
    }),
  ),
  context: Type.Optional(Type.Unknown({ description: 'Accepted and ignored' })),
  autoMergeQrCode: Type.Optional(Type.Unknown({ description: 'Accepted and ignored' })),
  extIdpConnId: Type.Optional(Type.Unknown({ description: 'Accepted and ignored' })),
  ...makerCredentials,
  pollChallenge: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description: 'base64url(SHA-256(poll secret)), as in v3: binds the code to the holder of the secret',
    }),
  ),
  state: newCodeState,
  browser: Type.Optional(ToldBrowser),
});
export type V2GeneQrCodeDto = Static<typeof V2GeneQrCodeDto>;

export const V2GeneQrCodeData = Type.Object({
  random: Type.String({ description: 'The id of the code; v3 calls it qrcodeId' }),
  expiresIn: Type.Integer({ description: 'Seconds until the code expires' }),
  url: Type.String({ description: 'PNG of the code' }),
  customLogo: Type.Optional(
    Type.String({
      description:
        'To be drawn over the middle of the image; told where the code is still read below a circle of width / 2.4',
    }),
  ),
});

/** `GET /api/v2/qrcode/check` (wire 2.6). */
export const V2CheckQrCodeQuery = Type.Object({ random: id() });

/** Replies to polls are frequent, and a list of types is serialised faster than a union. */
const textOrNull = (description: string) => Type.Unsafe<string | null>({ type: ['string', 'null'], description });

export const V2CheckQrCodeData = Type.Object({
  random: Type.String(),
  status: Type.Integer({ description: '0 not scanned, 1 scanned, 2 agreed, 3 cancelled, -1 expired or used' }),
  userInfo: Type.Object(
    { nickname: Type.Optional(textOrNull('As others see them')), photo: Type.Optional(Type.String()) },
    {
      additionalProperties: true,
      description: 'Always an object; the whole user with a token at 2 when polls return the full user info',
    },
  ),
  ticket: textOrNull('Only at 2'),
  scannedUserId: textOrNull('Only when polls return the full user info'),
});
export type V2CheckQrCodeData = Static<typeof V2CheckQrCodeData>;

/** `POST /api/v2/qrcode/{scanned,confirm,cancel}` (wire 2.7). */
export const V2MoveQrCodeDto = Type.Object({
  random: id(),
  door: Type.Optional(Type.Enum([...qrDoors])),
  scanToken: scanToken(),
});
export type V2MoveQrCodeDto = Static<typeof V2MoveQrCodeDto>;

export const V2MoveQrCodeData = Type.Object({
  random: Type.String(),
  status: Type.Integer({
    description: 'Not the status of polls: 0 undecided (scanned), 1 agreed (confirm), -1 refused (cancel)',
  }),
  description: Type.String(),
  ...scannedFacts,
});

/** `POST /api/v2/qrcode/userinfo` (wire 2.7): the ticket, and one of several ways to prove that the caller is a backend. */
export const V2ExchangeTicketDto = Type.Object({
  ticket: id(512),
  client_id: Type.Optional(Type.String({ maxLength: 128, description: 'The application, or the user pool' })),
  client_secret: Type.Optional(Type.String({ maxLength: 512, description: 'Its secret' })),
  userPoolId: Type.Optional(Type.String({ maxLength: 128, description: 'With secret: the same by another name' })),
  secret: Type.Optional(Type.String({ maxLength: 512 })),
  poll_secret: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'Required when the code was created with a pollChallenge',
    }),
  ),
  state: expectedState,
});
export type V2ExchangeTicketDto = Static<typeof V2ExchangeTicketDto>;

/** `data` of the reply to `userinfo`: the user, and the state of the QR code. */
export const V2ExchangedUser = Type.Object({
  ...V2User.properties,
  state: Type.Optional(Type.String({ description: 'What the code was made with, if with any' })),
});

// People ------------------------------------------------------------------------------------------------------------

const encrypted = Type.String({
  minLength: 1,
  maxLength: 1024,
  description:
    'Encrypted with the key of GET /api/v2/.well-known: RSA, PKCS#1 v1.5 padding, base64. Or sm2: and, in hex, C1C3C2 for the SM2 key of GET /api/v3/system',
});
const maybe = Type.Optional(Type.Union([Type.Boolean(), Type.Null()]));

/** `GET /api/v2/.well-known` (wire 4.6). */
export const V2WellKnown = Type.Object({ publicKey: Type.String({ description: 'SPKI PEM' }) });

/** `POST /api/v2/login/account` (wire 4.6). Other fields that phones send are ignored. */
export const V2LoginDto = Type.Object({
  account: Type.String({ minLength: 1, maxLength: 256, description: 'Username, e-mail or phone' }),
  password: encrypted,
  autoRegister: maybe,
  withCustomData: maybe,
});

const { gender, ...profileTexts } = profileFields;
export const v2Profile = Type.Optional(
  Type.Union([
    Type.Object({
      ...profileTexts,
      gender: Type.Optional(Type.Union([Type.Enum(['M', 'F', 'U']), Type.Null()])),
      phone: Type.Optional(Type.Union([id(64), Type.Null()])),
      phoneCountryCode: Type.Optional(Type.Union([Type.String({ maxLength: 8 }), Type.Null()])),
    }),
    Type.Null(),
  ]),
);
const registration = { password: encrypted, profile: v2Profile, forceLogin: maybe, generateToken: maybe };

/** `POST /api/v2/register/email` and `/api/v2/register/username` (wire 4.6). */
export const V2RegisterByEmailDto = Type.Object({ email: id(254), ...registration });
export const V2RegisterByUsernameDto = Type.Object({ username: id(64), ...registration });
export type V2RegisterDto = Static<typeof V2RegisterByEmailDto> | Static<typeof V2RegisterByUsernameDto>;

/** A user who has just signed in or registered. Guard expects a `statusCode` in this reply. */
export const V2LoginReply = Type.Object({ ...envelopeV2(V2User).properties, statusCode: Type.Integer() });

export const V2MeQuery = Type.Object({
  withCustomData: Type.Optional(Type.String({ maxLength: 8 })),
  with_custom_data: Type.Optional(Type.String({ maxLength: 8 })),
});

/** `POST /api/v2/users/refresh-token`: the user with a new token, issued at `iat` and valid until `exp`, in epoch seconds. */
export const V2RefreshedUser = Type.Object({ ...V2User.properties, iat: Type.Integer(), exp: Type.Integer() });

/** `POST /api/v2/udvs/get` (wire 4.6), whose reply is the bare list, and `GET /api/v2/udfs/values`. */
export const V2CustomDataDto = Type.Object({
  targetType: Type.String({ maxLength: 32, description: 'USER' }),
  targetId: id(),
});
export type V2CustomDataDto = Static<typeof V2CustomDataDto>;
export const V2CustomDatum = Type.Object({
  key: Type.String(),
  dataType: Type.String(),
  value: Type.String({ description: 'Text as it is, everything else as JSON' }),
  label: textOrNull('What people call it'),
});

/** `GET /api/v2/users/me/security-level`. */
export const V2SecurityLevel = Type.Object({
  score: Type.Integer(),
  email: Type.Boolean({ description: 'Whether one is bound, as with phone and password' }),
  phone: Type.Boolean(),
  password: Type.Boolean(),
  passwordSecurityLevel: Type.Union([Type.Integer(), Type.Null()]),
  mfa: Type.Boolean(),
});

/** `POST /api/v2/udfs/values`: sets custom data of the signed-in person. */
export const V2SetCustomDataDto = Type.Object({
  udfs: Type.Array(
    Type.Object({
      definition: Type.Union([id(), Type.Object({ key: id() })], { description: 'The key' }),
      value: Type.Unknown(),
    }),
    { maxItems: 100 },
  ),
});

/** `POST /api/v2/users/login/check-status`. */
export const V2CheckStatusDto = Type.Object({ token: Type.Optional(Type.String({ maxLength: 8192 })) });
export const V2LoginStatus = Type.Object({
  code: Type.Integer(),
  message: Type.String(),
  status: Type.Boolean({ description: 'The login stands' }),
  iat: Type.Optional(Type.Integer()),
  exp: Type.Optional(Type.Integer()),
  data: Type.Union([Type.Null(), Type.Object({ id: Type.String(), userPoolId: Type.String(), arn: Type.String() })]),
});

export const V2LogoutQuery = Type.Object({ app_id: Type.Optional(Type.String({ maxLength: 128 })) });

/** `GET /api/v2/oidc/validate_token`: one of the two tokens. */
export const V2ValidateTokenQuery = Type.Object({
  access_token: Type.Optional(Type.String({ minLength: 1, maxLength: 8192 })),
  id_token: Type.Optional(Type.String({ minLength: 1, maxLength: 8192 })),
});
