import type { AuditEvent } from '../audit/event.ts';

/** A public key as the key set shows it (RFC 7517). */
export type PublicJwk = { kty: 'RSA'; n: string; e: string; kid: string; use: 'sig'; alg: 'RS256' };

/** The `typ` header: access tokens (RFC 9068), ID tokens, tokens to manage a pool with (wire 5.1), and what applications hear of logouts. */
export type TokenType = 'at+jwt' | 'JWT' | 'management+jwt' | 'logout+jwt';

/** Makes and checks our JWTs. The algorithm is fixed per key; `kid` is looked up, never trusted (threats T34). */
export interface Signer {
  /** The encoded claims hold no `-` or `_`: a published client reads them as plain base64 (wire 5.1). */
  sign(claims: Record<string, unknown>, typ: TokenType): Promise<string>;
  /**
   * The claims, after signature, `iss`, `exp`, `nbf` and `typ` were checked (leeway 30 s). Null for anything but a good token of ours.
   */
  verify(token: string, typ: TokenType): Promise<Record<string, unknown> | null>;
  /**
   * Like `verify`, but takes expired tokens too: a logout may come after its ID token has expired (RP-Initiated Logout, section 2).
   */
  verifyOnce(token: string, typ: TokenType): Promise<Record<string, unknown> | null>;
  /**
   * JWKS with the current key first: some clients take the first whatever the `kid` (wire 6.5). A key that signs at any node is in it:
   * whoever met one of its tokens asks for the set, and soon not again.
   */
  keySet(): Promise<{ keys: PublicJwk[] }>;
}

/** The keys that sign, as operators see them. */
export interface KeyRotation {
  /** Sees what another node, or a command, did to the keys. */
  refresh(): Promise<void>;
  /**
   * Lets a new key take over; the old one goes on verifying as long as tokens that it signed may live. Other nodes notice within
   * seconds. Returns the new key's id, or null when the current key is younger than `leastAgeMs`.
   */
  rotate(options?: RotationOptions): Promise<string | null>;
  /** Those that sign or still verify, newest first. */
  keys(): Promise<SigningKeyFacts[]>;
}

export interface RotationOptions {
  /** The audit event of the rotation; by default one that names nobody. */
  eventOf?(kid: string): AuditEvent;
  /** Default 0. */
  leastAgeMs?: number;
  /** For a leaked key: all older keys stop verifying, and everybody who holds one of their tokens must sign in again. */
  dropsOthers?: boolean;
}

/** Instants in epoch milliseconds. */
export interface SigningKeyFacts {
  kid: string;
  createdAt: number;
  /** Null for the one that signs. */
  retiredAt: number | null;
  verifiesUntil: number | null;
}
