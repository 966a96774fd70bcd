import type { Caller } from '../ground/caller.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import type { User } from '../users/user.ts';
import { createCountedGuesses } from './counted-guesses.ts';
import type { SignInFailureStore } from './failure-store.ts';

/** Whose password it is: a person's, or an administrator's. */
type Holder = Pick<User, 'id' | 'passwordHash' | 'lastIp'>;

export interface PasswordAttempt {
  accountHash: string;
  matches: boolean;
  needsRehash: boolean;
}

/**
 * The only place where typed and stored passwords are compared (threats T36, T41), the delay checked before any hashing. Unknown users
 * take as long, and are locked as soon, as known ones (threats T33).
 */
export function createPasswordAttempts(parts: {
  passwords: PasswordHasher;
  signInFailures: SignInFailureStore;
  secrets: Pick<Secrets, 'hash'>;
  clock: Clock;
  /** Counts a right password, because it leaves rows: a login, or a change. @throws DomainError too_many_requests */
  countRightPassword(holderId: string, caller: Caller): Promise<void>;
}) {
  const { passwords, secrets, countRightPassword } = parts;
  const guess = createCountedGuesses(parts);

  /** Names the counter: one per person, whichever of their names was typed, or one per name when nobody has it. */
  function accountHashOf(userPoolId: string, user: Holder | null, login: string): string {
    const account = user ? `user:${user.id}` : `login:${login.toLowerCase()}`;
    return secrets.hash(`${userPoolId}:${account}`);
  }

  /** The address of the last login has a counter of its own: a stranger who fails on purpose delays strangers, not the person. */
  function counterOf(accountHash: string, user: Holder | null, { ip }: Pick<Caller, 'ip'>): string {
    return user?.lastIp === ip ? secrets.hash(`${accountHash}:known-address`) : accountHash;
  }

  /** @throws DomainError account_locked, too_many_requests */
  async function attempt(
    userPoolId: string,
    user: Holder | null,
    login: string,
    password: string,
    caller: Caller,
  ): Promise<PasswordAttempt> {
    const accountHash = accountHashOf(userPoolId, user, login);
    const counter = counterOf(accountHash, user, caller);
    const verdict = await guess(counter, () => verify(user, password));
    if (user !== null && verdict.matches) await countRightPassword(user.id, caller);
    return { accountHash, ...verdict };
  }

  async function verify(user: Holder | null, password: string) {
    if (user !== null && user.passwordHash !== null) return passwords.verify(password, user.passwordHash);
    await passwords.waste(password);
    return { matches: false, needsRehash: false };
  }

  return { attempt };
}
