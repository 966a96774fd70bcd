import { ApiError } from '../errors.ts';
import { type Failure, failureOf } from './failures.ts';

/** How long to wait before a request is sent again by itself. After the last one the person is asked. */
const pausesMs = [1_000, 3_000];
/** A server that asks to wait longer leaves it to the person to try again. */
const longestPauseMs = 5_000;

export interface Failed {
  failure: Failure;
  error: unknown;
}

/**
 * Sends until there is a reply, a refusal, or a trouble that is for the person to try again. Null once `isWanted` says no: a reply to
 * a code that was left counts for nothing.
 */
export async function insist<T>(parts: {
  send(): Promise<T>;
  isWanted(): boolean;
  /** Hears of each failure, and whether the request is sent again. */
  failed(failed: Failed, isSentAgain: boolean): void;
  wait(ms: number): Promise<void>;
}): Promise<{ reply: T } | Failed | null> {
  for (let tries = 0; ; tries++) {
    try {
      const reply = await parts.send();
      return parts.isWanted() ? { reply } : null;
    } catch (error) {
      if (!parts.isWanted()) return null;
      const failed = { failure: failureOf(error), error };
      const pauseMs = pauseAfter(failed, tries);
      parts.failed(failed, pauseMs !== null);
      if (pauseMs === null) return failed;
      await parts.wait(pauseMs);
    }
  }
}

/** Null: not again by itself. */
function pauseAfter({ failure, error }: Failed, tries: number): number | null {
  const pauseMs = pausesMs[tries];
  if (pauseMs === undefined || !('trouble' in failure) || !failure.isRepeatable) return null;
  const asked = (error instanceof ApiError && error.retryAfterSeconds) || 0;
  const wanted = Math.max(pauseMs, asked * 1_000);
  return wanted > longestPauseMs ? null : wanted;
}
