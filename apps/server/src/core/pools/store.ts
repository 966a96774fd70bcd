import type { AuditEvent } from '../audit/event.ts';
import type { UserPool } from './pool.ts';

export interface PoolStore {
  /** Inserts, or replaces the row with the same id. */
  put(pool: UserPool, event?: AuditEvent): Promise<void>;
  list(): Promise<UserPool[]>;
}
