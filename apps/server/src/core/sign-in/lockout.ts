/** Progressive delay after failed passwords (threats T36); never a lock for good, which would let anybody shut anybody out. */
const freeFailures = 5;
const firstDelaySeconds = 30;
const maxDelaySeconds = 15 * 60;

/** Failures older than this count no more. */
export const failuresForgottenAfterMs = 24 * 60 * 60 * 1000;

export interface SignInFailures {
  failures: number;
  lastFailedAt: number;
}

/** Whole seconds until the next attempt is accepted; 0 when it may be made now. */
export function secondsUntilNextAttempt(record: SignInFailures | null, now: number): number {
  if (record === null || record.failures < freeFailures) return 0;
  if (now - record.lastFailedAt >= failuresForgottenAfterMs) return 0;
  const delaySeconds = Math.min(firstDelaySeconds * 2 ** (record.failures - freeFailures), maxDelaySeconds);
  return Math.max(0, Math.ceil((record.lastFailedAt + delaySeconds * 1000 - now) / 1000));
}
