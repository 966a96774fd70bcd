import { DomainError } from '../ground/errors.ts';
import type { Clock } from '../ground/ports.ts';
import type { QrSessionStore } from './store.ts';

export interface QuotaLimits {
  /** How many QR sessions in PENDING or SCANNED one network may have made. */
  perNetwork: number;
  perApplication: number;
}

/** The number per network. The operator sets that of an application, which depends on how many people come (threats, limits). */
export const codesPerNetwork = 200;

export interface Quota {
  /**
   * Makes a QR session when there is room for it, counted before it is made.
   * @throws DomainError too_many_requests: new codes are refused, old ones are never evicted (threats T28)
   */
  claim<T>(applicationId: string, network: string, make: () => Promise<T>): Promise<T>;
}

const recountAfterMs = 1000;
const keptCounts = 10_000;

interface Count {
  countedAt: number;
  /** How many the store had then; everybody waits for this one answer. */
  stored: Promise<number>;
  /** Claims that the store's count may not include: those of then and those made since. */
  claimed: number;
  /** Claims whose QR sessions are still being made: the store's count need not include them. */
  underWay: number;
}

/**
 * Caps outstanding QR sessions. Counting fifty thousand rows for each new one is slow, so a count serves for a second, with the claims
 * since then; those of other nodes show at the next count.
 */
export function createQuota(parts: { qrSessions: QrSessionStore; clock: Clock; limits: QuotaLimits }): Quota {
  const { qrSessions, clock, limits } = parts;
  const counts = new Map<string, Count>();

  type Counted = Parameters<QrSessionStore['countOutstanding']>[0];

  function countOf(key: string, by: Counted, limit: number): Count {
    const now = clock.now();
    const known = counts.get(key);
    if (known && now - known.countedAt < recountAfterMs && now >= known.countedAt) return known;
    const underWay = known?.underWay ?? 0;
    const stored = qrSessions.countOutstanding(by, limit);
    const count = Object.assign(known ?? { underWay }, { countedAt: now, stored, claimed: underWay });
    // When the count fails, the next claim counts again.
    stored.catch(() => count.stored === stored && Object.assign(count, { countedAt: Number.NEGATIVE_INFINITY }));
    counts.delete(key);
    counts.set(key, count);
    if (counts.size > keptCounts) counts.delete(counts.keys().next().value as string);
    return count;
  }

  async function claimOne<T>(key: string, by: Counted, limit: number, make: () => Promise<T>): Promise<T> {
    const count = countOf(key, by, limit);
    const { stored } = count;
    count.underWay += 1;
    count.claimed += 1;
    const place = count.claimed;
    let isMade = false;
    try {
      if ((await stored) + place > limit) {
        throw new DomainError('too_many_requests', { reason: 'tooManyUnfinished', retryAfterSeconds: 10 });
      }
      const made = await make();
      isMade = true;
      return made;
    } finally {
      count.underWay -= 1;
      if (!isMade && count.stored === stored) count.claimed -= 1;
    }
  }

  return {
    claim: (applicationId, network, make) =>
      claimOne(`net:${network}`, { generatorNetwork: network }, limits.perNetwork, () =>
        claimOne(`app:${applicationId}`, { applicationId }, limits.perApplication, make),
      ),
  };
}

/** `RATE_LIMITS=off`: load tests only. */
export const noQuota: Quota = { claim: (_applicationId, _network, make) => make() };
