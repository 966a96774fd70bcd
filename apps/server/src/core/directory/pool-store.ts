import type { AuditEvent } from '../audit/event.ts';
import type { UserPool } from './pool.ts';

/**
 * Thrown by a write of a pool or an application that brings the version it read, when another node has changed any of them since.
 * Nothing is written then.
 */
export class DirectoryChanged extends Error {
  constructor() {
    super('pools or applications were changed meanwhile');
    this.name = 'DirectoryChanged';
  }
}

export interface PoolStore {
  /**
   * Inserts, or replaces the row with the same id.
   * @throws DirectoryChanged when `version` is given and outdated
   */
  put(pool: UserPool, event?: AuditEvent, version?: number): Promise<void>;
  list(): Promise<UserPool[]>;
}
