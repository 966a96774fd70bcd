import type { GrantDto as Grant } from '@passbeam/protocol';
import { includes, type Role } from '../management/roles.ts';

export type { Grant };

/** In a grant: every user pool, those of tomorrow included. */
export const everyPool = '*';

/** A person of a user pool whose app may show who an administrator is, as it was when they were linked. */
export interface LinkedPerson {
  userPoolId: string;
  userId: string;
  /** Hash of what others could change about the person to sign in in their place. */
  fingerprint: string;
  /** Whose tokens their app approves with; absent where it is signed in at this server. */
  company?: CompanyOfPhone;
  linkedAt: number;
}

/** An app that is signed in at its company: the application that it approves as, and who says whose phone it is. */
export interface CompanyOfPhone {
  applicationId: string;
  issuer: string;
}

/** An operator who signs in at the console. Administrators stand outside every user pool: nobody reaches them through one. */
export interface Account {
  id: string;
  name: string;
  /** Unique. */
  signInName: string;
  email: string | null;
  /** PHC string; null until the invitation was accepted. */
  passwordHash: string | null;
  /** The secret of the authenticator, base32; null until one is set up. */
  totpSecret: string | null;
  /** Counts from `confirm-totp` on instead of the one above. */
  pendingTotpSecret: string | null;
  /** The last time step whose code was taken: each code is good once. */
  totpStep: number;
  /** Hashes of the recovery codes that were not used yet. */
  recoveryHashes: readonly string[];
  linkedPerson: LinkedPerson | null;
  grants: readonly Grant[];
  isSuspended: boolean;
  language: 'en' | 'zh' | null;
  theme: 'light' | 'dark' | null;
  createdAt: number;
  /** The administrator who invited; null for one whom a set-up link made. */
  createdBy: string | null;
  lastSeenAt: number | null;
  /** Grows by one with each write; a stale one is refused. */
  version: number;
}

export function stateOf({ passwordHash, isSuspended }: Account): 'invited' | 'active' | 'suspended' {
  if (isSuspended) return 'suspended';
  return passwordHash === null ? 'invited' : 'active';
}

/** The role in a pool: the highest of its own grant and that for all. Null: none. */
export function roleIn(grants: readonly Grant[], userPoolId: string): Role | null {
  const held = grants.filter((grant) => grant.userPoolId === userPoolId || grant.userPoolId === everyPool);
  return held.reduce<Role | null>((best, { role }) => (best === null || includes(role, best) ? role : best), null);
}

export const ownsEverything = ({ grants }: Pick<Account, 'grants'>): boolean =>
  grants.some(({ userPoolId, role }) => userPoolId === everyPool && role === 'owner');

/** Whether somebody of these grants may give, take or act on those: owners act where they own, and nowhere else. */
export const owns = (grants: readonly Grant[], others: readonly Grant[]): boolean =>
  others.every(({ userPoolId }) => roleIn(grants, userPoolId) === 'owner');

/** Whether the account keeps the house open: an owner of every pool who can sign in. */
export const keepsHouse = (account: Account): boolean => stateOf(account) === 'active' && ownsEverything(account);
