import type { Role } from './roles.ts';

/**
 * What a key that names its scopes may do; nothing else. A closed list: what is not in it cannot be written.
 *
 * - `approve`: SCAN, CONFIRM and CANCEL codes in the name of people of the pool, as one phone application.
 */
export const accessKeyScopes = ['approve'] as const;
export type AccessKeyScope = (typeof accessKeyScopes)[number];

/** Who made a key; `id` is empty for the configuration file. */
export interface KeyMaker {
  kind: 'administrator' | 'accessKey' | 'configurationFile';
  id: string;
}

/** A pair of id and secret that signs calls in the name of one pool (wire 5.1). */
export interface AccessKey {
  id: string;
  userPoolId: string;
  /** In the clear here, because signatures are recomputed with it; sealed in the store. */
  secret: string;
  /** Null: the key manages its pool. */
  scopes: readonly AccessKeyScope[] | null;
  /** The phone application that the key's approvals stand for; null for a key that manages its pool. */
  applicationId: string | null;
  /** Whose subjects its approvals name; null: those of its application. */
  issuer: string | null;
  /** The configuration file made the key, and ends it when it is no longer there. */
  isFromFile: boolean;
  /** The person the key was made for, as its maker says; null for nobody in particular. */
  userId: string | null;
  /** What people call it; null when nobody named it. */
  name: string | null;
  /** What a key that manages its pool may do there. */
  role: Role;
  /** From then on it is refused; null for a key without an end. */
  expiresAt: number | null;
  /** Null for keys of releases that did not note it. */
  createdBy: KeyMaker | null;
  /** `staging` is a key about to be rotated out: it works until it is revoked. */
  status: 'activated' | 'staging' | 'revoked';
  createdAt: number;
  lastUsedAt: number | null;
}

/** What a signed call may be for. */
export type KeyRight = 'manage' | AccessKeyScope;

/** A key with scopes never manages, and one that manages never approves: each does one thing (threats T20). */
export function mayDo({ scopes }: Pick<AccessKey, 'scopes'>, right: KeyRight): boolean {
  const rights: readonly KeyRight[] = scopes ?? ['manage'];
  return rights.includes(right);
}
