import type { AuditEvent } from '../audit/event.ts';
import { type LoginSession, longestLoginMs } from '../sessions/login-session.ts';
import type { Room } from '../sessions/room.ts';
import type { RefreshToken } from '../tokens/store.ts';

/** The durable proof that a ticket was used. Unique by ticket and by code, as long as it is kept (threats T43). */
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
 * - It could log in again while its code is there and its time not up: a day at most for the code and a day for the ticket
 *   (`settings.ts`). A code that Redis lost the mark of, or that an old snapshot brings back, has the deadline it had, and
 *   Redis' clock has passed that.
 * - It says that the ticket leaked, which ends the login it gave (threats T11): until that login ends by itself.
 *
 * The month is for clocks that disagree, and for snapshots restored with a clock set back.
 */
export const redemptionKeptMs = longestLoginMs + 30 * 86_400_000;

export interface RedemptionStore {
  /**
   * One transaction: the redemption, the login session it creates with what makes room for it, its refresh token if any, the audit events, and
   * the code's move to CONSUMED where the code lives in the same database. False when the ticket or the code was
   * redeemed before, or the code is no longer AUTHORIZED: then nothing is written.
   */
  redeem(entry: {
    redemption: Redemption;
    loginSession: LoginSession;
    room: Room;
    refreshToken: RefreshToken | null;
    events: AuditEvent[];
  }): Promise<boolean>;
  findByTicket(ticketHash: string): Promise<Redemption | null>;
  /** Deletes the up to `limit` oldest from before `before`; how many. Nodes that purge at the same time delete each once. */
  purge(before: number, limit: number): Promise<number>;
}
