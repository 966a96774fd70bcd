import { type Static, Type } from 'typebox';
import { AndroidAppDto } from './app-links.ts';

/**
 * The messages between the hosted page and its server. They are no published API: the page and the server are of one release. Each
 * address names the interaction, and a cookie binds that to the browser; each POST carries `formHeader`.
 */

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const closed = { additionalProperties: false } as const;
const identifierKind = Type.Enum(['username', 'email', 'phone']);
const channel = Type.Enum(['email', 'phone']);
const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/** What the page shows now, and what it may offer. */
export const InteractionView = Type.Object({
  uuid: Type.String(),
  step: Type.Enum(['signIn', 'chooseAccount', 'consent', 'leave']),
  purpose: Type.Enum(['authorize', 'device']),
  formToken: Type.String(),
  expiresInSeconds: Type.Integer(),
  application: Type.Object({
    id: Type.String(),
    name: Type.String(),
    domain: nullable(Type.String()),
    logoUrl: nullable(Type.String()),
    color: nullable(Type.String({ description: '#rrggbb' })),
    termsUrl: nullable(Type.String()),
    kind: Type.Enum(['firstParty', 'relyingParty']),
    homeUrl: nullable(Type.String({ description: 'Where a sign-in of the application begins' })),
  }),
  pool: Type.Object({ name: Type.String() }),
  methods: Type.Object({
    qrcode: Type.Boolean(),
    password: nullable(Type.Object({ fields: Type.Array(identifierKind) })),
    passcode: nullable(Type.Object({ channels: Type.Array(channel) })),
    signUp: nullable(Type.Object({ with: Type.Array(identifierKind), passcode: Type.Array(channel) })),
    forgotPassword: Type.Boolean(),
  }),
  apps: Type.Array(
    Type.Object({
      name: Type.String(),
      logoUrl: nullable(Type.String()),
      appleAppIds: Type.Array(Type.String()),
      androidApps: Type.Array(AndroidAppDto),
      appStoreUrl: nullable(Type.String()),
      androidStoreUrl: nullable(Type.String()),
    }),
  ),
  account: nullable(
    Type.Object({
      displayName: Type.String(),
      photo: Type.String(),
      identifier: nullable(Type.String({ description: 'Masked' })),
    }),
  ),
  why: nullable(Type.Enum(['again', 'otherPerson', 'asked'])),
  hints: Type.Object({ login: nullable(Type.String()) }),
  consent: nullable(Type.Object({ scopes: Type.Array(Type.String()), offlineAccess: Type.Boolean() })),
  locale: nullable(Type.Enum(['en', 'zh'], { description: 'What the application asked for' })),
  leaveUrl: nullable(Type.String({ description: 'On this server: it answers the application' })),
  device: nullable(
    Type.Object({ userCode: Type.String(), ip: nullable(Type.String()), userAgent: nullable(Type.String()) }),
  ),
});
export type InteractionView = Static<typeof InteractionView>;

/** The code of the page. Its ticket never leaves the server. */
export const PageCodeView = Type.Object({
  status: Type.Enum(['NONE', 'PENDING', 'SCANNED', 'AUTHORIZED', 'CANCELLED', 'EXPIRED']),
  qrcodeId: Type.Optional(Type.String()),
  url: Type.Optional(Type.String({ description: 'Its picture; while PENDING' })),
  link: Type.Optional(Type.String({ description: 'Opens the app; while PENDING, where the application uses links' })),
  briefUserInfo: Type.Optional(Type.Object({ displayName: Type.String(), photo: Type.String() })),
  expiresIn: Type.Optional(Type.Integer({ description: 'Seconds left' })),
});
export type PageCodeView = Static<typeof PageCodeView>;

/** With all three, the answer comes when this code is no longer shown, or its status no longer `since`, or after this many seconds. */
export const PageCodeQuery = Type.Object({
  qrcodeId: Type.Optional(text(64)),
  since: Type.Optional(Type.Enum(['PENDING', 'SCANNED'])),
  waitSeconds: Type.Optional(Type.String({ pattern: '^([0-9]|[12][0-9]|30)$' })),
});
export type PageCodeQuery = Static<typeof PageCodeQuery>;

/** Any text: a link that was cut or retyped names an interaction that there is not, and its page says where to begin. */
export const InteractionId = Type.Object({ uuid: Type.String({ maxLength: 512 }) });

export const PagePassword = Type.Object({ account: text(256), password: text(1024) }, closed);
export const PageAddress = Type.Object({ channel, address: text(320) }, closed);
export const PagePasscode = Type.Object({ channel, address: text(320), passcode: text(16) }, closed);
export const PageSignUp = Type.Object(
  {
    username: Type.Optional(text(64)),
    email: Type.Optional(text(320)),
    phone: Type.Optional(text(32)),
    password: text(1024),
  },
  closed,
);
export const PageReset = Type.Object({ channel, address: text(320), passcode: text(16), password: text(1024) }, closed);
export const PageDuePassword = Type.Object({ token: text(256), password: text(1024) }, closed);
export const PageChoice = Type.Object({ choice: Type.Enum(['continue', 'other']) }, closed);
export const PageConsent = Type.Object({ allow: Type.Boolean() }, closed);
export const PageSent = Type.Object({ sent: Type.Boolean() });
