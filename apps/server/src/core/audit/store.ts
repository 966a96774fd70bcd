import type { AuditEvent, AuditType } from './event.ts';

export interface AuditFilter {
  userPoolId: string;
  types: readonly AuditType[];
  /** The person concerned. */
  userId?: string;
  /** Who administered: the access key's id. */
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

/** For events that stand alone. An event that belongs to a change travels with that change's store call. */
export interface AuditStore {
  /** One with `repeatOf` becomes part of the event of the same minute, in one step, if there is one. */
  append(event: AuditEvent): Promise<void>;
  /** Newest first. */
  list(filter: { userPoolId?: string; type?: string; codeHash?: string; limit: number }): Promise<AuditEvent[]>;
  /** Newest first; `totalCount` counts without regard to the page. */
  page(filter: AuditFilter): Promise<{ totalCount: number; events: AuditEvent[] }>;
  /**
   * Deletes those from before `before` among the `limit` that arrived first; how many. Nodes that purge at the same time
   * delete each once.
   */
  purge(before: number, limit: number): Promise<number>;
}
