import type { AuditEvent } from '../audit/event.ts';
import type { LoginSession } from './login-session.ts';
import type { Room } from './room.ts';

export interface LoginHistoryFilter {
  userId: string;
  applicationId?: string;
  ip?: string;
  /** Instants of the login, both included. */
  from?: number;
  to?: number;
  offset: number;
  limit: number;
}

export type SessionState = 'standing' | 'ended' | 'all';

export interface LoginSessionStore {
  /** Stores a login; where room is needed, the person's oldest there ends with those it confirmed, in the same transaction. */
  insert(session: LoginSession, event: AuditEvent, room: Room): Promise<void>;
  /** The same for a login whose id is not drawn but follows from whose it is. False, and nothing is written, when it is there already. */
  insertOnce(session: LoginSession, event: AuditEvent, room: Room): Promise<boolean>;
  /** Lets a login that was not ended last until `expiresAt`, or longer where it does already. */
  prolong(id: string, expiresAt: number): Promise<void>;
  find(id: string): Promise<LoginSession | null>;
  /** Revokes the session and every session whose parent it is; returns how many. Idempotent. */
  revoke(id: string, at: number, event: AuditEvent): Promise<number>;
  /** Revokes all of a user's sessions, and denies devices that they approved and that wait; returns how many. */
  revokeAll(userId: string, at: number, event: AuditEvent): Promise<number>;
  /** Revokes the user's sessions with these applications, those they approved, and denies devices likewise; returns how many. */
  revokeWith(userId: string, applicationIds: readonly string[], at: number, event: AuditEvent): Promise<number>;
  /** The user's logins, ended ones too, newest first; `totalCount` counts without regard to the page. */
  history(filter: LoginHistoryFilter): Promise<{ totalCount: number; logins: LoginSession[] }>;
  /** Ids of the applications the user has logged in to, sorted. */
  applicationsOf(userId: string): Promise<string[]>;
  /**
   * The user's logins that stand at `now`, newest first, each with how many standing ones it confirmed; without those that stand on the SSO
   * logins of `notOn`.
   */
  live(
    userId: string,
    now: number,
    page: { offset: number; limit: number; notOn?: readonly string[] },
  ): Promise<{ totalCount: number; logins: (LoginSession & { confirmedCount: number })[] }>;
  /** The user's logins of that state at `now`, newest first, behind the one `after`; each with how many standing ones it confirmed. */
  page(
    userId: string,
    state: SessionState,
    now: number,
    page: { after: { createdAt: number; id: string } | null; limit: number },
  ): Promise<(LoginSession & { confirmedCount: number })[]>;
  /** Which of these logins stand at `now`, belong to the pool and, where `amr` is given, came about by it. */
  standingOf(userPoolId: string, ids: readonly string[], amr: string | undefined, now: number): Promise<string[]>;
  /** Revokes these logins, of `userId` alone unless null, those they confirmed, and the SSO logins they stand on; returns how many logins. */
  revokeSome(ids: readonly string[], at: number, event: AuditEvent, userId: string | null): Promise<number>;
  liveApplicationsOf(userId: string, now: number): Promise<string[]>;
  /** Revokes the user's sessions of a browser, and forgets the browser; returns how many. */
  forgetBrowser(userId: string, browserHash: string, at: number, event: AuditEvent): Promise<number>;
  knowsBrowser(userId: string, browserHash: string): Promise<boolean>;
  /** Deletes up to `limit` sessions that expired before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
