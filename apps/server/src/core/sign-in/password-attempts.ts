import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { createTurns } from '../ground/turns.ts';
import type { User } from '../users/user.ts';
import type { SignInFailureStore } from './failure-store.ts';
import { failuresForgottenAfterMs, secondsUntilNextAttempt } from './lockout.ts';

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
}) {
  const { passwords, signInFailures, secrets, clock } = parts;
  const inTurn = createTurns();

  /** Names the counter: one per person, whichever of their names was typed, or one per name when nobody has it. */
  function accountHashOf(userPoolId: string, user: User | null, login: string): string {
    const account = user ? `user:${user.id}` : `login:${login.toLowerCase()}`;
    return secrets.hash(`${userPoolId}:${account}`);
  }

  /** The address of the last login has a counter of its own: a stranger who fails on purpose delays strangers, not the person. */
  function counterOf(accountHash: string, user: User | null, { ip }: Pick<Caller, 'ip'>): string {
    return user?.lastIp === ip ? secrets.hash(`${accountHash}:known-address`) : accountHash;
  }

  /** @throws DomainError account_locked */
  async function attempt(
    userPoolId: string,
    user: User | null,
    login: string,
    password: string,
    caller: Pick<Caller, 'ip'>,
  ): Promise<PasswordAttempt> {
    const accountHash = accountHashOf(userPoolId, user, login);
    const counter = counterOf(accountHash, user, caller);
    return inTurn(counter, async () => {
      await countFirst(counter);
      const verdict = await verify(user, password).catch(async (error) => {
        await signInFailures.giveBack(counter);
        throw error;
      });
      if (verdict.matches) await signInFailures.clear(counter);
      return { accountHash, ...verdict };
    });
  }

  /** Counts the attempt as failed before it is judged, so that guesses at several nodes do not find the same count. */
  async function countFirst(counter: string): Promise<void> {
    for (;;) {
      const seen = await signInFailures.find(counter);
      const now = clock.now();
      const retryAfterSeconds = secondsUntilNextAttempt(seen, now);
      if (retryAfterSeconds > 0)
        throw new DomainError('account_locked', { retryAfterSeconds, reason: ['waitSeconds', retryAfterSeconds] });
      if (await signInFailures.addTo(counter, seen, now, now - failuresForgottenAfterMs)) return;
    }
  }

  async function verify(user: User | null, password: string) {
    if (user !== null && user.passwordHash !== null) return passwords.verify(password, user.passwordHash);
    await passwords.waste(password);
    return { matches: false, needsRehash: false };
  }

  return { attempt };
}
