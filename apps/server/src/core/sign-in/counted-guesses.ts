import { DomainError } from '../ground/errors.ts';
import type { Clock } from '../ground/ports.ts';
import { createTurns } from '../ground/turns.ts';
import type { SignInFailureStore } from './failure-store.ts';
import { failuresForgottenAfterMs, secondsUntilNextAttempt } from './lockout.ts';

/** Judges guesses at a secret one after the other, ever more slowly after wrong ones (threats T36). */
export function createCountedGuesses(parts: { signInFailures: SignInFailureStore; clock: Clock }) {
  const { signInFailures, clock } = parts;
  const inTurn = createTurns();

  /** The delay is checked before `judge` runs. @throws DomainError account_locked */
  function guess<T extends { matches: boolean }>(counter: string, judge: () => Promise<T>): Promise<T> {
    return inTurn(counter, async () => {
      await countFirst(counter);
      const verdict = await judge().catch(async (error) => {
        await signInFailures.giveBack(counter);
        throw error;
      });
      if (verdict.matches) await signInFailures.clear(counter);
      return verdict;
    });
  }

  /** Counts the guess as wrong before it is judged, so that guesses at several nodes do not find the same count. */
  async function countFirst(counter: string): Promise<void> {
    for (;;) {
      const seen = await signInFailures.find(counter);
      const now = clock.now();
      const retryAfterSeconds = secondsUntilNextAttempt(seen, now);
      if (retryAfterSeconds > 0)
        throw new DomainError('account_locked', { retryAfterSeconds, reason: ['waitSeconds', retryAfterSeconds] });
      if (await signInFailures.addTo(counter, seen, now, now - failuresForgottenAfterMs)) return;
    }
  }

  return guess;
}
