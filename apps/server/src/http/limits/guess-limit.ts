import type { Caller } from '../../core/ground/caller.ts';
import { DomainError } from '../../core/ground/errors.ts';
import { networkOf } from './address.ts';
import type { Limits } from './limits.ts';

/** The refusals that count as guesses: of a wrong password, a wrong passcode, and a password that cannot be decrypted. */
const guesses = new Set<string>([
  'wrong_credentials',
  'wrong_old_password',
  'passcode_invalid',
  'password_too_weak',
  'password_decryption_failed',
  'console_link_invalid',
]);

/** Limits password checks per address (threats T36). Only wrong ones count, and a right one buys no further guesses. */
export function limitingGuesses<T>(limits: Limits, caller: Caller, check: () => Promise<T>): Promise<T> {
  return limits.guess('signIn', networkOf(caller.ip), caller, {
    run: check,
    isWrong: (error) => error instanceof DomainError && guesses.has(error.code),
  });
}

/** Counts a registration, or a question about one, like a guess, but whatever comes of it. @throws DomainError too_many_requests */
export function countAttempt(limits: Limits, caller: Caller): Promise<void> {
  return limits.consume('signIn', networkOf(caller.ip), caller);
}

/**
 * Limits guesses at the user codes of devices, per network and in all (RFC 8628, 5.1). Only wrong ones count, and a right one buys no
 * further guesses.
 */
export function limitingUserCodes<T>(limits: Limits, caller: Caller, look: () => Promise<T>): Promise<T> {
  const isWrong = (error: unknown) => error instanceof DomainError && error.code === 'user_code_unknown';
  return limits.guess('userCode', networkOf(caller.ip), caller, {
    isWrong,
    run: () => limits.guess('anyUserCode', 'all', caller, { isWrong, run: look }),
  });
}
