import type { Clock } from '../../core/ground/ports.ts';
import type { NonceStore } from '../../core/management/store.ts';

/** How often expired nonces are removed. Callers' clocks differ, so the map is in no order of expiry: a sweep reads all of it. */
const sweepEveryMs = 30_000;

/** Nonces in this process. After a restart a request could be sent once more within its window; TLS keeps it from being overheard. */
export function createNonceStore(parts: { clock: Clock; maxNonces?: number }): NonceStore {
  const { clock, maxNonces = 500_000 } = parts;
  const keptUntil = new Map<string, number>();
  let sweptAt = clock.now();

  function sweep(now: number): void {
    sweptAt = now;
    for (const [key, until] of keptUntil) if (until < now) keptUntil.delete(key);
  }

  return {
    async take(key, keepUntil) {
      const now = clock.now();
      if (now - sweptAt >= sweepEveryMs) sweep(now);
      if (keptUntil.has(key)) return 'used';
      if (keptUntil.size >= maxNonces) return 'full';
      keptUntil.set(key, keepUntil);
      return 'taken';
    },
  };
}
