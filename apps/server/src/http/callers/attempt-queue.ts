import { DomainError } from '../../core/ground/errors.ts';

/** As many may wait: a backend that signs many people in at once. */
const maxWaiting = 1_200;

/**
 * Lets no more attempts run at the same time than may still fail; the others wait in order. Whoever succeeds leaves their place to the
 * next, whoever fails has used it up: the limit itself says when the attempts that follow may be made.
 */
export interface AttemptQueue {
  /** @throws DomainError too_many_requests when too many wait already */
  enter(): Promise<void>;
  /** True when nobody is left. */
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
        // Whether the budget is spent still, the count knows.
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
      // Nobody is left to give anything back: those who wait hear it from the count.
      if (underWay === 0) spent = 0;
      while (waiting.length > 0 && underWay + spent < places) {
        underWay += 1;
        waiting.shift()?.();
      }
      return underWay === 0;
    },
  };
}
