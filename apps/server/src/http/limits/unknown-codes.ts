import type { Caller } from '../../core/ground/caller.ts';
import { DomainError } from '../../core/ground/errors.ts';
import type { Clock, Secrets } from '../../core/ground/ports.ts';
import { mayBeOurQrcodeId } from '../../core/qr/id.ts';
import { networkOf } from './address.ts';
import type { Limits } from './limits.ts';

/** How many guessing networks are remembered. Beyond that, guesses cost reads of the store again, and no memory. */
const keptNetworks = 10_000;

export interface UnknownCodes {
  /** Refuses impossible ids of a network with many unknown ones unread; else null. Live sessions are refused to nobody (threats T29). */
  refusal(qrcodeId: string, asking: { ip: string }): DomainError | null;
  /** Counts a question about an unknown id. @throws DomainError too_many_requests */
  count(caller: Caller): Promise<void>;
}

/** Counts questions about unknown ids, a sign of guessing, by the network they come from. */
export function createUnknownCodes(parts: {
  limits: Pick<Limits, 'consume'>;
  secrets: Pick<Secrets, 'derive' | 'keyIds'>;
  clock: Clock;
}): UnknownCodes {
  const { limits, secrets, clock } = parts;
  /** When each spent network may ask again, as far as this process knows. */
  const spent = new Map<string, number>();

  return {
    refusal(qrcodeId, asking) {
      if (spent.size === 0) return null;
      const network = networkOf(asking.ip);
      const until = spent.get(network);
      if (until === undefined || mayBeOurQrcodeId(secrets, qrcodeId)) return null;
      const leftMs = until - clock.now();
      if (leftMs > 0) return new DomainError('too_many_requests', { retryAfterSeconds: Math.ceil(leftMs / 1000) });
      spent.delete(network);
      return null;
    },

    async count(caller) {
      const network = networkOf(caller.ip);
      try {
        await limits.consume('unknownCode', network, caller);
      } catch (error) {
        if (error instanceof DomainError && error.detail.retryAfterSeconds !== undefined) {
          if (spent.size >= keptNetworks) spent.clear();
          spent.set(network, clock.now() + error.detail.retryAfterSeconds * 1000);
        }
        throw error;
      }
    },
  };
}
