import type { Clock, Secrets } from '../../core/ground/ports.ts';
import type { SignInFailureStore } from '../../core/sign-in/failure-store.ts';
import type { Limiter, Window } from './limits.ts';

/** Counts guesses in the database, where no emptied cache gives one back (threats T45), separately in each window of time. */
export function createGuessCounts(parts: {
  failures: Pick<SignInFailureStore, 'find' | 'add' | 'giveBack'>;
  secrets: Pick<Secrets, 'hash'>;
  clock: Clock;
}) {
  const { failures, secrets, clock } = parts;

  return function limiter({ keyPrefix, points, duration }: Window): Limiter {
    const windowMs = duration * 1000;

    function windowOf(key: string, now = clock.now()) {
      const passedMs = now % windowMs;
      const counter = secrets.hash(`limit:${keyPrefix}:${key}:${now - passedMs}`);
      return { now, counter, msBeforeNext: windowMs - passedMs };
    }

    return {
      points,
      async get(key) {
        const { counter, msBeforeNext } = windowOf(key);
        const found = await failures.find(counter);
        return found && { consumedPoints: found.failures, msBeforeNext };
      },
      async consume(key) {
        const { now, counter, msBeforeNext } = windowOf(key);
        const before = (await failures.find(counter))?.failures ?? 0;
        // Once refused, further guesses are refused without a write, so that a flood of guesses is no flood of commits.
        const consumedPoints = before > points ? before + 1 : await failures.add(counter, now, 0);
        const counted = { consumedPoints, msBeforeNext };
        return consumedPoints > points ? Promise.reject(counted) : { ...counted, takenAt: now };
      },
      async giveBack(key, consumed) {
        const { counter } = windowOf(key, (consumed as { takenAt: number }).takenAt);
        await failures.giveBack(counter);
      },
    };
  };
}
