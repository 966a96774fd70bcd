import type { AuditEvent, AuditType } from './event.ts';

export interface AuditFilter {
  userPoolId: string;
  types: readonly AuditType[];
  userId?: string;
  accessKeyId?: string;
  applicationId?: string;
  ip?: string;
  requestId?: string;
  /** Instants, both included. */
  from?: number;
  to?: number;
  offset: number;
  limit: number;
}

/** Keeps events. Only those that stand alone are appended here: an event of a change travels with that change's store call. */
export interface AuditStore {
  /** Stores an event. One with `repeatOf` raises the count of the event of the same minute, if there is one, in the same step. */
  append(event: AuditEvent): Promise<void>;
  /** Newest first. */
  list(filter: { userPoolId?: string; type?: string; codeHash?: string; limit: number }): Promise<AuditEvent[]>;
  /** Newest first; `totalCount` counts without regard to the page. */
  page(filter: AuditFilter): Promise<{ totalCount: number; events: AuditEvent[] }>;
  /** Deletes those of the `limit` oldest events that are from before `before`, each once however many nodes purge; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
