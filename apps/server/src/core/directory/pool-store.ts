import type { AuditEvent } from '../audit/event.ts';
import type { UserPool } from './pool.ts';

/**
 * Pools and applications are changed by what was read of them before. A write that brings the number it read them under is
 * refused with this, and nothing is written, when another node changed any of them since.
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
