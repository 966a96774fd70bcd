import type { SignInFailures } from './lockout.ts';

/**
 * Failures by whom they are counted for: an account, for the progressive delay (threats T36), or an address and what it
 * guesses at (`http/callers/guess-counts.ts`). Survives restarts, and caches that are emptied.
 */
export interface SignInFailureStore {
  find(hash: string): Promise<{ failures: number; lastFailedAt: number } | null>;
  /** Adds one atomically and returns the new count. A count last touched before `forgetBefore` restarts at one. */
  add(hash: string, at: number, forgetBefore: number): Promise<number>;
  /** The same, unless the count is no longer what was seen; false then, and nothing written. */
  addTo(hash: string, seen: SignInFailures | null, at: number, forgetBefore: number): Promise<boolean>;
  /** Takes one back that `add` counted. */
  giveBack(hash: string): Promise<void>;
  clear(hash: string): Promise<void>;
  purge(before: number, limit: number): Promise<number>;
}
