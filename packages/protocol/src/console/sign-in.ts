import { type Static, Type } from 'typebox';
import { PageCodeView } from '../hosted-page.ts';

/**
 * The messages between the operators' console and its server, under `/console/api/`: all of them POST with a JSON body and
 * `consoleHeader`. They are no published API, for console and server are of one release; everything else that the console does goes by the management API.
 */

const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const closed = { additionalProperties: false } as const;
const time = (description: string) => Type.String({ description: `ISO 8601. ${description}` });

export const roles = ['viewer', 'operator', 'owner'] as const;
/** What an administrator, an access key or a pool's secret may do; each includes the one before. */
export const RoleDto = Type.Enum([...roles]);
export type RoleDto = Static<typeof RoleDto>;

/** Where an administrator has which role. `*` stands for every user pool, those of tomorrow included. */
export const GrantDto = Type.Object(
  {
    userPoolId: Type.String({ minLength: 1, maxLength: 64, description: "A user pool's id, or * for all" }),
    role: RoleDto,
  },
  closed,
);
export type GrantDto = Static<typeof GrantDto>;

/** The sign-in name: small letters, digits and `. _ - @ +`, so that an e-mail address will do. */
export const signInNamePattern = '^[a-z0-9][a-z0-9._@+-]{1,99}$';
export const administratorName = Type.String({ minLength: 1, maxLength: 100 });
export const administratorSignInName = Type.String({ pattern: signInNamePattern, maxLength: 100 });
const password = Type.String({ minLength: 1, maxLength: 256 });
const totp = Type.String({ pattern: '^[0-9]{6}$', description: 'Six digits of the authenticator' });
const recoveryCode = Type.String({ minLength: 1, maxLength: 64 });
const loginId = Type.String({ minLength: 1, maxLength: 128 });

/**
 * What is asked next of whoever holds the cookie. `secondFactor`: the password was right, now `second-factor`, or `scan` and
 * `scan-status`. `enrol`: this administrator has no authenticator yet, so `begin-totp` and `confirm-totp`. `done`: signed in.
 */
export const SignInStepDto = Type.Enum(['secondFactor', 'enrol', 'done']);
export type SignInStepDto = Static<typeof SignInStepDto>;

/** `set-up` with the token of a set-up link, `accept` with that of an invitation or a recovery link. The link's fragment is the token. */
export const ConsoleSetUpDto = Type.Object(
  { token: Type.String({ maxLength: 128 }), name: administratorName, signInName: administratorSignInName, password },
  closed,
);
export type ConsoleSetUpDto = Static<typeof ConsoleSetUpDto>;

/** `read-link`: what a link is for, so that the page can say whom it greets. The link stays good. */
export const ConsoleLinkDto = Type.Object({ token: Type.String({ maxLength: 128 }) }, closed);
export const ConsoleLinkView = Type.Object({
  purpose: Type.Enum(['setUp', 'invitation', 'recovery'], {
    description: 'setUp: ask for name, signInName and password. Else ask for a password alone',
  }),
  name: nullable(Type.String()),
  signInName: nullable(Type.String()),
  expiresAt: time('Then the link is over'),
});
export type ConsoleLinkView = Static<typeof ConsoleLinkView>;

export const ConsoleAcceptDto = Type.Object({ token: Type.String({ maxLength: 128 }), password }, closed);

export const ConsoleSignInDto = Type.Object(
  { signInName: Type.String({ minLength: 1, maxLength: 100 }), password, totp: Type.Optional(totp) },
  closed,
);
export type ConsoleSignInDto = Static<typeof ConsoleSignInDto>;

/** `second-factor`: one of the two. */
export const ConsoleSecondFactorDto = Type.Object(
  { totp: Type.Optional(totp), recoveryCode: Type.Optional(recoveryCode) },
  closed,
);

/** `fresh-proof`: password and second factor again. Without `totp` the step is `secondFactor`, which a scan may be as well. */
export const ConsoleFreshProofDto = Type.Object({ password, totp: Type.Optional(totp) }, closed);

/** The reply of every step of a sign-in and of a fresh proof. */
export const ConsoleStepView = Type.Object({
  step: SignInStepDto,
  ways: Type.Array(Type.Enum(['totp', 'recoveryCode', 'scan']), { description: 'Of the step secondFactor' }),
});
export type ConsoleStepView = Static<typeof ConsoleStepView>;

/** `scan` makes a code for the linked person's app, `scan-status` follows it. AUTHORIZED comes with the step that it led to. */
export const ConsoleScanView = Type.Object({ code: PageCodeView, step: SignInStepDto });
export type ConsoleScanView = Static<typeof ConsoleScanView>;

export const ConsoleLoginDto = Type.Object({
  loginId: Type.String(),
  isThis: Type.Boolean(),
  createdAt: time('When the sign-in began'),
  lastActedAt: time('The last thing a human did with it'),
  expiresAt: time('When it ends though it is used'),
  ip: nullable(Type.String()),
  browser: nullable(Type.String()),
  os: nullable(Type.String()),
});
export type ConsoleLoginDto = Static<typeof ConsoleLoginDto>;

/** `me`: who is signed in, and what the console may show. */
export const ConsoleMeView = Type.Object({
  step: SignInStepDto,
  ways: ConsoleStepView.properties.ways,
  administrator: Type.Object({
    administratorId: Type.String(),
    name: Type.String(),
    signInName: Type.String(),
    language: nullable(Type.Enum(['en', 'zh'])),
    theme: nullable(Type.Enum(['light', 'dark'])),
    grants: Type.Array(GrantDto),
  }),
  /** Only with the step `done`, as is everything below. */
  pools: Type.Array(Type.Object({ userPoolId: Type.String(), name: Type.String(), role: RoleDto })),
  secondFactor: Type.Object({
    totp: Type.Boolean(),
    recoveryCodesLeft: Type.Integer(),
    linkedPerson: nullable(
      Type.Object({ userPoolId: Type.String(), userId: Type.String(), displayName: Type.String() }),
    ),
  }),
  login: Type.Object({
    loginId: Type.String(),
    expiresAt: time('When the login ends though it is used'),
    idleExpiresAt: time('When it ends unless a human acts'),
    freshUntil: nullable(time('Until then no fresh proof is asked for')),
  }),
});
export type ConsoleMeView = Static<typeof ConsoleMeView>;

/** `update-me`: null goes back to what the browser prefers. */
export const ConsoleUpdateMeDto = Type.Object(
  {
    name: Type.Optional(administratorName),
    language: Type.Optional(nullable(Type.Enum(['en', 'zh']))),
    theme: Type.Optional(nullable(Type.Enum(['light', 'dark']))),
  },
  closed,
);
export type ConsoleUpdateMeDto = Static<typeof ConsoleUpdateMeDto>;

export const ConsoleLoginsView = Type.Object({ list: Type.Array(ConsoleLoginDto) });

/** `end-own-logins`: those, or all but the one that asks. */
export const ConsoleEndLoginsDto = Type.Object(
  {
    loginIds: Type.Optional(Type.Array(loginId, { minItems: 1, maxItems: 100 })),
    others: Type.Optional(Type.Literal(true)),
  },
  closed,
);
export const ConsoleEndedView = Type.Object({ ended: Type.Integer() });

/** `change-password`, after a fresh proof. Every other login of the administrator ends. */
export const ConsoleChangePasswordDto = Type.Object({ newPassword: password }, closed);

/** `begin-totp`: for an authenticator. It counts from `confirm-totp` on; the one before counts until then. */
export const ConsoleTotpView = Type.Object({
  secret: Type.String({ description: 'Base32' }),
  uri: Type.String({ description: 'otpauth://totp/…, to draw as a QR code in the page' }),
});
export type ConsoleTotpView = Static<typeof ConsoleTotpView>;
export const ConsoleConfirmTotpDto = Type.Object({ totp }, closed);

/** `confirm-totp` and `renew-recovery-codes`: shown once. Each works once, instead of an authenticator. */
export const ConsoleRecoveryCodesView = Type.Object({ step: SignInStepDto, recoveryCodes: Type.Array(Type.String()) });
export type ConsoleRecoveryCodesView = Static<typeof ConsoleRecoveryCodesView>;

/** `link-person`, after a fresh proof: makes a code of that pool, `link-status` follows it. Whoever confirms it is linked. */
export const ConsoleLinkPersonDto = Type.Object({ userPoolId: Type.String({ minLength: 1, maxLength: 64 }) }, closed);
export const ConsoleCodeView = Type.Object({ code: PageCodeView });

/** A body without fields: JSON is asked of every call, so that no form of another site can make one. */
export const ConsoleNothingDto = Type.Object({}, closed);
