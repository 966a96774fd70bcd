import type { AuditEvent, AuditType } from './event.ts';

/** Which events of a user pool, or of none. */
export interface EventSelection {
  /** Null: those that belong to no pool. */
  userPoolId: string | null;
  /** Null: all of them. */
  types: readonly AuditType[] | null;
  userId?: string;
  accessKeyId?: string;
  administratorId?: string;
  codeHash?: string;
  applicationId?: string;
  ip?: string;
  requestId?: string;
  /** Instants, both included. */
  from?: number;
  to?: number;
}

export interface AuditFilter extends EventSelection {
  offset: number;
  limit: number;
}

/** What a page of a list with a total may cost, in events looked at. */
export interface PageBudget {
  /** For the page itself. */
  looked: number;
  /** For the count beside it, which ends early when it has come to `counted`. */
  lookedForCount: number;
  counted: number;
}

export interface EventReading {
  order: 'newest' | 'oldest';
  /** Goes on behind the event of this number, which `next` of the reading before has told; null: from the beginning. */
  after: number | null;
  limit: number;
  /** How many events may be looked at. */
  budget: number;
}

/** Keeps events. Only those that stand alone are appended here: an event of a change travels with that change's store call. */
export interface AuditStore {
  /** Stores an event. One with `repeatOf` raises the count of the event of the same minute, if there is one, in the same step. */
  append(event: AuditEvent): Promise<void>;
  /** Newest first. */
  list(filter: { userPoolId?: string; type?: string; codeHash?: string; limit: number }): Promise<AuditEvent[]>;
  /**
   * Newest first. `totalCount` counts without regard to the page, and is an estimate where counting would exceed the budget; `isBeyond`
   * when the page itself would.
   */
  page(
    filter: AuditFilter,
    budget?: PageBudget,
  ): Promise<{ totalCount: number; events: AuditEvent[]; isBeyond: boolean }>;
  /** `next` is null at the end. `searchedTo`: the instant that the reading came to when its budget was spent before the page was full. */
  read(
    selection: EventSelection,
    reading: EventReading,
  ): Promise<{ events: AuditEvent[]; next: number | null; searchedTo: number | null }>;
  /** The whole hash that begins so, of a QR code that an event of the pool tells of. */
  findCode(userPoolId: string, beginning: string): Promise<string | null>;
  /** Deletes those of the `limit` oldest events that are from before `before`, each once however many nodes purge; returns how many. */
  purge(before: number, limit: number): Promise<number>;
}
