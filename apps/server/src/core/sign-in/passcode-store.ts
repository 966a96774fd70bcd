import type { Use } from '../ground/honest-repeat.ts';

/** Wrong guesses after which a code is no longer taken, right or wrong. */
export const maxPasscodeFailures = 5;

export interface Passcode {
  /** Hash of pool, purpose and address: one code at a time for each, and no way from the row back to the address. */
  slotHash: string;
  /** Keyed, for six digits are soon tried; says nothing without the server's key. */
  codeHash: string;
  sentAt: number;
  expiresAt: number;
}

export type Taken = 'first' | 'again';

/** One-time codes, apart from every other kind of one-time object (threats T17). */
export interface PasscodeStore {
  /** Writes the code over an earlier one that was sent at or before `sentBefore`; false when that one is younger. */
  put(passcode: Passcode, sentBefore: number): Promise<boolean>;
  /** When the slot's code was sent; null when it has none. */
  findSentAt(slotHash: string): Promise<number | null>;
  /**
   * Uses the code up: among racing callers one is the first. The same caller may take it again within the grace, which the store
   * decides in the same step. Null for everybody else, and for a wrong, expired or too often guessed code; the slot then counts one
   * failure more, and what this caller used up in it is forgotten.
   */
  take(slotHash: string, codeHash: string, use: Use): Promise<Taken | null>;
  /**
   * Whether `take` would give the code now, without using it up. A wrong one counts a failure as it does there, so that
   * asking buys no guesses.
   */
  check(slotHash: string, codeHash: string, now: number): Promise<boolean>;
  /** Forgets this very code: it could not be delivered, so the next one need not wait. */
  drop(slotHash: string, codeHash: string): Promise<void>;
  /** Forgets whatever code each slot has. */
  clear(slotHashes: readonly string[]): Promise<void>;
  /** Deletes up to `limit` codes that expired before `before`; the number deleted. */
  purge(before: number, limit: number): Promise<number>;
}
