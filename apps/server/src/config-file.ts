import { readFile } from 'node:fs/promises';
import { offeredScopes, profileFields } from '@passbeam/protocol';
import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { LineCounter, parseDocument } from 'yaml';
import { fillInSecrets } from './config/file-secrets.ts';
import { ConfigError, schemaMistakes } from './config-mistakes.ts';
import { domainPattern, isRedirectUri, isWebUrl } from './core/applications/addresses.ts';
import { canonicalOrigin } from './core/applications/origins.ts';
import { DomainError } from './core/errors.ts';
import { originRefusal } from './core/settings/check.ts';
import { isSampleSecret } from './core/settings/sample-secret.ts';
import { lifetimeBounds } from './core/settings/settings.ts';
import { refreshTokenBounds } from './core/tokens/lifetimes.ts';
import { parseContact } from './core/users/contact.ts';
import {
  customFieldMistake,
  customFieldTypes,
  maxCustomFields,
  type NewCustomField,
} from './core/users/custom-fields.ts';
import { parseEmail } from './core/users/email-address.ts';
import { checkPassword } from './core/users/password-policy.ts';
import { parseUsername } from './core/users/username.ts';

const closed = { additionalProperties: false } as const;

const Id = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,64}$',
  expected: '1 to 64 letters, digits, - or _ in quotes, for example the output of: openssl rand -hex 12',
});
const Secret = Type.Refine(
  Type.String({
    secret: true,
    minLength: 32,
    maxLength: 256,
    expected:
      'at least 32 random characters in quotes, for example the output of: openssl rand -hex 24; or { env: NAME } or { file: path }',
  }),
  (value) => !isSampleSecret(value),
);
const DisplayName = Type.String({ minLength: 1, maxLength: 256, expected: 'a name of 1 to 256 characters' });
const Origin = Type.Refine(
  Type.String({ maxLength: 512, expected: originRefusal.replace('must be ', '') }),
  (value) => canonicalOrigin(value) !== null,
);
const RedirectUri = Type.Refine(
  Type.String({
    maxLength: 2048,
    expected:
      'an absolute URI without * or #, for example https://www.example.com/callback or com.example.app:/callback',
  }),
  isRedirectUri,
);
const WebUrl = Type.Refine(Type.String({ maxLength: 2048, expected: 'an http or https URL' }), isWebUrl);

const seconds = ({ min, max }: { min: number; max: number }) =>
  Type.Optional(
    Type.Integer({ minimum: min, maximum: max, expected: `a whole number of seconds from ${min} to ${max}` }),
  );

const AllowedOrigins = Type.Optional(
  Type.Array(Origin, { maxItems: 1000, expected: 'a list of at most 1000 origins' }),
);

const QrcodeLoginStrategy = Type.Optional(
  Type.Object(
    {
      qrcodeExpiresIn: seconds(lifetimeBounds.qrcodeExpiresIn),
      ticketExpiresIn: seconds(lifetimeBounds.ticketExpiresIn),
      returnFullUserInfo: Type.Optional(Type.Boolean()),
      allowExchangeUserInfoFromBrowser: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
);

const ApplicationEntry = Type.Object(
  {
    id: Id,
    /** Required unless the method is `none`. */
    secret: Type.Optional(Secret),
    name: DisplayName,
    domain: Type.Optional(
      Type.String({
        pattern: domainPattern,
        expected: 'a host name, for example www.example.com',
      }),
    ),
    logoUrl: Type.Optional(WebUrl),
    redirectUris: Type.Optional(Type.Array(RedirectUri)),
    logoutRedirectUris: Type.Optional(Type.Array(RedirectUri)),
    tokenEndpointAuthMethod: Type.Optional(Type.Enum(['client_secret_post', 'client_secret_basic', 'none'])),
    enabled: Type.Optional(Type.Boolean()),
    approvesScans: Type.Optional(Type.Boolean()),
    pollBinding: Type.Optional(Type.Enum(['cookie', 'secret', 'none'])),
    customSecurityEnabled: Type.Optional(Type.Boolean()),
    securityOverride: Type.Optional(
      Type.Object({ allowedOrigins: AllowedOrigins, qrcodeLoginStrategy: QrcodeLoginStrategy }, closed),
    ),
    savesCustomData: Type.Optional(Type.Boolean()),
    allowedScopes: Type.Optional(
      Type.Array(Type.Enum([...offeredScopes]), { expected: `a list of scopes: ${offeredScopes.join(', ')}` }),
    ),
    refreshTokenExpiresIn: seconds(refreshTokenBounds),
  },
  closed,
);

const CustomFieldEntry = Type.Object(
  {
    key: Type.String({ expected: 'a name such as memberLevel' }),
    label: Type.String({ expected: 'a text of 1 to 128 characters' }),
    dataType: Type.Enum([...customFieldTypes]),
    /** For SELECT: what it may be. */
    options: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);

const UserEntry = Type.Object(
  {
    username: Type.Optional(
      Type.Refine(
        Type.String({ expected: 'a name of 1 to 64 characters without spaces or @, unlike a phone number' }),
        accepts(parseUsername),
      ),
    ),
    email: Type.Optional(
      Type.Refine(Type.String({ expected: 'an e-mail address, for example alice@example.com' }), accepts(parseEmail)),
    ),
    phone: Type.Optional(
      Type.Refine(
        Type.String({ expected: '7 to 15 digits in quotes, for example "+8613800000001"' }),
        accepts((phone) => parseContact({ phone }).address),
      ),
    ),
    /** Set when the user is created, never afterwards: people change their passwords. */
    password: Type.Optional(
      Type.String({ secret: true, minLength: 1, expected: 'a password in quotes, { env: NAME } or { file: path }' }),
    ),
    ...profileFields,
  },
  closed,
);

export const ConfigFileSchema = Type.Object(
  {
    userPools: Type.Array(
      Type.Object(
        {
          id: Id,
          secret: Secret,
          name: DisplayName,
          securitySettings: Type.Optional(
            Type.Object(
              {
                allowedOrigins: AllowedOrigins,
                registerDisabled: Type.Optional(Type.Boolean()),
                defaultPhoneCountryCode: Type.Optional(
                  Type.String({
                    pattern: '^\\+[1-9][0-9]{0,2}$',
                    expected: 'a country code of phones, for example +86',
                  }),
                ),
                qrcodeLoginStrategy: QrcodeLoginStrategy,
              },
              closed,
            ),
          ),
          customFields: Type.Optional(
            Type.Array(CustomFieldEntry, {
              maxItems: maxCustomFields,
              expected: `a list of at most ${maxCustomFields} fields`,
            }),
          ),
          applications: Type.Optional(Type.Array(ApplicationEntry)),
          users: Type.Optional(Type.Array(UserEntry)),
        },
        closed,
      ),
      { minItems: 1, expected: 'a list of at least one user pool' },
    ),
  },
  closed,
);

export type ConfigFile = Static<typeof ConfigFileSchema>;
export type PoolEntry = ConfigFile['userPools'][number];
export type ApplicationEntry = Static<typeof ApplicationEntry>;
export type UserEntry = Static<typeof UserEntry>;
export type CustomFieldEntry = Static<typeof CustomFieldEntry>;

type Environment = Record<string, string | undefined>;

export interface ReadConfigFile {
  file: ConfigFile;
  /** Sentences for the log: allowed, but unwise. */
  warnings: string[];
}

/**
 * @param env where `{ env: NAME }` is looked up
 * @throws ConfigError when the file cannot be read, or with every mistake in it at once
 */
export async function readConfigFile(path: string, env: Environment): Promise<ReadConfigFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError('the environment', [
      `PASSBEAM_CONFIG names ${JSON.stringify(path)}, which cannot be read (${code}). Write the path of a readable file.`,
    ]);
  }
  return parseConfigFile(text, path, env);
}

/**
 * JSON or YAML: YAML 1.2 reads both, and tells a key written twice.
 * @throws ConfigError with every mistake at once
 */
export function parseConfigFile(text: string, path: string, env: Environment = {}): ReadConfigFile {
  const { value, mistakes: unreadSecrets, unread } = fillInSecrets(parse(text, path), { env, path });
  const others = schemaMistakes(ConfigFileSchema, value, pathName).filter(
    // One sentence about each secret: why it is not there, not that what stands in its place is no secret.
    (sentence) => ![...unread].some((at) => sentence.startsWith(`${at} `) || sentence.startsWith(`${at}.`)),
  );
  const mistakes = [...unreadSecrets, ...others, ...contradictions(value)];
  if (mistakes.length > 0) throw new ConfigError(path, mistakes);
  const file = value as ConfigFile;
  return { file, warnings: warningsOf(file) };
}

function parse(text: string, path: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems = new Map<number, string>();
  // Not the library's messages: they quote the source, secrets included.
  for (const { code, pos } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    // Further errors of a line are echoes of the first.
    if (!problems.has(line)) problems.set(line, `line ${line}, column ${col}: ${readable(code)}`);
  }
  if (problems.size > 0) throw new ConfigError(path, [...problems.values()]);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    throw new ConfigError(path, ['an alias (*name) cannot be followed. Write the value itself.']);
  }
}

function readable(code: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key is written twice. Keep one of them.';
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line. Write spaces.';
  return `this is neither JSON nor YAML (${code.toLowerCase().replaceAll('_', ' ')}).`;
}

/** `userPools[0].applications[1].id`, as a person would point at it. */
function pathName(path: string[]): string {
  return (
    path.reduce((name, key) => (/^\d+$/.test(key) ? `${name}[${key}]` : name ? `${name}.${key}` : key), '') ||
    'the file'
  );
}

/**
 * What no schema says: ids and identifiers used twice, a secret that is needed, a user nobody could name. Looks at the
 * raw value, so that these are reported along with what the schema refuses.
 */
function contradictions(value: unknown): string[] {
  const mistakes: string[] = [];
  const ids = firstUse(mistakes);
  for (const [pool, poolPath] of entries((value as { userPools?: unknown } | null)?.userPools, 'userPools')) {
    ids(pool.id, `${poolPath}.id`);
    const keys = firstUse(mistakes);
    for (const [field, at] of entries(pool.customFields, `${poolPath}.customFields`)) {
      keys(field.key, `${at}.key`);
      const mistake = isCustomField(field) ? customFieldMistake(field) : null;
      if (mistake) mistakes.push(`${at}.${mistake.field}: ${mistake.reason}.`);
    }
    for (const [application, at] of entries(pool.applications, `${poolPath}.applications`)) {
      ids(application.id, `${at}.id`);
      if (application.secret === undefined && application.tokenEndpointAuthMethod !== 'none') {
        mistakes.push(
          `${at}.secret is missing. Write one, or tokenEndpointAuthMethod "none" for an app without a backend.`,
        );
      }
    }
    const identifiers = { username: firstUse(mistakes), email: firstUse(mistakes), phone: firstUse(mistakes) };
    for (const [user, at] of entries(pool.users, `${poolPath}.users`)) {
      for (const field of ['username', 'email', 'phone'] as const) {
        // Sign-in does not look at case either.
        const name = user[field];
        identifiers[field](typeof name === 'string' ? name.toLowerCase() : name, `${at}.${field}`);
      }
      const weakness = passwordWeakness(user);
      if (weakness) mistakes.push(`${at}.password ${weakness}. Write another one.`);
      if ((user.username ?? user.email ?? user.phone ?? null) === null) {
        mistakes.push(`${at} has no username, email or phone. Write at least one, to sign in with.`);
      }
    }
  }
  return mistakes;
}

/** Of the right shape: what is not, the schema refuses. */
function isCustomField(value: Record<string, unknown>): value is NewCustomField {
  return Value.Check(CustomFieldEntry, value);
}

function firstUse(mistakes: string[]): (value: unknown, at: string) => void {
  const seen = new Map<string, string>();
  return (value, at) => {
    if (typeof value !== 'string') return;
    const first = seen.get(value);
    if (first) mistakes.push(`${at} is the same as ${first}. Write another value.`);
    else seen.set(value, at);
  };
}

/** The rule that sign-up follows holds for the file too. */
function passwordWeakness({ password, username, email, phone }: Record<string, unknown>): string | null {
  if (typeof password !== 'string' || password === '') return null;
  try {
    const ownWords = [username, email, phone].filter((word) => typeof word === 'string');
    checkPassword(password, 'password', ownWords);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.detail.reason ?? 'is too weak';
    throw error;
  }
}

function accepts(parse: (text: string) => string): (text: string) => boolean {
  return (text) => {
    try {
      parse(text);
      return true;
    } catch (error) {
      if (error instanceof DomainError) return false;
      throw error;
    }
  };
}

/** The mappings of a list, each with its path. */
function entries(list: unknown, path: string): [entry: Record<string, unknown>, path: string][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index): [Record<string, unknown>, string][] =>
    typeof item === 'object' && item !== null ? [[item, `${path}[${index}]`]] : [],
  );
}

function warningsOf(file: ConfigFile): string[] {
  return file.userPools.flatMap((pool, index) => {
    const at = `userPools[${index}]`;
    const applications = pool.applications ?? [];
    return [
      ...documentationSecret(pool.secret, `${at}.secret`),
      ...strategyWarnings(pool.securitySettings?.qrcodeLoginStrategy, `${at}.securitySettings.qrcodeLoginStrategy`),
      ...applications.flatMap((application, position) => {
        const path = `${at}.applications[${position}]`;
        return [
          ...documentationSecret(application.secret, `${path}.secret`),
          ...(application.pollBinding === 'none'
            ? [`${path}.pollBinding is none: whoever saw the code on a screen may poll for its ticket.`]
            : []),
          ...(application.savesCustomData && !pool.customFields
            ? [
                `${path}.savesCustomData is on, but userPools[${index}].customFields is not there: declare the fields to keep.`,
              ]
            : []),
          ...(application.securityOverride && !application.customSecurityEnabled
            ? [`${path}.securityOverride does nothing until customSecurityEnabled is true.`]
            : []),
          ...strategyWarnings(
            application.securityOverride?.qrcodeLoginStrategy,
            `${path}.securityOverride.qrcodeLoginStrategy`,
          ),
        ];
      }),
    ];
  });
}

function documentationSecret(secret: string | undefined, at: string): string[] {
  return secret && /32-chars-or-more/.test(secret)
    ? [
        `${at} is the one printed in the documentation: everybody knows it. Draw your own before anyone else can connect.`,
      ]
    : [];
}

function strategyWarnings(strategy: Static<typeof QrcodeLoginStrategy> | undefined, at: string): string[] {
  if (!strategy) return [];
  const lifetimes = (['qrcodeExpiresIn', 'ticketExpiresIn'] as const).flatMap((key) => {
    const { warnAbove } = lifetimeBounds[key];
    const value = strategy[key] ?? 0;
    return value > warnAbove
      ? [`${at}.${key} is ${value} s: above ${warnAbove} s a stolen code or ticket stays useful for too long.`]
      : [];
  });
  return [
    ...lifetimes,
    ...(strategy.returnFullUserInfo
      ? [`${at}.returnFullUserInfo is on: every poll of a confirmed code carries the whole user and their tokens.`]
      : []),
    ...(strategy.allowExchangeUserInfoFromBrowser
      ? [`${at}.allowExchangeUserInfoFromBrowser is on: whoever holds a ticket can exchange it, without a secret.`]
      : []),
  ];
}
