import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../config/config-mistakes.ts';
import type { ApplicationEntry, ConfigFile, CustomFieldEntry, PoolEntry, UserEntry } from '../config/file-schema.ts';
import { ownTokensOf } from '../config/own-tokens.ts';
import { newEvent } from '../core/audit/event.ts';
import type { Application } from '../core/directory/application.ts';
import { checkedOrigins, checkedOverride } from '../core/directory/check.ts';
import type { Directory } from '../core/directory/directory.ts';
import { newApplication } from '../core/directory/new-application.ts';
import type { UserPool } from '../core/directory/pool.ts';
import { type ApplicationProfile, defaultApplicationProfile } from '../core/directory/profile.ts';
import { defaultSecuritySettings } from '../core/directory/settings.ts';
import type { Clock, PasswordHasher, Secrets } from '../core/ground/ports.ts';
import { parseEmail } from '../core/identifiers/email-address.ts';
import { phoneCountryCodeOf } from '../core/identifiers/phone-country.ts';
import { parsePhone, readPhone } from '../core/identifiers/phone-number.ts';
import { parseUsername } from '../core/identifiers/username.ts';
import { type CustomFieldStore, newCustomField } from '../core/users/custom-fields.ts';
import { phoneOf } from '../core/users/identifiers.ts';
import { newUser } from '../core/users/new-user.ts';
import { isProved } from '../core/users/proved-contacts.ts';
import type { UserStore } from '../core/users/store.ts';
import type { Profile, User } from '../core/users/user.ts';
import { type AccessKeyParts, applyAccessKeys, takenAccessKeys } from './apply-access-keys.ts';

export interface SeedParts extends AccessKeyParts {
  directory: Directory;
  users: UserStore;
  customFields: CustomFieldStore;
  secrets: Secrets;
  clock: Clock;
  passwords: PasswordHasher;
}

/** How many of each were created or changed; all zero when the file was applied before. */
export interface Applied {
  pools: number;
  applications: number;
  users: number;
}

/** Lost races in a row after which something must be wrong, not merely busy. */
const maxAttempts = 8;

/**
 * Makes the store agree with the file, the whole truth about the pools and applications it names: an absent key has its default, and
 * others are left alone. Of users it creates who is missing and writes the fields it names; a password only at creation, so a changed one
 * stays.
 * @param path names the file in messages
 * @throws ConfigError when the file contradicts what is stored
 */
export async function applyConfigFile(file: ConfigFile, path: string, parts: SeedParts): Promise<Applied> {
  const mistakes = [
    ...moves(file, parts.directory),
    ...strangers(file, parts.directory),
    ...(await takenAccessKeys(file.userPools, parts)),
  ];
  if (mistakes.length > 0) throw new ConfigError(path, mistakes);

  const applied: Applied = { pools: 0, applications: 0, users: 0 };
  for (const [poolIndex, pool] of file.userPools.entries()) {
    const isPoolChanged = await applyPool(pool, parts);
    const areFieldsChanged = await applyCustomFields(pool.customFields, pool.id, parts);
    for (const application of pool.applications ?? []) {
      if (await applyApplication(application, pool.id, parts)) applied.applications++;
    }
    const areKeysChanged = await applyAccessKeys(pool.accessKeys ?? [], pool.id, parts);
    if (isPoolChanged || areFieldsChanged || areKeysChanged) applied.pools++;
    for (const [index, user] of (pool.users ?? []).entries()) {
      const outcome = await applyUser(user, pool.id, parts);
      if (outcome === 'applied') applied.users++;
      else if (outcome !== 'unchanged') mistakes.push(`userPools[${poolIndex}].users[${index}] ${outcome}`);
    }
  }
  if (mistakes.length > 0) throw new ConfigError(path, mistakes);
  return applied;
}

/** Refuses applications that change pools: their users' logins would go to people who never agreed. */
function moves(file: ConfigFile, directory: Directory): string[] {
  return file.userPools.flatMap((pool, poolIndex) =>
    (pool.applications ?? []).flatMap((entry, index) => {
      const owner = directory.findApplication(entry.id)?.userPoolId;
      if (owner === undefined || owner === pool.id) return [];
      const at = `userPools[${poolIndex}].applications[${index}].id`;
      return [`${at} belongs to the stored pool ${owner}. Write a new id, or leave the application in its pool.`];
    }),
  );
}

/** Refuses tokens and keys that would stand for an application which is not there, or not of the pool. */
function strangers(file: ConfigFile, directory: Directory): string[] {
  return file.userPools.flatMap((pool, poolIndex) =>
    (['ownTokens', 'accessKeys'] as const).flatMap((list) =>
      (pool[list] ?? []).flatMap(({ applicationId }, index) => {
        const isInFile = pool.applications?.some(({ id }) => id === applicationId);
        if (isInFile || directory.findApplication(applicationId)?.userPoolId === pool.id) return [];
        const at = `userPools[${poolIndex}].${list}[${index}].applicationId`;
        return [
          `${at} is ${JSON.stringify(applicationId)}, which is no application of this pool. Write one of its own.`,
        ];
      }),
    ),
  );
}

async function applyPool(entry: PoolEntry, { directory, clock }: SeedParts): Promise<boolean> {
  const stored = directory.findPool(entry.id);
  const now = clock.now();
  const { defaultPhoneCountryCode, ...securitySettings } = entry.securitySettings ?? {};
  const next: UserPool = {
    id: entry.id,
    name: entry.name,
    secret: entry.secret,
    brand: {
      logoUrl: entry.logoUrl ?? null,
      color: entry.color?.toLowerCase() ?? null,
      termsUrl: entry.termsUrl ?? null,
    },
    securitySettings: {
      ...defaultSecuritySettings,
      ...securitySettings,
      allowedOrigins: checkedOrigins(securitySettings.allowedOrigins ?? [], 'allowedOrigins'),
      general: {
        ...stored?.securitySettings.general,
        ...(defaultPhoneCountryCode === undefined ? {} : { defaultPhoneCountryCode }),
      },
      qrcodeLoginStrategy: {
        ...defaultSecuritySettings.qrcodeLoginStrategy,
        ...entry.securitySettings?.qrcodeLoginStrategy,
      },
      sso: { ...defaultSecuritySettings.sso, ...entry.securitySettings?.sso },
    },
    ownTokens: ownTokensOf(entry.ownTokens, entry.id),
    createdAt: stored?.createdAt ?? now,
    updatedAt: stored?.updatedAt ?? now,
  };
  if (isDeepStrictEqual(next, stored)) return false;
  await directory.putPool({ ...next, updatedAt: now });
  return true;
}

async function applyApplication(entry: ApplicationEntry, userPoolId: string, parts: SeedParts): Promise<boolean> {
  const { directory, clock, secrets } = parts;
  const stored = directory.findApplication(entry.id);
  const now = clock.now();
  const next: Application = {
    ...newApplication(
      {
        approvesScans: entry.kind !== 'relyingParty',
        ...withoutSso(entry),
        ...(entry.color && { color: entry.color.toLowerCase() }),
        ...(entry.securityOverride && {
          securityOverride: checkedOverride(entry.securityOverride, 'securityOverride'),
        }),
        userPoolId,
        // An app without a backend has no secret; the column gets a random one that nobody knows.
        secret: entry.secret ?? stored?.secret ?? secrets.randomToken(),
      },
      now,
    ),
    // The file has one key for the profile: what was set through the management API stays.
    profile: withSso(stored?.profile ?? { ...defaultApplicationProfile, ssoEnabledAt: now }, entry, now),
    createdAt: stored?.createdAt ?? now,
    updatedAt: stored?.updatedAt ?? now,
  };
  if (isDeepStrictEqual(next, stored)) return false;
  await directory.putApplication({ ...next, updatedAt: now });
  return true;
}

function withoutSso({ ssoEnabled, ...entry }: ApplicationEntry): Omit<ApplicationEntry, 'ssoEnabled'> {
  return entry;
}

function withSso(profile: ApplicationProfile, { ssoEnabled }: ApplicationEntry, now: number): ApplicationProfile {
  if (ssoEnabled === undefined) return profile;
  return { ...profile, ssoEnabledAt: ssoEnabled ? (profile.ssoEnabledAt ?? now) : null };
}

/** A list in the file is the whole truth; without one, what was declared through the management API stays. */
async function applyCustomFields(
  entries: CustomFieldEntry[] | undefined,
  userPoolId: string,
  parts: SeedParts,
): Promise<boolean> {
  if (entries === undefined) return false;
  const { customFields, clock, secrets } = parts;
  const stored = new Map((await customFields.list(userPoolId)).map((field) => [field.key, field]));
  const changed = entries
    .map((entry) => newCustomField(entry, userPoolId, clock.now()))
    .filter((field) => {
      const { createdAt, updatedAt } = stored.get(field.key) ?? field;
      return !isDeepStrictEqual({ ...field, createdAt, updatedAt }, stored.get(field.key));
    });
  const dropped = [...stored.keys()].filter((key) => !entries.some((entry) => entry.key === key));
  const event = (verb: string, count: number) =>
    newEvent(secrets, 'settings.changed', null, {
      userPoolId,
      detail: { source: 'config_file', customFields: verb, count },
    });
  if (changed.length > 0) await customFields.put(changed, event('declared', changed.length));
  if (dropped.length > 0) await customFields.remove(userPoolId, dropped, event('removed', dropped.length));
  return changed.length + dropped.length > 0;
}

/** `'applied'`, `'unchanged'`, or a sentence that says why neither is possible. */
async function applyUser(entry: UserEntry, userPoolId: string, parts: SeedParts): Promise<string> {
  const { users, directory, secrets, clock } = parts;
  const countryCode = phoneCountryCodeOf(directory, userPoolId);
  if (entry.phone !== undefined && readPhone(entry.phone, countryCode) === null) {
    return `has a phone that is no number of ${countryCode}. Write it with its country in front.`;
  }
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const identifiers = identifiersOf(entry, countryCode);
    const { matches, isUsernameTaken } = await findMatches(identifiers, userPoolId, users);
    if (isUsernameTaken) {
      return `has the username ${identifiers.username} of somebody who registered by themselves. Write another username; or, where that account is this user's, name an e-mail address or phone that it has verified.`;
    }
    if (matches.length > 1) return 'names identifiers of two stored users. Write those of one.';
    const stored = matches[0];
    if (!stored) {
      const user = await newUser(
        { ...identifiers, ...verified(identifiers), userPoolId, password: entry.password, profile: profileOf(entry) },
        parts,
      );
      const taken = await users.insert(user, newEvent(secrets, 'user.created', null, factsOf(user)));
      if (taken === null) return 'applied';
      continue;
    }
    // The same phone in an earlier release's spelling stays as it is kept.
    const isSamePhone = identifiers.phone === undefined || phoneOf(stored) === identifiers.phone;
    const phone = isSamePhone ? { phone: stored.phone } : {};
    const next = {
      ...stored,
      ...identifiers,
      ...verified(identifiers),
      ...phone,
      profile: mergedProfile(stored.profile, profileOf(entry)),
    };
    if (isDeepStrictEqual(next, stored)) return 'unchanged';
    const outcome = await users.update(
      { ...next, updatedAt: clock.now(), version: stored.version + 1 },
      newEvent(secrets, 'user.updated', null, factsOf(stored)),
    );
    if (outcome === null) return 'applied';
  }
  return 'kept being changed by somebody else. Start again.';
}

/** The stored users that an entry may be about. Anybody may have taken a username or an unproved contact: only a proved contact tells. */
async function findMatches(identifiers: Identifiers, userPoolId: string, users: UserStore) {
  const found = new Map<string, User>();
  let named: User | null = null;
  for (const [field, value] of Object.entries(identifiers) as ['username' | 'email' | 'phone', string][]) {
    const user = await users.findByLogin(userPoolId, field, value);
    if (user === null) continue;
    if (user.userSourceType !== 'register' || (field !== 'username' && isProved(user, field))) found.set(user.id, user);
    else if (field === 'username') named = user;
  }
  return { matches: [...found.values()], isUsernameTaken: named !== null && !found.has(named.id) };
}

type Identifiers = { username?: string; email?: string; phone?: string };

function identifiersOf({ username, email, phone }: UserEntry, countryCode: string): Identifiers {
  return {
    ...(username !== undefined && { username: parseUsername(username) }),
    ...(email !== undefined && { email: parseEmail(email) }),
    ...(phone !== undefined && { phone: parsePhone(phone, countryCode) }),
  };
}

/** Whoever writes the file says whose contacts these are: they count as proved. */
function verified({ email, phone }: { email?: string; phone?: string }) {
  return { ...(email !== undefined && { emailVerified: true }), ...(phone !== undefined && { phoneVerified: true }) };
}

function profileOf({ username, email, phone, password, ...profile }: UserEntry): Profile {
  return mergedProfile({}, profile);
}

/** Null clears a field; an absent one stays. */
function mergedProfile(current: Profile, changes: Profile): Profile {
  return Object.fromEntries(Object.entries({ ...current, ...changes }).filter(([, text]) => text != null));
}

function factsOf(user: User) {
  return { userPoolId: user.userPoolId, userId: user.id, detail: { source: 'config_file' } };
}
