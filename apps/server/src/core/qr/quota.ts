import { DomainError } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { QrSessionStore } from './store.ts';

export interface QuotaLimits {
  /** Codes in PENDING or SCANNED that one network may have made. */
  perNetwork: number;
  /** The same for one application. */
  perApplication: number;
}

/** Threat model, section 0. An application's own number is the operator's: it follows how many people come. */
export const codesPerNetwork = 200;

export interface Quota {
  /** @throws DomainError too_many_requests: new codes are refused, old ones are never evicted (T28) */
  claim(applicationId: string, network: string): Promise<void>;
}

const recountAfterMs = 1000;
const keptCounts = 10_000;

/**
 * Caps outstanding codes. Counting fifty thousand rows, or more, for each new code would make creation slow, so a count is used
 * for a second, with the codes made since added to it.
 */
export function createQuota(parts: { sessions: QrSessionStore; clock: Clock; limits: QuotaLimits }): Quota {
  const { sessions, clock, limits } = parts;
  const counts = new Map<string, { countedAt: number; outstanding: number }>();

  async function claimOne(key: string, by: Parameters<QrSessionStore['countOutstanding']>[0], limit: number) {
    const now = clock.now();
    let entry = counts.get(key);
    if (!entry || now - entry.countedAt >= recountAfterMs || now < entry.countedAt) {
      entry = { countedAt: now, outstanding: await sessions.countOutstanding(by, limit) };
      counts.delete(key);
      counts.set(key, entry);
      if (counts.size > keptCounts) counts.delete(counts.keys().next().value as string);
    }
    if (entry.outstanding >= limit) {
      throw new DomainError('too_many_requests', { reason: 'too many unfinished codes', retryAfterSeconds: 10 });
    }
    entry.outstanding += 1;
  }

  return {
    async claim(applicationId, network) {
      await claimOne(`net:${network}`, { generatorNetwork: network }, limits.perNetwork);
      await claimOne(`app:${applicationId}`, { applicationId }, limits.perApplication);
    },
  };
}

/** `RATE_LIMITS=off`: load tests only. */
export const noQuota: Quota = { claim: async () => {} };
