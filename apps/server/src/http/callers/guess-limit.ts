import type { Caller } from '../../core/ground/caller.ts';
import { DomainError } from '../../core/ground/errors.ts';
import { type Limits, networkOf } from './limits.ts';

/** What a wrong password, a wrong one-time code and a password that does not decrypt are refused with. */
const guesses = new Set<string>([
  'wrong_credentials',
  'wrong_old_password',
  'passcode_invalid',
  'password_too_weak',
  'password_decryption_failed',
]);

/**
 * Runs a password check under the limit per address (threats T36). Wrong passwords count, right ones do not: a backend that signs
 * many people in must not run dry, and one right password buys no further guesses.
 */
export function limitingGuesses<T>(limits: Limits, caller: Caller, check: () => Promise<T>): Promise<T> {
  return limits.guess('signIn', networkOf(caller.ip), caller, {
    run: check,
    isWrong: (error) => error instanceof DomainError && guesses.has(error.code),
  });
}
