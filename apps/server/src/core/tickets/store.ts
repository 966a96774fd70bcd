import type { AuditEvent } from '../audit/event.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import type { RefreshToken } from '../tokens/store.ts';

/** The durable proof that a ticket was used. Unique by ticket and by code, for ever (threat model T43). */
export interface Redemption {
  ticketHash: string;
  codeHash: string;
  userPoolId: string;
  applicationId: string;
  loginSessionId: string;
  redeemedAt: number;
}

export interface RedemptionStore {
  /**
   * One transaction: the redemption, the login session it creates, its refresh token if any, the audit events, and
   * the code's move to CONSUMED where the code lives in the same database. False when the ticket or the code was
   * redeemed before, or the code is no longer AUTHORIZED: then nothing is written.
   */
  redeem(entry: {
    redemption: Redemption;
    loginSession: LoginSession;
    refreshToken: RefreshToken | null;
    events: AuditEvent[];
  }): Promise<boolean>;
  findByTicket(ticketHash: string): Promise<Redemption | null>;
}
