import type { AuditEvent } from '../../audit/event.ts';

/** A login that ended before its time, and whose application is still to be told (OpenID Connect Back-Channel Logout 1.0). */
export interface LogoutNotice {
  loginSessionId: string;
  userPoolId: string;
  applicationId: string;
  userId: string;
  endedAt: number;
  /** How often it was tried. */
  attempts: number;
  dueAt: number;
}

/**
 * The notices that wait. They are written by whatever ends a login, in its transaction, where the application has an address for
 * them: so none is lost with a node, and none is sent of a login that stands.
 */
export interface LogoutNoticeStore {
  /** Those that are due, longest first, but for these applications. */
  due(now: number, options: { limit: number; notOf: readonly string[] }): Promise<LogoutNotice[]>;
  /**
   * Takes a notice to send it: one more attempt, and due again at `dueAt` unless it is settled before. False when another node took it.
   */
  take(notice: LogoutNotice, dueAt: number): Promise<boolean>;
  /** Ends it; the event is recorded if it was still there. */
  settle(loginSessionId: string, event: AuditEvent | null): Promise<void>;
  /** Deletes up to `limit` of logins that ended before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
