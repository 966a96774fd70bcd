import { isDeepStrictEqual } from 'node:util';
import type { UserEntry } from '../config/file-schema.ts';
import { newEvent } from '../core/audit/event.ts';
import type { Directory } from '../core/directory/directory.ts';
import type { Clock, PasswordHasher, Secrets } from '../core/ground/ports.ts';
import { parseEmail } from '../core/identifiers/email-address.ts';
import { phoneCountryCodeOf } from '../core/identifiers/phone-country.ts';
import { parsePhone, readPhone } from '../core/identifiers/phone-number.ts';
import { parseUsername } from '../core/identifiers/username.ts';
import { phoneOf } from '../core/users/identifiers.ts';
import { newUser } from '../core/users/new-user.ts';
import { isProved } from '../core/users/proved-contacts.ts';
import type { UserStore } from '../core/users/store.ts';
import type { Profile, User } from '../core/users/user.ts';
import { namesApplicationOrPool } from '../core/users/user-id.ts';

export interface UserParts {
  directory: Directory;
  users: UserStore;
  secrets: Secrets;
  clock: Clock;
  passwords: PasswordHasher;
}

/** Lost races in a row after which something must be wrong, not merely busy. */
const maxAttempts = 8;

/** `'applied'`, `'unchanged'`, `'deleted'` where the person of the id was and stays so, or a sentence that says why nothing is possible. */
export async function applyUser(
  entry: UserEntry,
  { userPoolId, isOnlyMade }: { userPoolId: string; isOnlyMade: boolean },
  parts: UserParts,
): Promise<string> {
  const { users, directory, secrets, clock } = parts;
  const countryCode = phoneCountryCodeOf(directory, userPoolId);
  if (entry.phone !== undefined && readPhone(entry.phone, countryCode) === null) {
    return `has a phone that is no number of ${countryCode}. Write it with its country in front.`;
  }
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    // Before anything else: people delete their own accounts and register again, and neither may stop the start.
    if (entry.id !== undefined && (await isOfDeleted(entry.id, users))) return 'deleted';
    const identifiers = identifiersOf(entry, countryCode);
    const { matches, isUsernameTaken } = await findMatches(entry.id, identifiers, userPoolId, users);
    if (isUsernameTaken) {
      return `has the username ${identifiers.username} of somebody who registered by themselves. Write another username; or, where that account is this user's, name an e-mail address or phone that it has verified.`;
    }
    if (matches.length > 1) return 'names identifiers of two stored users. Write those of one.';
    const stored = matches[0];
    if (stored !== undefined && entry.id !== undefined && entry.id !== stored.id) {
      return `names somebody whose id is ${stored.id}. Ids never change: write that one, or none.`;
    }
    if (!stored) {
      if (entry.id !== undefined) {
        if (namesApplicationOrPool(entry.id, directory)) return 'has the id of an application or a user pool.';
        if (await users.isIdUsed(entry.id)) {
          return 'has an id that belongs to somebody of another user pool. No id is given twice.';
        }
      }
      const user = await newUser(
        {
          id: entry.id,
          ...identifiers,
          ...verified(identifiers),
          userPoolId,
          password: entry.password,
          profile: profileOf(entry),
        },
        parts,
      );
      const taken = await users.insert(user, newEvent(secrets, 'user.created', null, factsOf(user)));
      if (taken === null) return 'applied';
      continue;
    }
    if (isOnlyMade) return 'unchanged';
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

async function isOfDeleted(id: string, users: UserStore): Promise<boolean> {
  // In this order: a deletion in between is seen.
  return (await users.isIdUsed(id)) && (await users.find(id)) === null;
}

/** The stored users that an entry may be about. Anybody may have taken a username or an unproved contact: only a proved contact tells. */
async function findMatches(id: string | undefined, identifiers: Identifiers, userPoolId: string, users: UserStore) {
  const byId = id === undefined ? [] : await users.findMany(userPoolId, 'id', [id]);
  const found = new Map(byId.map((user) => [user.id, user]));
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

function profileOf({ id, username, email, phone, password, ...profile }: UserEntry): Profile {
  return mergedProfile({}, profile);
}

/** Null clears a field; an absent one stays. */
function mergedProfile(current: Profile, changes: Profile): Profile {
  return Object.fromEntries(Object.entries({ ...current, ...changes }).filter(([, text]) => text != null));
}

function factsOf(user: User) {
  return { userPoolId: user.userPoolId, userId: user.id, detail: { source: 'config_file' } };
}
