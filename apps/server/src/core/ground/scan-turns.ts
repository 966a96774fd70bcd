import { DomainError } from './errors.ts';

/** Long reads of one user pool that run at the same time, in this process, and those that may wait for their turn. */
const atOnce = 2;
const waitingAtMost = 20;

/** Runs work for a user pool, two at a time: nobody can make the store read for them without end. @throws DomainError too_many_requests */
export function createScanTurns() {
  const pools = new Map<string, { running: number; waiting: (() => void)[] }>();

  return async function inScanTurn<T>(userPoolId: string, work: () => Promise<T>): Promise<T> {
    const pool = pools.get(userPoolId) ?? { running: 0, waiting: [] };
    pools.set(userPoolId, pool);
    if (pool.running < atOnce) pool.running += 1;
    else {
      if (pool.waiting.length >= waitingAtMost) {
        throw new DomainError('too_many_requests', { reason: 'tooManyReads', retryAfterSeconds: 5 });
      }
      await new Promise<void>((resolve) => pool.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // Whoever waits next takes over this place.
      const next = pool.waiting.shift();
      if (next !== undefined) next();
      else {
        pool.running -= 1;
        if (pool.running === 0) pools.delete(userPoolId);
      }
    }
  };
}

export type InScanTurn = ReturnType<typeof createScanTurns>;
