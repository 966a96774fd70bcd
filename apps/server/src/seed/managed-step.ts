import type { ApplicationEntry, PoolEntry } from '../config/file-schema.ts';
import { ownTokensOf } from '../config/own-tokens.ts';
import type { Application } from '../core/directory/application.ts';
import { checkedOrigins, checkedOverride } from '../core/directory/check.ts';
import type { OlderSecret } from '../core/directory/kept/kept.ts';
import type { Managed } from '../core/directory/kept/managed.ts';
import { type FlatFields, fieldsOfApplication, fieldsOfPool, isSame } from '../core/directory/managed-fields.ts';
import type { UserPool } from '../core/directory/pool.ts';

/** What the file makes of a pool or an application; nothing is read or written here. */

export type Path = readonly (string | number)[];

/** The configuration file that is applied. */
export interface FileFacts {
  digest: string;
  node: string;
  lineOf(path: Path): number;
}

/** A key whose value the file changes; secrets are told as `changed`. */
export interface FieldChange {
  userPoolId: string;
  applicationId: string | null;
  /** As in the file: `userPools[0].name`. */
  path: string;
  line: number;
  stored: unknown;
  file: unknown;
}

/** A key that somebody else may change from now on, whether its value stays or not. */
export interface Handover {
  userPoolId: string;
  applicationId: string | null;
  /** As in the file; for something that the file no longer names its id and the key. */
  path: string;
  /** Null when the file does not write the key. */
  line: number | null;
  to: 'file' | 'console';
}

/** Hears what the file changes, and what it leaves as it was. */
export interface Report {
  changed(change: FieldChange): void;
  handedOver(handover: Handover): void;
  warn(sentence: string): void;
}

/** How long a secret goes on working after the file replaced it. */
const fileOverlapMs = 86_400_000;

export function poolOf(entry: PoolEntry, base: UserPool): UserPool {
  const { defaultPhoneCountryCode, allowedOrigins, qrcodeLoginStrategy, sso, ...plain } = entry.securitySettings ?? {};
  const settings = base.securitySettings;
  return {
    ...base,
    name: entry.name,
    brand: {
      ...base.brand,
      ...given({ logoUrl: entry.logoUrl, color: entry.color?.toLowerCase(), termsUrl: entry.termsUrl }),
    },
    securitySettings: {
      ...settings,
      ...given(plain),
      ...(allowedOrigins && { allowedOrigins: checkedOrigins(allowedOrigins, 'allowedOrigins') }),
      general: { ...settings.general, ...given({ defaultPhoneCountryCode }) },
      qrcodeLoginStrategy: { ...settings.qrcodeLoginStrategy, ...given(qrcodeLoginStrategy ?? {}) },
      sso: { ...settings.sso, ...given(sso ?? {}) },
    },
    ownTokens: ownTokensOf(entry.ownTokens, entry.id),
  };
}

export function applicationOf(entry: ApplicationEntry, base: Application, now: number): Application {
  const { id, secret, secretVersion, ssoEnabled, securityOverride, color, ...plain } = entry;
  const override = securityOverride && checkedOverride(securityOverride, 'securityOverride');
  const strategy = { ...base.securityOverride.qrcodeLoginStrategy, ...given(override?.qrcodeLoginStrategy ?? {}) };
  const { profile } = base;
  const next = {
    ...base,
    ...given(plain),
    ...(color && { color: color.toLowerCase() }),
    securityOverride: {
      ...base.securityOverride,
      ...given(override ?? {}),
      ...(Object.keys(strategy).length > 0 && { qrcodeLoginStrategy: strategy }),
    },
    profile:
      ssoEnabled === undefined
        ? profile
        : { ...profile, ssoEnabledAt: ssoEnabled ? (profile.ssoEnabledAt ?? now) : null },
  };
  // Products of others approve nothing, whatever the console said while it was one of the company's own.
  return next.kind === 'relyingParty' ? { ...next, approvesScans: false } : next;
}

/** The keys that an entry writes, with their lines. */
export function managedOf(
  entry: PoolEntry | ApplicationEntry,
  known: FlatFields,
  { configuration, at, lineOf }: { configuration: 'seed' | 'managed'; at: Path; lineOf: FileFacts['lineOf'] },
): Omit<Managed, 'secretVersion'> {
  if (configuration === 'seed') return { configuration, fields: {} };
  const names = [...Object.keys(known), 'customFields'].filter((path) => valueAt(entry, path) !== undefined);
  const fields = Object.fromEntries(names.map((path) => [path, lineOf([...at, ...path.split('.')])]));
  return { configuration, fields };
}

interface SecretState {
  secret: string;
  olderSecrets: readonly OlderSecret[];
  managed: Managed;
}

/**
 * The secret after the file: the stored one, but for a greater `secretVersion`.
 * @param wasReplaced whether the file's secret was one of this pool or application before, and ended
 */
export function secretAfter(
  entry: { secret?: string | undefined; secretVersion?: number | undefined },
  stored: SecretState,
  { wasReplaced, now, at }: { wasReplaced: boolean; now: number; at: Path },
): Pick<SecretState, 'secret' | 'olderSecrets'> & { secretVersion: number; warning: string | null } {
  const { secret, olderSecrets, managed } = stored;
  const kept = { secret, olderSecrets, secretVersion: managed.secretVersion };
  const version = entry.secretVersion ?? 0;
  const place = pathName([...at, 'secret']);
  if (entry.secret === undefined) return { ...kept, warning: null };
  if (entry.secret === secret) {
    return { ...kept, secretVersion: Math.max(version, managed.secretVersion), warning: null };
  }
  if (wasReplaced) {
    return {
      ...kept,
      warning: `${place} was replaced before and is never taken again: the one in use stays. Write that one, or a new one with secretVersion: ${managed.secretVersion + 1}.`,
    };
  }
  if (version <= managed.secretVersion) {
    return {
      ...kept,
      warning: `${place} is not the one in use, which stays: it is used once, when the entry is made. To set it now, write secretVersion: ${managed.secretVersion + 1} beside it.`,
    };
  }
  const replaced = [{ secret, endsAt: now + fileOverlapMs }];
  return { secret: entry.secret, olderSecrets: replaced, secretVersion: version, warning: null };
}

interface Side {
  flat: FlatFields;
  managed: Managed;
  /** Told as changed, never shown. */
  hidden: Readonly<Record<string, unknown>>;
}

export function poolSide(pool: UserPool): Side {
  const { managed, secret, ownTokens } = pool;
  return { flat: fieldsOfPool(pool), managed, hidden: { secret, ownTokens } };
}

export function applicationSide(application: Application): Side {
  const { managed, secret } = application;
  return { flat: fieldsOfApplication(application), managed, hidden: { secret } };
}

/** What differs, by path inside of the entry; `before` is null for something new. */
export function differences(before: Side | null, after: Side): { path: string; stored: unknown; file: unknown }[] {
  const changed = Object.entries(after.flat)
    .map(([path, file]) => ({ path, stored: before?.flat[path] ?? null, file }))
    .filter(({ path, stored, file }) =>
      before === null ? Object.hasOwn(after.managed.fields, path) : !isSame(stored, file),
    );
  const hidden = Object.keys(after.hidden).filter(
    (path) => before !== null && !isSame(before.hidden[path], after.hidden[path]),
  );
  return [...changed, ...hidden.map((path) => ({ path, stored: 'as before', file: 'changed' }))];
}

/** Whether the file manages other keys than before. */
export function isHandedOver(before: Managed, after: Managed): boolean {
  const keys = ({ configuration, fields }: Managed) => [configuration, ...Object.keys(fields).sort()];
  return !isSame(keys(before), keys(after));
}

/** The keys that pass from the console to the file, and back. */
export function handoversOf(before: Managed, after: Managed): { key: string; to: Handover['to'] }[] {
  const [had, has] = [Object.keys(before.fields).sort(), Object.keys(after.fields).sort()];
  return [
    ...has.filter((key) => !had.includes(key)).map((key) => ({ key, to: 'file' as const })),
    ...had.filter((key) => !has.includes(key)).map((key) => ({ key, to: 'console' as const })),
  ];
}

/** `userPools[0].applications[1].name`, as a person would point at it. */
export function pathName(path: Path): string {
  return path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .slice(1);
}

function valueAt(entry: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], entry);
}

/** The properties that have a value. */
function given<T extends object>(properties: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as never;
}
