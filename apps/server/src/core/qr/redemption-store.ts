import type { AuditEvent } from '../audit/event.ts';
import { type LoginSession, longestLoginMs } from '../sessions/login-session.ts';
import type { Room } from '../sessions/room.ts';
import type { BrowserSignIn } from '../sessions/sso-login.ts';
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
 * How long a used ticket is remembered: as long as it could do anything, and a month more for clocks that disagree and restored
 * snapshots.
 * - It could log in again for two days at most: one for the session, one for the ticket (`settings.ts`). A session that Redis brings back
 * has its old deadline.
 * - A second use ends the login it gave (threats T11), which matters until that ends by itself.
 */
export const redemptionKeptMs = longestLoginMs + 30 * 86_400_000;

/** A login of the application, with what makes room for it. */
export interface OpenedLogin {
  loginSession: LoginSession;
  room: Room;
  refreshToken: RefreshToken | null;
}

export interface RedemptionStore {
  /**
   * Writes in one transaction: the redemption, what it opens, the audit events, and the move to CONSUMED where it lives in the same
   * database. False, with nothing written, when ticket or session was redeemed before, the session is not AUTHORIZED, or the flow that
   * waits for the sign-in moved on.
   */
  redeem(
    entry: { redemption: Redemption; events: AuditEvent[] } & (OpenedLogin | { signIn: BrowserSignIn }),
  ): Promise<boolean>;
  findByTicket(ticketHash: string): Promise<Redemption | null>;
  /** Deletes at most `limit` from before `before`, oldest first, each once however many nodes purge; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
