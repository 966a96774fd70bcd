import type { AuditEvent } from '../audit/event.ts';

/** A refresh token, kept by its hash only. All refresh tokens of one login session are one family. */
export interface RefreshToken {
  hash: string;
  loginSessionId: string;
  userPoolId: string;
  applicationId: string;
  userId: string;
  scope: string;
  issuedAt: number;
  expiresAt: number;
  /** Set when it was exchanged for its successor. */
  rotatedAt: number | null;
  /** The caller that rotated it; null while it is good, and when an older release rotated it. */
  rotatedBy: string | null;
}

export interface RefreshTokenStore {
  insert(token: RefreshToken): Promise<void>;
  find(hash: string): Promise<RefreshToken | null>;
  /**
   * In one step marks `hash` rotated at `at` by `by` and inserts its successor. False when it was rotated already (or is
   * gone): of concurrent callers exactly one gets true.
   */
  rotate(hash: string, at: number, by: string, successor: RefreshToken): Promise<boolean>;
  delete(hash: string): Promise<void>;
  purge(before: number, limit: number): Promise<number>;
}

/** Access tokens revoked one by one (RFC 7009), kept until they would have expired. */
export interface RevokedTokenStore {
  add(jti: string, expiresAt: number, event: AuditEvent): Promise<void>;
  has(jti: string): Promise<boolean>;
  purge(before: number, limit: number): Promise<number>;
}

export interface SigningKey {
  kid: string;
  algorithm: 'RS256';
  /** PKCS#8 PEM in the clear; stores seal it at rest. */
  privateKey: string;
  createdAt: number;
  /** When a newer key took over; this one verifies for the longest token life after that. */
  retiredAt: number | null;
}

export interface SigningKeyStore {
  /** Newest first. */
  list(): Promise<SigningKey[]>;
  /** Inserts only when no unretired key exists; false when another process was first. */
  insertFirst(key: SigningKey): Promise<boolean>;
  /**
   * In one step retires the unretired key and inserts its successor. False, and nothing changes, when that key was made after
   * `madeBefore`: of callers who rotate together one gets true.
   */
  rotate(successor: SigningKey, at: number, event: AuditEvent, madeBefore?: number): Promise<boolean>;
  delete(kid: string): Promise<void>;
}
