import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { reasonText } from '@passbeam/protocol';
import type { Static } from 'typebox';
import { Value } from 'typebox/value';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { lifetimeBounds } from '../core/directory/settings.ts';
import { DomainError } from '../core/ground/errors.ts';
import { customFieldMistake, type NewCustomField } from '../core/users/custom/custom-fields.ts';
import { checkPassword } from '../core/users/password-policy.ts';
import { ConfigError, schemaMistakes } from './config-mistakes.ts';
import { type ConfigFile, ConfigFileSchema, CustomFieldEntry, type QrcodeLoginStrategy } from './file-schema.ts';
import { fillInSecrets } from './file-secrets.ts';
import { applicationMistakes, ownTokenMistakes, ownTokenWarnings } from './own-tokens.ts';
import { entries, firstUse } from './raw-entries.ts';

type Environment = Record<string, string | undefined>;

export interface ReadConfigFile {
  file: ConfigFile;
  /** Sentences for the log: allowed, but unwise. */
  warnings: string[];
  /** SHA-256 of the text, in hexadecimal. */
  digest: string;
  /** The line of a key: `['userPools', 0, 'name']`. 0 where it is nowhere by itself, as behind an alias. */
  lineOf(path: readonly (string | number)[]): number;
}

/**
 * @param env where `{ env: NAME }` is looked up
 * @param publicUrl of this server, which is no issuer to trust
 * @throws ConfigError when the file cannot be read, or with every mistake in it at once
 */
export async function readConfigFile(path: string, env: Environment, publicUrl?: string): Promise<ReadConfigFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ConfigError('the environment', [
      `PASSBEAM_CONFIG names ${JSON.stringify(path)}, which cannot be read (${code}). Write the path of a readable file.`,
    ]);
  }
  return parseConfigFile(text, path, env, publicUrl);
}

/**
 * JSON or YAML: YAML 1.2 reads both, and tells a key written twice.
 * @throws ConfigError with every mistake at once
 */
export function parseConfigFile(text: string, path: string, env: Environment = {}, publicUrl?: string): ReadConfigFile {
  const { raw, lineOf } = parse(text, path);
  const { value, mistakes: unreadSecrets, unread } = fillInSecrets(raw, { env, path });
  const others = schemaMistakes(ConfigFileSchema, value, pathName).filter(
    // A secret that could not be read gets one sentence, which says why; that its reference is no text goes without saying.
    (sentence) => ![...unread].some((at) => sentence.startsWith(`${at} `) || sentence.startsWith(`${at}.`)),
  );
  const ownIssuer = publicUrl === undefined ? null : `${publicUrl}/oidc`;
  const mistakes = [
    ...unreadSecrets,
    ...others,
    ...contradictions(value),
    ...ownTokenMistakes(poolsOf(value), { ownIssuer }),
  ];
  if (mistakes.length > 0) throw new ConfigError(path, mistakes);
  const file = value as ConfigFile;
  const digest = createHash('sha256').update(text).digest('hex');
  return { file, warnings: warningsOf(file), digest, lineOf };
}

function parse(text: string, path: string): Pick<ReadConfigFile, 'lineOf'> & { raw: unknown } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const problems = new Map<number, string>();
  // The library's messages are not shown: they quote the source, secrets included.
  for (const { code, pos } of document.errors) {
    const { line, col } = lines.linePos(pos[0]);
    // Further errors of a line are echoes of the first.
    if (!problems.has(line)) problems.set(line, `line ${line}, column ${col}: ${readable(code)}`);
  }
  if (problems.size > 0) throw new ConfigError(path, [...problems.values()]);
  try {
    return { raw: document.toJS({ maxAliasCount: 100 }), lineOf: (at) => lineOf(document, lines, at) };
  } catch {
    throw new ConfigError(path, ['an alias (*name) cannot be followed. Write the value itself.']);
  }
}

function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number {
  const [key] = path.slice(-1);
  const holder = document.getIn(path.slice(0, -1), true);
  const pair = isMap(holder) && holder.items.find((item) => isScalar(item.key) && item.key.value === key);
  const node = pair ? pair.key : document.getIn(path, true);
  const [start] = (isNode(node) && node.range) || [];
  return start === undefined ? 0 : lines.linePos(start).line;
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
 * Mistakes that no schema can find: ids and identifiers used twice, a missing secret, a user without any name. Looks at the raw
 * value, so that these are reported along with what the schema refuses.
 */
function contradictions(value: unknown): string[] {
  const mistakes: string[] = [];
  const ids = firstUse(mistakes);
  for (const [pool, poolPath] of entries(poolsOf(value), 'userPools')) {
    ids(pool.id, `${poolPath}.id`);
    const keys = firstUse(mistakes);
    for (const [field, at] of entries(pool.customFields, `${poolPath}.customFields`)) {
      keys(field.key, `${at}.key`);
      const mistake = isCustomField(field) ? customFieldMistake(field) : null;
      if (mistake) mistakes.push(`${at}.${mistake.field}: ${reasonText(mistake.reason, 'en')}.`);
    }
    for (const [application, at] of entries(pool.applications, `${poolPath}.applications`)) {
      ids(application.id, `${at}.id`);
      if (application.secret === undefined && application.tokenEndpointAuthMethod !== 'none') {
        mistakes.push(
          `${at}.secret is missing. Write one, or tokenEndpointAuthMethod "none" for an app without a backend.`,
        );
      }
      if (application.kind === 'relyingParty' && application.approvesScans === true) {
        mistakes.push(`${at}.approvesScans ${reasonText('relyingPartyApproves', 'en')}. Leave it out, or write false.`);
      }
    }
    for (const [key, at] of entries(pool.accessKeys, `${poolPath}.accessKeys`)) {
      ids(key.id, `${at}.id`);
      mistakes.push(
        ...rightsMistakes(key, at),
        ...applicationMistakes(key, at, pool, entries(poolsOf(value), 'userPools')),
      );
    }
    const identifiers = { username: firstUse(mistakes), email: firstUse(mistakes), phone: firstUse(mistakes) };
    for (const [user, at] of entries(pool.users, `${poolPath}.users`)) {
      ids(user.id, `${at}.id`);
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

function poolsOf(value: unknown): unknown {
  return (value as { userPools?: unknown } | null)?.userPools;
}

/** A key approves by its scopes, for one application, or manages the pool by its role. */
function rightsMistakes({ scopes, role, applicationId, issuer }: Record<string, unknown>, at: string): string[] {
  if (role === undefined) {
    return [
      ...(scopes === undefined
        ? [`${at}.scopes is missing. Write a list of scopes; or a role, for a key that manages.`]
        : []),
      ...(applicationId === undefined
        ? [`${at}.applicationId is missing. Write the id of the phone application that its approvals stand for.`]
        : []),
    ];
  }
  const beside = Object.entries({ scopes, applicationId, issuer }).flatMap(([name, value]) =>
    value === undefined ? [] : name,
  );
  if (beside.length === 0) return [];
  return [`${at} has a role, as keys that manage, beside ${beside.join(', ')}, as keys that approve. Write two keys.`];
}

/** Whether a field has the right shape. The schema reports one that has not. */
function isCustomField(value: Record<string, unknown>): value is NewCustomField {
  return Value.Check(CustomFieldEntry, value);
}

/** The rule that sign-up follows holds for the file too. */
function passwordWeakness({ password, username, email, phone }: Record<string, unknown>): string | null {
  if (typeof password !== 'string' || password === '') return null;
  try {
    const ownWords = [username, email, phone].filter((word) => typeof word === 'string');
    checkPassword(password, 'password', ownWords);
    return null;
  } catch (error) {
    if (error instanceof DomainError && error.detail.reason) return reasonText(error.detail.reason, 'en');
    throw error;
  }
}

function warningsOf(file: ConfigFile): string[] {
  return file.userPools.flatMap((pool, index) => {
    const at = `userPools[${index}]`;
    const applications = pool.applications ?? [];
    return [
      ...documentationSecret(pool.secret, `${at}.secret`),
      ...strategyWarnings(pool.securitySettings?.qrcodeLoginStrategy, `${at}.securitySettings.qrcodeLoginStrategy`),
      ...ownTokenWarnings(pool, at),
      ...applications.flatMap((application, position) => {
        const path = `${at}.applications[${position}]`;
        return [
          ...documentationSecret(application.secret, `${path}.secret`),
          ...(application.pollBinding === 'none'
            ? [`${path}.pollBinding is none: whoever saw the code on a screen may poll for its ticket.`]
            : []),
          ...(application.approvesScans === false && (application.appleAppIds ?? application.androidApps)
            ? [`${path}.appleAppIds and androidApps do nothing while approvesScans is false.`]
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
