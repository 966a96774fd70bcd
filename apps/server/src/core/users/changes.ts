import type { AuditEvent } from '../audit/event.ts';
import { DomainError } from '../ground/errors.ts';
import { passwordSecurityLevel } from './password-policy.ts';
import { checkProfile, profileOf } from './profile-text.ts';
import type { LoginsEnd, UserStore } from './store.ts';
import type { Profile, User } from './user.ts';

const maxAttempts = 8;

/**
 * Stores a changed user, if `change` changes anything. After a lost race the change is made again on what the winner left.
 * @param endOf tells whether the change ends the person's logins
 * @throws DomainError user_exists, user_not_found, and what `change` throws
 */
export async function saveChanged(
  users: Pick<UserStore, 'find' | 'update'>,
  user: User,
  change: (current: User) => User,
  event: AuditEvent,
  endOf: (next: User) => LoginsEnd | undefined = () => undefined,
): Promise<User> {
  let current: User | null = user;
  for (let attempt = 0; attempt < maxAttempts && current !== null; attempt++) {
    const next = change(current);
    if (next === current) return current;
    const outcome = await users.update(next, event, endOf(next));
    if (outcome === null) return next;
    if (outcome !== 'stale') throw new DomainError('user_exists', { field: outcome });
    current = await users.find(current.id);
  }
  throw current === null ? new DomainError('user_not_found') : changedByOthers();
}

/** The refusal for a caller that lost every race. The server is not at fault, so nothing is logged, and asking again helps. */
export function changedByOthers(): DomainError {
  return new DomainError('too_many_requests', { reason: 'accountBusy', retryAfterSeconds: 1 });
}

/** With a new password, which the person need not replace. */
export function withPassword(user: User, password: string, passwordHash: string, now: number): User {
  return {
    ...user,
    passwordHash,
    passwordLastSetAt: now,
    passwordSecurityLevel: passwordSecurityLevel(password),
    resetPasswordOnNextLogin: false,
    updatedAt: now,
    version: user.version + 1,
  };
}

/** The next value of a field: null clears it, an absent change keeps it. */
export function changed(current: string | null, change: string | null | undefined, parse: (text: string) => string) {
  // The present value may stay, even where it would no longer be accepted as a new one.
  if (change === undefined || change === current) return current;
  return change === null ? null : parse(change);
}

export function mergeProfile(current: Profile, changes: Profile): Profile {
  checkProfile(changes);
  const merged = Object.entries({ ...current, ...profileOf(changes) });
  return Object.fromEntries(merged.filter(([, text]) => text != null));
}

/**
 * Refuses a change that takes away the last thing to sign in with. Who comes by tokens of the company has none, and loses none.
 * @throws DomainError invalid_argument
 */
export function requireLogin(user: User, before: User): User {
  if (!hasLogin(user) && hasLogin(before)) {
    throw new DomainError('invalid_argument', { field: 'username', reason: 'nothingToSignInWith' });
  }
  return user;
}

function hasLogin({ username, email, phone }: User): boolean {
  return username !== null || email !== null || phone !== null;
}
