import type { AuditEvent } from '../audit/event.ts';
import type { QrSession } from './session.ts';

export interface FoundQrSession {
  session: QrSession;
  /** The store's clock at the read: every expiry decision uses it (threats T47). */
  now: number;
}

export interface ProfileWrite {
  userId: string;
  /** The profile version that it was made from. When the profile has another version by now, the move is refused, too. */
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
   * Writes `next` and its profile write, both or neither, unless the store's clock has reached `before`. False when another writer was
   * first or the deadline passed: the caller loads and judges again.
   */
  replace(next: QrSession, before: number, event: AuditEvent | null, profile?: ProfileWrite): Promise<boolean>;
  /** Counts sessions that are PENDING or SCANNED and unexpired; stops at `limit`. */
  countOutstanding(
    by: { applicationId: string } | { generatorNetwork: string } | { scannedBy: string },
    limit: number,
  ): Promise<number>;
  /** The application's PENDING and SCANNED, unexpired sessions, those with the latest deadlines first: nearly the newest. */
  newestOutstanding(applicationId: string, limit: number): Promise<QrSession[]>;
  /**
   * Whether the person has room for one more in SCANNED. A store shared by nodes takes the place at once, and frees it when the move is
   * refused, the session leaves SCANNED or its time is up. With any other, the caller takes one person's scans in turn.
   */
  takePlace(scannedBy: string, session: Pick<QrSession, 'idHash' | 'expiresAt'>, limit: number): Promise<boolean>;
  /** Deletes up to `limit` sessions that ended more than `graceMs` ago and records `qr.expired` for unfinished ones; counts both. */
  purge(graceMs: number, limit: number): Promise<{ deleted: number; expired: number }>;
}
