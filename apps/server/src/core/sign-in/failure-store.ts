import type { SignInFailures } from './lockout.ts';

/** Counts of failures, which survive restarts: of an account (threats T36), or an address (`http/callers/guess-counts.ts`). */
export interface SignInFailureStore {
  find(hash: string): Promise<{ failures: number; lastFailedAt: number } | null>;
  /** Adds one atomically and returns the new count. A count last touched before `forgetBefore` restarts at one. */
  add(hash: string, at: number, forgetBefore: number): Promise<number>;
  /** Adds one only while the count is still `seen`; otherwise returns false and writes nothing. */
  addTo(hash: string, seen: SignInFailures | null, at: number, forgetBefore: number): Promise<boolean>;
  giveBack(hash: string): Promise<void>;
  clear(hash: string): Promise<void>;
  purge(before: number, limit: number): Promise<number>;
}
