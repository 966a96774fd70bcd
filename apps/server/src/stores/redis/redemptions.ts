import type { RedemptionStore } from '../../core/qr/redemption-store.ts';
import type { QrSessionStore } from '../../core/qr/store.ts';
import type { RunFunction } from './functions.ts';
import { codeKey } from './keys.ts';

/**
 * The database decides about redemptions, whatever Redis forgets or brings back (threats T43). This store reads the QR session before,
 * for it may be voided, and marks it CONSUMED after. Should that fail, polls show a worthless ticket until the next attempt or the
 * deadline.
 */
export function createRedemptionStore(parts: {
  run: RunFunction;
  qrSessions: Pick<QrSessionStore, 'find'>;
  redemptions: RedemptionStore;
  onUnmarked(error: unknown): void;
}): RedemptionStore {
  const { run, qrSessions, redemptions, onUnmarked } = parts;

  async function mark(codeHash: string): Promise<void> {
    try {
      await run('consume', [codeKey(codeHash)], [codeHash]);
    } catch (error) {
      onUnmarked(error);
    }
  }

  return {
    async redeem(entry) {
      const { codeHash } = entry.redemption;
      const found = await qrSessions.find(codeHash);
      if (found !== null && found.session.status !== 'AUTHORIZED') return false;
      const isFirst = await redemptions.redeem(entry);
      // Marked in both cases: redeemed now, or earlier without Redis hearing of it.
      await mark(codeHash);
      return isFirst;
    },
    findByTicket: (ticketHash) => redemptions.findByTicket(ticketHash),
    purge: (before, limit) => redemptions.purge(before, limit),
  };
}
