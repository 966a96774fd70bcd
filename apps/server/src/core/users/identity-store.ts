import type { AuditEvent } from '../audit/event.ts';
import type { TakenField, User } from './user.ts';

/**
 * Who a person is to the company's own auth server. Only issuer and subject together say so (OpenID Connect Core 5.7), and both are
 * compared by their bytes: spellings that look alike are two people.
 */
export interface IdentityKey {
  userPoolId: string;
  issuer: string;
  subject: string;
}

export interface Identity extends IdentityKey {
  userId: string;
  /** The entry of `ownTokens` by which the person came first. */
  entryName: string;
  firstSeenAt: number;
  lastSeenAt: number;
  /** Of the newest token whose claims were taken, in epoch milliseconds; null when none said when it was issued. */
  claimsIssuedAt: number | null;
}

/** An identity and the account that it opens. */
export interface KnownPerson {
  identity: Identity;
  user: User;
}

export interface IdentityStore {
  find(key: IdentityKey): Promise<KnownPerson | null>;
  /**
   * Stores an identity with its new user, both or neither. `'known'` when the identity is there already, the field when another user
   * of the pool has that identifier, null when stored.
   */
  insertWithUser(identity: Identity, user: User, event: AuditEvent): Promise<TakenField | 'known' | null>;
  /** `'known'` when the identity exists, `'taken'` when the user has another of this issuer or is gone, null when stored. */
  bind(identity: Identity, event: AuditEvent): Promise<'known' | 'taken' | null>;
  /** Notes that the person was seen. True when the claims are newer than those taken last: then these count as taken. */
  seen(key: IdentityKey, at: number, claimsIssuedAt: number | null): Promise<boolean>;
}
