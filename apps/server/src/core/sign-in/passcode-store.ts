import type { Use } from '../ground/honest-repeat.ts';

/** After this many wrong guesses a slot takes no passcode any more, not even the right one. */
export const maxPasscodeFailures = 5;

export interface Passcode {
  /** Hash of pool, purpose and address. Each slot holds one passcode at a time, and the row does not reveal the address. */
  slotHash: string;
  /** A hash keyed by the server, because six digits are quickly tried: without the server's key it tells nothing. */
  passcodeHash: string;
  sentAt: number;
  expiresAt: number;
}

export type Taken = 'first' | 'again';

/** Keeps passcodes, apart from every other kind of one-time object (threats T17). */
export interface PasscodeStore {
  /** Stores a passcode over an earlier one that was sent at or before `sentBefore`; false when the earlier one is younger. */
  put(passcode: Passcode, sentBefore: number): Promise<boolean>;
  /** When the slot's passcode was sent; null when it has none. */
  findSentAt(slotHash: string): Promise<number | null>;
  /**
   * Uses the passcode up: among racing callers one is the first, and may take it again within the grace. Null for everybody else, and for
   * a wrong, expired or too often guessed one; the slot then counts a failure, and forgets what this caller used up.
   */
  take(slotHash: string, passcodeHash: string, use: Use): Promise<Taken | null>;
  /** Whether `take` would give the passcode now. A wrong one counts as a failure, so that a check is no free guess. */
  check(slotHash: string, passcodeHash: string, now: number): Promise<boolean>;
  /** Forgets this one passcode: it could not be delivered, so the next one need not wait. */
  drop(slotHash: string, passcodeHash: string): Promise<void>;
  clear(slotHashes: readonly string[]): Promise<void>;
  /** Deletes up to `limit` passcodes that expired before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
