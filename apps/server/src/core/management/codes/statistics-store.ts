import type { AuditEvent, AuditType } from '../../audit/event.ts';
import type { Lease } from '../../ground/leases.ts';

export interface Count {
  userPoolId: string;
  applicationId: string;
  /** The beginning of the minute. */
  at: number;
  what: string;
  n: number;
}

export interface NumberedEvent extends AuditEvent {
  seq: number;
  at: number;
}

export interface StatisticsStore {
  /** How far the log has been counted: the number of the last event, and up to which instant; null before the first time. */
  place(): Promise<{ seq: number; at: number } | null>;
  /** The number of the last event before about `at`; 0 when there is none. */
  placeBefore(at: number): Promise<number>;
  /** Events of all pools behind that number, in order of arrival, looking at `rows` at most; `last` is the last one looked at. */
  follow(
    after: number,
    types: readonly AuditType[],
    rows: number,
  ): Promise<{ events: NumberedEvent[]; last: { seq: number; at: number } | null }>;
  /** When each of these codes went through the steps, by hash and type. */
  instantsOf(codeHashes: readonly string[], types: readonly AuditType[]): Promise<Map<string, Map<AuditType, number>>>;
  /** Adds the counts and moves the place from `from`, both or neither. False when another node has done so, or has the lease. */
  add(counts: readonly Count[], from: number | null, to: { seq: number; at: number }, lease: Lease): Promise<boolean>;
  /** Makes one hour's minutes into hours if they are from before `before`; true when there may be more. False when another node has the lease. */
  rollUp(before: number, lease: Lease): Promise<boolean>;
  /** Deletes up to `limit` counts from before `before`; returns how many. */
  purge(before: number, limit: number): Promise<number>;
  /** Counters of a pool, or of one application of it, by steps of that many milliseconds from `from` on; `to` is not included. */
  sum(
    asked: { userPoolId: string; applicationId?: string; from: number; to: number },
    stepMs: number,
  ): Promise<Map<number, Map<string, number>>>;
}
