import type { AuditEvent } from '../audit/event.ts';
import type { UserPool } from './pool.ts';

/** Thrown by a write that brings an outdated directory version; nothing is written then. */
export class DirectoryChanged extends Error {
  constructor() {
    super('pools or applications were changed meanwhile');
    this.name = 'DirectoryChanged';
  }
}

export interface PoolStore {
  /** Inserts or replaces. @throws DirectoryChanged when `version` is given and outdated */
  put(pool: UserPool, event?: AuditEvent, version?: number): Promise<void>;
  list(): Promise<UserPool[]>;
}
