import type { Logger } from 'pino';
import type { Clock } from '../core/ground/ports.ts';
import type { QrSessionStore } from '../core/qr/store.ts';

/** A slow client must still read EXPIRED, not "unknown", for a while after the deadline (wire 2.11). */
const qrGraceMs = 5 * 60_000;
const batchSize = 500;
const idleMs = 5_000;
/** The pause after a full batch: there is more to delete, but logins go first. */
const busyMs = 50;

interface Purgeable {
  purge(before: number, limit: number): Promise<number>;
}

/** Deletes what expired, a bounded batch of each kind a round (threats T28, T49), so that nothing waits for years of events. */
export function startMaintenance(parts: {
  qrSessions: QrSessionStore;
  /** Stores whose rows are kept for `keptMs` after they expired, or happened. */
  others: { store: Purgeable; keptMs: number }[];
  clock: Clock;
  log: Logger;
}): { stop(): Promise<void> } {
  const { qrSessions, others, clock, log } = parts;
  let isStopped = false;
  let running = Promise.resolve();
  let timer = schedule(idleMs);

  /** Deletes one batch of each kind; true when there may be more. */
  async function deleteSome(): Promise<boolean> {
    let isMore = (await qrSessions.purge(qrGraceMs, batchSize)).deleted === batchSize;
    for (const { store, keptMs } of others) {
      if (isStopped) return false;
      if ((await store.purge(clock.now() - keptMs, batchSize)) === batchSize) isMore = true;
    }
    return isMore;
  }

  async function round(): Promise<void> {
    const isMore = await deleteSome().catch((error: unknown) => {
      log.warn({ err: error }, 'could not delete what has expired; trying again soon');
      return false;
    });
    if (!isStopped) timer = schedule(isMore ? busyMs : idleMs);
  }

  function schedule(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      running = round();
    }, ms).unref();
  }

  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
