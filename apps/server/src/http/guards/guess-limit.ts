import type { Client } from '../../core/client.ts';
import { DomainError } from '../../core/errors.ts';
import { type Limits, networkOf } from './limits.ts';

/** What a wrong password and a wrong one-time code are refused with. */
const guesses = new Set<string>(['wrong_credentials', 'passcode_invalid']);

/**
 * Runs a password check under the limit per address (T36). Wrong passwords count, right ones do not: a backend that signs
 * many people in must not run dry, and one right password buys no further guesses.
 */
export async function limitingGuesses<T>(limits: Limits, client: Client, check: () => Promise<T>): Promise<T> {
  const key = networkOf(client.ip);
  await limits.check('signIn', key);
  try {
    return await check();
  } catch (error) {
    if (error instanceof DomainError && guesses.has(error.code)) {
      await limits.consume('signIn', key, client);
    }
    throw error;
  }
}
