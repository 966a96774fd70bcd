import type { QrNotices } from '../../core/qr/notices.ts';
import type { QrSessionStore } from '../../core/qr/store.ts';
import type { RedemptionStore } from '../../core/tickets/store.ts';

/**
 * The stores that change codes, with a notice after each change that was kept: for engines that give no notice by
 * themselves, where all writers are in this process.
 */
export function notifying(
  stores: { qrSessions: QrSessionStore; redemptions: RedemptionStore },
  notices: QrNotices,
): { qrSessions: QrSessionStore; redemptions: RedemptionStore } {
  const { qrSessions, redemptions } = stores;
  return {
    qrSessions: {
      ...qrSessions,
      async replace(next, before, event, profile) {
        const isKept = await qrSessions.replace(next, before, event, profile);
        // What is not recorded changes who follows the code, not what there is to see.
        if (isKept && event !== null) notices.publish(next.idHash);
        return isKept;
      },
    },
    redemptions: {
      ...redemptions,
      async redeem(entry) {
        const isFirst = await redemptions.redeem(entry);
        if (isFirst) notices.publish(entry.redemption.codeHash);
        return isFirst;
      },
    },
  };
}
