import type { AuditEvent } from '../audit/event.ts';
import type { AccessKey } from './access-key.ts';

export interface AccessKeyFilter {
  statuses?: readonly AccessKey['status'][] | undefined;
  userId?: string | undefined;
}

export interface AccessKeyStore {
  insert(key: AccessKey, event: AuditEvent): Promise<void>;
  /** Stores a key, in the place of one with its id; when that was made and last used stays. */
  put(key: AccessKey, event: AuditEvent): Promise<void>;
  find(id: string): Promise<AccessKey | null>;
  /** The pool's keys that the configuration file made, by id. */
  listFromFile(userPoolId: string): Promise<AccessKey[]>;
  /** A page of the pool's keys, newest first: those that come after the key named, if one is. */
  list(
    userPoolId: string,
    filter: AccessKeyFilter,
    page: { limit: number; after?: string | undefined },
  ): Promise<AccessKey[]>;
  /** Writes those fields alone. False when the pool has no such key. */
  update(
    userPoolId: string,
    id: string,
    changes: Partial<Pick<AccessKey, 'name' | 'role' | 'expiresAt' | 'status'>>,
    event: AuditEvent,
  ): Promise<boolean>;
  /** False when the pool has no such key. */
  delete(userPoolId: string, id: string, event: AuditEvent): Promise<boolean>;
  touch(id: string, at: number): Promise<void>;
}

/** Nonces of signed requests, kept until the request's date is too old to be accepted. */
export interface NonceStore {
  /** `used`: taken before and still kept. `full`: no more can be kept, so the request is refused, for no nonce is forgotten early. */
  take(key: string, keepUntil: number): Promise<'taken' | 'used' | 'full'>;
}
