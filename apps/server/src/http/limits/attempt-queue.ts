import { DomainError } from '../../core/ground/errors.ts';

/** How many attempts may wait: enough for a backend that signs many people in at once. */
const maxWaiting = 1_200;

/** Lets no more attempts run than may still fail; the others wait in order. Success passes its place on, failure uses it up. */
export interface AttemptQueue {
  /** @throws DomainError too_many_requests when too many wait already */
  enter(): Promise<void>;
  /** Ends an attempt; true when none runs or waits any more. */
  leave(isSpent: boolean): boolean;
}

export function createAttemptQueue(places: number): AttemptQueue {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let spent = 0;

  return {
    enter() {
      if (underWay + spent < places) {
        underWay += 1;
        return Promise.resolve();
      }
      if (underWay === 0) {
        // The queue begins anew: whether the budget is still spent is known to the count.
        spent = 0;
        underWay += 1;
        return Promise.resolve();
      }
      if (waiting.length >= maxWaiting) {
        return Promise.reject(new DomainError('too_many_requests', { retryAfterSeconds: 1 }));
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    leave(isSpent) {
      underWay -= 1;
      if (isSpent) spent += 1;
      // No attempt is left that could give a place back, so those that wait go on and ask the count.
      if (underWay === 0) spent = 0;
      while (waiting.length > 0 && underWay + spent < places) {
        underWay += 1;
        waiting.shift()?.();
      }
      return underWay === 0;
    },
  };
}
