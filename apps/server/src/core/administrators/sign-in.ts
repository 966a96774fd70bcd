import type { AuditEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { createCountedGuesses } from '../sign-in/counted-guesses.ts';
import type { SignInFailureStore } from '../sign-in/failure-store.ts';
import { createPasswordAttempts } from '../sign-in/password-attempts.ts';
import { type Account, everyPool, stateOf } from './account.ts';
import { administratorEvent, type ConsoleCaller } from './console-caller.ts';
import type { ConsoleLoginKeeper, Proved } from './console-logins.ts';
import type { AdministratorStore } from './store.ts';
import type { TotpCodes } from './totp.ts';

/** What may be shown beside a password. */
export type SecondFactor = { totp: string } | { recoveryCode: string };

/** How administrators show who they are: a password, and then an authenticator, a recovery code, or the linked person's scan. */
export function createConsoleSignIn(parts: {
  administrators: AdministratorStore;
  keeper: ConsoleLoginKeeper;
  passwords: PasswordHasher;
  signInFailures: SignInFailureStore;
  countRightPassword(holderId: string, caller: Caller): Promise<void>;
  totpCodes: TotpCodes;
  audit: { append(event: AuditEvent): Promise<void> };
  secrets: Secrets;
  clock: Clock;
}) {
  const { administrators, keeper, totpCodes, audit, secrets, clock } = parts;
  const passwordAttempts = createPasswordAttempts(parts);
  const guess = createCountedGuesses(parts);

  /**
   * The one whose password it is. Unknown names take as long, and are slowed down as soon, as known ones (threats T33).
   * @throws DomainError wrong_credentials, account_locked
   */
  async function provePassword(account: Account | null, signInName: string, password: string, caller: Caller) {
    const holder = account && { id: account.id, passwordHash: account.passwordHash, lastIp: null };
    const attempt = await passwordAttempts.attempt(everyPool, holder, signInName, password, caller);
    // Whether an account is suspended is told to nobody, not even to who knows its password.
    if (account !== null && attempt.matches && stateOf(account) === 'active') return account;
    await audit.append(failure(account, attempt.accountHash, 'password', caller));
    throw new DomainError('wrong_credentials');
  }

  /** Opens a login that is finished by a second factor. @throws DomainError wrong_credentials, account_locked */
  async function begin(given: { signInName: string; password: string }, caller: Caller): Promise<Proved> {
    const signInName = given.signInName.trim().toLowerCase();
    const found = await administrators.findBySignInName(signInName);
    return keeper.open(await provePassword(found, signInName, given.password, caller), caller);
  }

  /** Proves the password again, for what needs a fresh proof. @throws DomainError wrong_credentials, account_locked, not_signed_in */
  async function againWithPassword(who: ConsoleCaller, password: string, caller: Caller): Promise<Proved> {
    await provePassword(who.account, who.account.signInName, password, caller);
    return keeper.prove(who, { passwordAt: clock.now() }, null);
  }

  /** @throws DomainError wrong_credentials, account_locked, not_signed_in */
  async function withSecondFactor(who: ConsoleCaller, given: SecondFactor, caller: Caller): Promise<Proved> {
    const accountHash = secrets.hash(`${everyPool}:second-factor:${who.account.id}`);
    const { next } = await guess(accountHash, async () => {
      // Read inside the turn, so that a code that another request used up counts as used.
      const account = await administrators.find(who.account.id);
      const next = account === null ? null : used(account, given);
      const isStored = next !== null && (await administrators.write(next, {}, null)) === 'stored';
      return { matches: isStored, next: isStored ? next : null };
    });
    if (next === null) {
      await audit.append(failure(who.account, accountHash, 'totp' in given ? 'totp' : 'recoveryCode', caller));
      throw new DomainError('wrong_credentials', { field: 'totp' in given ? 'totp' : 'recoveryCode' });
    }
    return proved({ ...who, account: next }, 'totp' in given ? 'totp' : 'recovery_code', caller);
  }

  /** The account after a code of it was used; null when the code is wrong, or was used before. */
  function used(account: Account, given: SecondFactor): Account | null {
    const version = account.version + 1;
    if ('totp' in given) {
      const step = account.totpSecret === null ? null : totpCodes.stepOf(account.totpSecret, given.totp, clock.now());
      return step === null || step <= account.totpStep ? null : { ...account, totpStep: step, version };
    }
    const hash = recoveryHash(secrets, given.recoveryCode);
    const left = account.recoveryHashes.filter((one) => one !== hash);
    return left.length === account.recoveryHashes.length ? null : { ...account, recoveryHashes: left, version };
  }

  /** The second factor was shown, one way or another: the login is finished, or fresh again. @throws DomainError not_signed_in */
  function proved(who: ConsoleCaller, way: string, caller: Caller): Promise<Proved> {
    const type = who.login.secondFactorAt === null ? 'administrator.signed_in' : 'administrator.proved_again';
    return keeper.prove(who, { secondFactorAt: clock.now() }, { type, caller, detail: { way } });
  }

  /** A failed attempt: of a known account by its name, else by a hash, for people type their password as the name by mistake. */
  function failure(account: Account | null, accountHash: string, field: string, caller: Caller): AuditEvent {
    const by = account === null ? null : { account };
    return administratorEvent(secrets, 'administrator.sign_in_failed', by, caller, { field, accountHash });
  }

  return { begin, againWithPassword, withSecondFactor, proved };
}

export type ConsoleSignIn = ReturnType<typeof createConsoleSignIn>;

/** However the code was typed: case and dashes do not matter. */
export const recoveryHash = (secrets: Pick<Secrets, 'hash'>, code: string): string =>
  secrets.hash(`recovery:${code.toLowerCase().replace(/[^a-z0-9]/g, '')}`);
