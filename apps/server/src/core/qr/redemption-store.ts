import type { AuditEvent } from '../audit/event.ts';
import { type LoginSession, longestLoginMs } from '../sessions/login-session.ts';
import type { Room } from '../sessions/room.ts';
import type { RefreshToken } from '../tokens/store.ts';

/** The durable proof that a ticket was used. Unique by ticket and by QR session, as long as it is kept (threats T43). */
export interface Redemption {
  ticketHash: string;
  codeHash: string;
  userPoolId: string;
  applicationId: string;
  loginSessionId: string;
  redeemedAt: number;
  /** Who redeemed it; null when an older release, or a poll, did. */
  callerHash: string | null;
}

/**
 * How long a used ticket is remembered: as long as it could do anything, and a month more.
 *
 * - The ticket could log in again while its QR session is there and its time is not up: a day at most for the session and a day for
 *   the ticket (`settings.ts`). A session whose mark Redis lost, or that an old snapshot brings back, has its old deadline, which
 *   the clock of Redis has passed by then.
 * - A second use says that the ticket leaked, which ends the login it gave (threats T11): that matters until the login ends by itself.
 *
 * The month is for clocks that disagree, and for snapshots restored with a clock set back.
 */
export const redemptionKeptMs = longestLoginMs + 30 * 86_400_000;

export interface RedemptionStore {
  /**
   * Writes in one transaction: the redemption, the login session it creates with what makes room for it, its refresh token if any, the
   * audit events, and the QR session's move to CONSUMED where it lives in the same database. False, and nothing is written, when the
   * ticket or the QR session was redeemed before, or the QR session is no longer AUTHORIZED.
   */
  redeem(entry: {
    redemption: Redemption;
    loginSession: LoginSession;
    room: Room;
    refreshToken: RefreshToken | null;
    events: AuditEvent[];
  }): Promise<boolean>;
  findByTicket(ticketHash: string): Promise<Redemption | null>;
  /**
   * Deletes the oldest from before `before`, at most `limit`; returns how many. Nodes that purge at the same time delete
   * each once.
   */
  purge(before: number, limit: number): Promise<number>;
}
