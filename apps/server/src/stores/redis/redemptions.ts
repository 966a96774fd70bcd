import type { RedemptionStore } from '../../core/qr/redemption-store.ts';
import type { QrSessionStore } from '../../core/qr/store.ts';
import { codeKey } from './keys.ts';
import type { RunScript } from './scripts.ts';

/**
 * Redemptions stay the database's to decide: unique by ticket and by code, whatever Redis forgets or brings back
 * (threats T43). Here the code is looked at before, for it may have been voided, and marked CONSUMED after. A mark that fails
 * changes no outcome: polls show a ticket that is worth nothing, until the next attempt marks the code or its time is up.
 */
export function createRedemptionStore(parts: {
  run: RunScript;
  sessions: Pick<QrSessionStore, 'find'>;
  redemptions: RedemptionStore;
  onUnmarked(error: unknown): void;
}): RedemptionStore {
  const { run, sessions, redemptions, onUnmarked } = parts;

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
      const found = await sessions.find(codeHash);
      if (found !== null && found.session.status !== 'AUTHORIZED') return false;
      const isFirst = await redemptions.redeem(entry);
      // Redeemed now, or it was before and Redis does not know.
      await mark(codeHash);
      return isFirst;
    },
    findByTicket: (ticketHash) => redemptions.findByTicket(ticketHash),
    purge: (before, limit) => redemptions.purge(before, limit),
  };
}
