import type { Logger } from 'pino';
import type { Clock } from './core/ports.ts';
import type { QrSessionStore } from './core/qr/store.ts';

/** A slow client must still read EXPIRED, not "unknown", for a while after the deadline (contract 2.11). */
const qrGraceMs = 5 * 60_000;
const batchSize = 500;
const intervalMs = 5_000;

interface Purgeable {
  purge(before: number, limit: number): Promise<number>;
}

/** Deletes what has expired, in bounded batches, a little at a time (threat model T28, T49). */
export function startMaintenance(parts: {
  qrSessions: QrSessionStore;
  /** Kept this long after they expired. */
  others: { store: Purgeable; keptMs: number }[];
  clock: Clock;
  log: Logger;
}): { stop(): Promise<void> } {
  let isStopped = false;
  let running = Promise.resolve();

  async function purgeAll(): Promise<void> {
    while (!isStopped && (await parts.qrSessions.purge(qrGraceMs, batchSize)).deleted === batchSize);
    for (const { store, keptMs } of parts.others) {
      while (!isStopped && (await store.purge(parts.clock.now() - keptMs, batchSize)) === batchSize);
    }
  }

  const timer = setInterval(() => {
    running = running.then(purgeAll).catch((error: unknown) => {
      parts.log.warn({ err: error }, 'could not delete what has expired; trying again soon');
    });
  }, intervalMs);
  timer.unref();

  return {
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
