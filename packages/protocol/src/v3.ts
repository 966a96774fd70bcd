import { type Static, type TSchema, Type } from 'typebox';
import { PassCodePayload } from './passcodes.ts';
import { profileFields, UserDto } from './user.ts';

/** The messages of `/api/v3/*` (wire 2, 4), from which validation, the API reference and the SDK's types are made. */

const refusal = Type.Optional(
  Type.String({
    description:
      'On failure only, an extension: the exact name, such as `qr_other_user`, where several refusals share their numbers. Names are never changed; new ones may come',
  }),
);

/** Every v3 reply except `/api/v3/system` (wire 2.0): `data` is what the endpoint gives. */
export const envelope = <T extends TSchema>(data: T) =>
  Type.Object({
    statusCode: Type.Integer({
      description:
        '200 is the only success; otherwise the class of the refusal: 400, 401, 403, 404, 409, 422, 429, 500 …',
    }),
    message: Type.String(),
    apiCode: Type.Optional(Type.Integer({ description: 'Fine-grained code, on failure only' })),
    refusal,
    requestId: Type.String({ description: 'UUID; also in every log line of the request' }),
    data: Type.Optional(data),
  });

export const CommonResponseDto = Type.Object({
  statusCode: Type.Integer(),
  message: Type.String(),
  apiCode: Type.Optional(Type.Integer()),
  refusal,
  requestId: Type.String(),
});
export type CommonResponseDto = Static<typeof CommonResponseDto>;

const id = (maxLength = 128) => Type.String({ minLength: 1, maxLength });
const flag = Type.Optional(
  Type.Enum(['true', 'false', 'True', 'False'], {
    description: 'Query booleans arrive as words; Python clients write them with a capital',
  }),
);
const anyObject = Type.Record(Type.String(), Type.Unknown());

/** What a backend with a proven secret reports about the browser that it makes a QR code for. */
export const ToldBrowser = Type.Object(
  {
    ip: Type.String({ minLength: 1, maxLength: 80 }),
    userAgent: Type.Optional(Type.String({ maxLength: 4096 })),
    acceptLanguage: Type.Optional(Type.String({ maxLength: 1024, description: 'As its header has it' })),
  },
  {
    description:
      'For backends, with client_secret, Basic or management credentials: the browser the code is for. The phone shows it as reported by the site, and limits count by its address. Without a proof it is refused',
  },
);
export type ToldBrowser = Static<typeof ToldBrowser>;

/** A value that the page's backend draws and keeps in the visitor's cookie. It shows that this visitor began the login. */
const loginState = (description: string) =>
  Type.Optional(Type.String({ minLength: 8, maxLength: 512, pattern: '^[\\x20-\\x7e]*$', description }));
/** Of whoever makes a code. */
export const makerCredentials = {
  client_id: Type.Optional(id()),
  client_secret: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'For backends whose codes write declared custom data into profiles; never in a page',
    }),
  ),
};

export const newCodeState = loginState(
  'A value of the page’s backend that nobody can guess, kept in the visitor’s own cookie: the exchange gives it back. Never in the picture, never shown to polls or phones',
);
export const expectedState = loginState(
  'The state of the visitor who brings the ticket: a ticket of a code made with another one, or with none, is refused and stays good',
);

// Codes -------------------------------------------------------------------------------------------------------------

/** `POST /api/v3/gene-qrcode` (wire 2.1). */
export const GeneQrCodeDto = Type.Object({
  type: Type.Enum(['MOBILE_APP', 'WECHAT_MINIPROGRAM', 'WECHAT_OFFICIAL_ACCOUNT'], {
    description: '`MOBILE_APP` is served; the other two belong to other products and are refused',
  }),
  extIdpConnId: Type.Optional(Type.String({ maxLength: 128, description: 'WeChat types only; ignored' })),
  customData: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'At most 4 KiB; in the image as long as it fits there: 2 KiB, or 900 bytes under a logo, always do',
    }),
  ),
  context: Type.Optional(anyObject),
  autoMergeQrCode: Type.Optional(Type.Boolean({ description: 'Accepted and ignored' })),
  ...makerCredentials,
  pollChallenge: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      description:
        'base64url(SHA-256(poll secret)). Binds the code: details and the ticket go only to polls that send the secret in the x-qr-poll-secret header',
    }),
  ),
  state: newCodeState,
  browser: Type.Optional(ToldBrowser),
});
export type GeneQrCodeDto = Static<typeof GeneQrCodeDto>;

export const GeneQrCodeDataDto = Type.Object({
  qrcodeId: Type.String(),
  url: Type.String({ description: 'PNG of the code; the same address with .svg gives an SVG' }),
  link: Type.Optional(
    Type.String({
      description: "Opens the app on the phone that shows the page; where the application's codes hold links",
    }),
  ),
  appName: Type.Optional(Type.String({ description: 'The app that the link opens, where only one may be meant' })),
  customLogoUrl: Type.Optional(
    Type.String({ description: 'The logo of the application, to be painted over an eighth of the image at most' }),
  ),
  expiresIn: Type.Integer({ description: 'Seconds until the code expires' }),
});
export type GeneQrCodeDataDto = Static<typeof GeneQrCodeDataDto>;

export const BriefUserInfo = Type.Object({
  displayName: Type.String(),
  photo: Type.String(),
});

export const TokenSetDto = Type.Object({
  scope: Type.Optional(Type.String()),
  access_token: Type.String(),
  id_token: Type.Optional(Type.String()),
  refresh_token: Type.Optional(Type.String({ description: 'Only with scope offline_access' })),
  token_type: Type.String({ description: 'Bearer' }),
  expire_in: Type.Integer({ description: 'Seconds; the published spelling' }),
  expires_in: Type.Integer({ description: 'The same seconds under the OAuth name' }),
  qrcodeId: Type.Optional(
    Type.String({ description: 'Ticket exchange only: compare it with the code your page showed' }),
  ),
  state: Type.Optional(Type.String({ description: 'Ticket exchange only: what the code was made with, if with any' })),
});
export type TokenSetDto = Static<typeof TokenSetDto>;

export const qrCodeStatuses = ['PENDING', 'SCANNED', 'AUTHORIZED', 'CANCELLED', 'EXPIRED', 'ERROR'] as const;
export type QrCodeStatus = (typeof qrCodeStatuses)[number];

/** `GET /api/v3/get-qrcode-status` and the deprecated `check-qrcode-status` (wire 2.2). */
export const QrCodeStatusQuery = Type.Object({
  qrcodeId: id(),
  waitSeconds: Type.Optional(
    Type.String({
      pattern: '^([0-9]|[12][0-9]|30)$',
      description:
        'Long poll, with `since`: the answer comes when the status is no longer `since`, or after this many seconds. 0 to 30, default 0',
    }),
  ),
  since: Type.Optional(
    Type.Enum([...qrCodeStatuses], { description: 'The status last seen; without it nothing waits' }),
  ),
});

export type QrCodeStatusQuery = Static<typeof QrCodeStatusQuery>;

/** `GET /api/v3/watch-qrcode-status`, an extension of ours: a stream of `CheckQrCodeStatusDataDto`. */
export const WatchQrCodeQuery = Type.Object({ qrcodeId: id() });

export const CheckQrCodeStatusDataDto = Type.Object({
  status: Type.Enum([...qrCodeStatuses]),
  ticket: Type.Optional(
    Type.String({ description: 'AUTHORIZED, when polls do not return full user info (the default)' }),
  ),
  briefUserInfo: Type.Optional(BriefUserInfo),
  tokenSet: Type.Optional(TokenSetDto),
  expiresIn: Type.Optional(Type.Integer({ description: 'Seconds left, PENDING and SCANNED only' })),
});
export type CheckQrCodeStatusDataDto = Static<typeof CheckQrCodeStatusDataDto>;

/** How a phone comes to a code, weaker from the first to the last: a link may come from anybody. */
export const qrDoors = ['camera', 'link', 'button', 'typed'] as const;
export type QrDoor = (typeof qrDoors)[number];

/** `POST /api/v3/set-qrcode-status` and the deprecated `change-qrcode-status` (wire 2.3). */
/** What the decision of a phone takes along that approves with a token of the company's own. */
export function scanToken() {
  return Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 128,
      description:
        "With CONFIRM and CANCEL, where the app approves with its company's token: the scanToken that SCAN gave",
    }),
  );
}

export const ChangeQrCodeStatusDto = Type.Object({
  qrcodeId: id(),
  action: Type.Enum(['SCAN', 'CONFIRM', 'CANCEL']),
  door: Type.Optional(
    Type.Enum([...qrDoors], {
      description:
        'With SCAN: how the app came to the code. Its own scanner (camera), a link it was opened by, the button of a page on the same phone, or an id that was typed or pasted',
    }),
  ),
  scanToken: scanToken(),
});
export type ChangeQrCodeStatusDto = Static<typeof ChangeQrCodeStatusDto>;
export type QrCodeAction = ChangeQrCodeStatusDto['action'];

/** What the phone shows before the person decides (threats T1): facts about the asking browser, none of them chosen by that browser. */
export const ConsentContext = Type.Object({
  applicationName: Type.String(),
  applicationDomain: Type.Union([Type.String(), Type.Null()]),
  requestedAt: Type.String({ description: 'ISO 8601' }),
  ageSeconds: Type.Integer(),
  ip: Type.Union([Type.String(), Type.Null()], {
    description: 'As seen, or as the site reported it; null when a site that proved itself reported nothing',
  }),
  place: Type.Union([Type.String(), Type.Null()], { description: 'Coarse place of the IP; null when unknown' }),
  browser: Type.Union([Type.String(), Type.Null()], { description: 'Fixed vocabulary' }),
  os: Type.Union([Type.String(), Type.Null()], { description: 'Fixed vocabulary' }),
  language: Type.Optional(Type.String({ description: 'The first language the browser asks for, as a BCP 47 tag' })),
  reportedBySite: Type.Optional(
    Type.Boolean({
      description: 'True: ip, browser, os and language are what the site said of the browser, not what we saw',
    }),
  ),
  firstTimeOnThisBrowser: Type.Boolean(),
  ipMismatch: Type.Union([Type.Boolean(), Type.Null()], { description: 'Browser and phone have different addresses' }),
  countryMismatch: Type.Union([Type.Boolean(), Type.Null()]),
  door: Type.Optional(Type.Enum([...qrDoors], { description: 'As the app told with SCAN: no fact of ours' })),
});
export type ConsentContext = Static<typeof ConsentContext>;

/** What SCAN tells beside the consent, which a link in a code does not hold (wire 2.3). */
export const scannedFacts = {
  scanToken: Type.Optional(
    Type.String({
      description:
        "After SCAN with a token of the company's own: send it with CONFIRM or CANCEL. Some installations demand it",
    }),
  ),
  consent: Type.Optional(ConsentContext),
  customData: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: "After SCAN: what the page gave along. The page's word, not the server's: no part of the consent",
    }),
  ),
  expiresIn: Type.Optional(Type.Integer({ description: 'After SCAN: seconds until the code expires' })),
};

export const ChangeQrCodeStatusDataDto = Type.Object({ success: Type.Boolean(), ...scannedFacts });
export type ChangeQrCodeStatusDataDto = Static<typeof ChangeQrCodeStatusDataDto>;

const companyText = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: '^\\P{Cc}+$', description });

/** `POST /api/v3/approve-qrcode`, an extension of ours: the moves of a phone, told by the company's own backend. */
export const ApproveQrCodeDto = Type.Object({
  ...ChangeQrCodeStatusDto.properties,
  person: Type.Object(
    {
      subject: Type.Optional(
        companyText(255, "The company's own id of the person; whoever is unknown gets an account at SCAN"),
      ),
      userId: Type.Optional(id()),
      externalId: Type.Optional(id()),
      displayName: Type.Optional(
        Type.String({ maxLength: 256, description: 'Beside subject: replaces the name here' }),
      ),
      photo: Type.Optional(
        Type.String({ maxLength: 2048, description: 'Beside subject: replaces the photo here; an https address' }),
      ),
      email: Type.Optional(
        Type.String({
          maxLength: 254,
          description: 'Beside subject: kept where emailVerified is true and nobody else of the pool has it',
        }),
      ),
      emailVerified: Type.Optional(Type.Boolean()),
      phone: Type.Optional(
        Type.String({
          maxLength: 32,
          description: 'Beside subject: with its country, as +4915…; kept as the e-mail address is',
        }),
      ),
      phoneVerified: Type.Optional(Type.Boolean()),
      customFields: Type.Optional(
        Type.Record(Type.String({ maxLength: 64 }), Type.Unknown(), {
          maxProperties: 100,
          description: 'Beside subject: values of declared custom fields; others are left out',
        }),
      ),
    },
    {
      description:
        'Exactly one of subject, userId and externalId. From your own login of the person, never from what the app sent',
    },
  ),
  session: Type.Optional(
    companyText(
      255,
      "Your name of the phone's login, the same until it ends. Without it all phones of the person count as one",
    ),
  ),
  phone: Type.Optional(
    Type.Object(
      {
        ip: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })),
        userAgent: Type.Optional(Type.String({ maxLength: 4096 })),
      },
      {
        description:
          'As your backend sees the phone. Without ip, whether phone and browser share a network stays unknown',
      },
    ),
  ),
});
export type ApproveQrCodeDto = Static<typeof ApproveQrCodeDto>;

/** `POST /api/v3/exchange-tokenset-with-qrcode-ticket` (wire 2.4). */
export const ExchangeTicketDto = Type.Object({
  ticket: id(512),
  client_id: Type.Optional(id()),
  client_secret: Type.Optional(id(512)),
  poll_secret: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: 'Required when the code was created with a pollChallenge',
    }),
  ),
  state: expectedState,
  scope: Type.Optional(Type.String({ maxLength: 512, description: 'Space-separated; default `openid profile`' })),
});
export type ExchangeTicketDto = Static<typeof ExchangeTicketDto>;

// People ------------------------------------------------------------------------------------------------------------

const encryptType = Type.Optional(Type.Enum(['none', 'rsa', 'sm2']));

/** `POST /api/v3/signin` (wire 4.1). */
export const SignInDto = Type.Object({
  connection: Type.Enum(['PASSWORD', 'PASSCODE', 'LDAP', 'AD']),
  passwordPayload: Type.Optional(
    Type.Object({
      password: Type.String({ minLength: 1, maxLength: 1024 }),
      account: Type.Optional(id(256)),
      email: Type.Optional(id(256)),
      username: Type.Optional(id(256)),
      phone: Type.Optional(id(64)),
    }),
  ),
  passCodePayload: Type.Optional(PassCodePayload),
  ldapPayload: Type.Optional(anyObject),
  adPayload: Type.Optional(anyObject),
  options: Type.Optional(
    Type.Object({
      scope: Type.Optional(Type.String({ maxLength: 512 })),
      clientIp: Type.Optional(Type.String({ maxLength: 64 })),
      context: Type.Optional(anyObject),
      customData: Type.Optional(anyObject),
      tenantId: Type.Optional(Type.String({ maxLength: 128 })),
      autoRegister: Type.Optional(Type.Boolean()),
      captchaCode: Type.Optional(Type.String({ maxLength: 64, description: 'Ignored: no sign-in asks for one' })),
      captchaToken: Type.Optional(Type.String({ maxLength: 512, description: 'Ignored as captchaCode is' })),
      passwordEncryptType: encryptType,
    }),
  ),
  client_id: Type.Optional(id()),
  client_secret: Type.Optional(id(512)),
});
export type SignInDto = Static<typeof SignInDto>;

/** `POST /api/v3/check-app-id-secret`. */
export const CheckAppSecretDto = Type.Object({ appId: id(), appSecret: Type.Optional(id(512)) });
export const ValidDto = Type.Object({ valid: Type.Boolean() });

/** `POST /api/v3/signup` (wire 4.2). */
export const SignUpDto = Type.Object({
  connection: Type.Enum(['PASSWORD', 'PASSCODE']),
  passwordPayload: Type.Optional(
    Type.Object({
      password: Type.String({ minLength: 1, maxLength: 1024 }),
      username: Type.Optional(id(64)),
      email: Type.Optional(id(254)),
    }),
  ),
  passCodePayload: Type.Optional(PassCodePayload),
  profile: Type.Optional(
    Type.Object({
      ...profileFields,
      email: Type.Optional(id(254)),
      phone: Type.Optional(id(64)),
      phoneCountryCode: Type.Optional(Type.String({ maxLength: 8 })),
      customData: Type.Optional(anyObject),
    }),
  ),
  options: Type.Optional(
    Type.Object({
      clientIp: Type.Optional(Type.String({ maxLength: 64 })),
      phonePassCodeForInformationCompletion: Type.Optional(Type.String({ maxLength: 16 })),
      emailPassCodeForInformationCompletion: Type.Optional(Type.String({ maxLength: 16 })),
      passwordForPhonePassCode: Type.Optional(Type.String({ maxLength: 1024 })),
      context: Type.Optional(anyObject),
      passwordEncryptType: encryptType,
    }),
  ),
});
export type SignUpDto = Static<typeof SignUpDto>;

/** `GET /api/v3/get-profile` (wire 4.3). */
export const GetProfileQuery = Type.Object({
  withCustomData: flag,
  withIdentities: flag,
  withDepartmentIds: flag,
});

/** `POST /api/v3/update-profile` (wire 4.3). Null clears a field; an absent one stays. */
export const UpdateProfileDto = Type.Object({
  ...profileFields,
  username: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()])),
  externalId: Type.Optional(Type.Union([Type.String({ minLength: 1, maxLength: 255 }), Type.Null()])),
  customData: Type.Optional(anyObject),
});
export type UpdateProfileDto = Static<typeof UpdateProfileDto>;

/** `POST /api/v3/update-password` (wire 4.3). */
export const UpdatePasswordDto = Type.Object({
  newPassword: Type.String({ minLength: 1, maxLength: 1024 }),
  oldPassword: Type.Optional(Type.String({ maxLength: 1024 })),
  passwordEncryptType: encryptType,
  passwordResetToken: Type.Optional(Type.String({ maxLength: 512 })),
});
export type UpdatePasswordDto = Static<typeof UpdatePasswordDto>;

/** `GET /api/v3/system` (wire 4.5): no envelope. */
export const SystemDto = Type.Object({
  rsa: Type.Object({ publicKey: Type.String({ description: 'SPKI PEM' }) }),
  sm2: Type.Object({ publicKey: Type.String({ description: 'Uncompressed point in hex, beginning with 04' }) }),
  version: Type.Object({ server: Type.String(), console: Type.String(), login: Type.String() }),
  publicIps: Type.Array(Type.String()),
});

export type SystemDto = Static<typeof SystemDto>;

export { UserDto };
