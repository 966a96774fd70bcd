import type { AuditEvent } from '../audit/event.ts';
import type { QrSession } from './session.ts';

export interface FoundQrSession {
  session: QrSession;
  /** The store's clock at the read: every expiry decision uses it (threats T47). */
  now: number;
}

/** What CONFIRM writes into the profile of the person. */
export interface ProfileWrite {
  userId: string;
  /** The version it was made of: another one refuses the move as well. */
  userVersion: number;
  customData: Record<string, unknown>;
  at: number;
  event: AuditEvent;
}

export interface QrSessionStore {
  /** `createdAt` and `expiresAt` are stamped by the store's clock from `lifetimeSeconds`; the stored session is returned. */
  insert(
    session: Omit<QrSession, 'createdAt' | 'expiresAt'>,
    lifetimeSeconds: number,
    event: AuditEvent,
  ): Promise<QrSession>;
  /** The hot path: exactly one read. */
  find(idHash: string): Promise<FoundQrSession | null>;
  /**
   * Writes `next` over the version before it, if the store's clock has not reached `before` (the deadline the caller
   * judged by). False when another writer was first or time ran out: load and judge again. A profile write happens with
   * the move or not at all, and so does the move.
   */
  replace(next: QrSession, before: number, event: AuditEvent | null, profile?: ProfileWrite): Promise<boolean>;
  /** Codes still PENDING or SCANNED and unexpired; counting stops at `limit`. */
  countOutstanding(
    by: { applicationId: string } | { generatorNetwork: string } | { scannedBy: string },
    limit: number,
  ): Promise<number>;
  /**
   * Whether the person has room for this code among the `limit` they may hold in SCANNED. A store that nodes share takes
   * the place at once and gives it back when the move is refused, the code leaves SCANNED or its time is up; on any other,
   * the caller lets one person's scans wait for each other.
   */
  takePlace(scannedBy: string, code: Pick<QrSession, 'idHash' | 'expiresAt'>, limit: number): Promise<boolean>;
  /**
   * Deletes up to `limit` codes whose deadline passed more than `graceMs` ago, recording `qr.expired` for those that
   * nobody finished; the number deleted, and of those the number so recorded.
   */
  purge(graceMs: number, limit: number): Promise<{ deleted: number; expired: number }>;
}
