import type { AuditEvent } from '../audit/event.ts';
import type { BrowserSignIn, SsoLogin } from './sso-login.ts';

export interface SsoLoginStore {
  /**
   * Writes in one transaction: the SSO login, the end of another person's in the same browser, the flow, the events. False, and nothing
   * is written, when the flow moved on meanwhile.
   */
  open(signIn: BrowserSignIn, events: readonly AuditEvent[]): Promise<boolean>;
  /** The SSO login if it stands at `now`: neither it nor the phone's login that confirmed it has ended. */
  findStanding(by: { id: string } | { secretHash: string }, now: number): Promise<SsoLogin | null>;
  touch(id: string, usedAt: number, expiresAt: number): Promise<void>;
  /** Ends it and every login that stands on it; returns how many ended. Idempotent. */
  revoke(id: string, at: number, event: AuditEvent): Promise<number>;
  /** Those of the person that stand at `now`, newest first, each with how many standing logins are on it. */
  live(userId: string, now: number): Promise<(SsoLogin & { loginsCount: number })[]>;
  /** Deletes up to `limit` that expired before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
