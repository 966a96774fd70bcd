import { maxImportRefusals } from '@passbeam/protocol';
import type { AuditEvent } from '../../audit/event.ts';
import { DomainError } from '../../ground/errors.ts';
import type { LeaseStore } from '../../ground/leases.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import type { CustomField, CustomFieldStore } from '../../users/custom/custom-fields.ts';
import { userExists } from '../../users/user-id.ts';
import { managementEvent } from '../event.ts';
import {
  administratorOf,
  countsOf,
  idleMs,
  type Refusal,
  rowsATurn,
  type StagedRow,
  type UserImport,
} from './import.ts';
import { type createRowJudge, type Judged, refusalOf } from './judge.ts';
import type { Person, Step, UserImportStore } from './store.ts';

/** A node that is gone keeps others from its import for so long. */
const leaseMs = 10_000;
/** Imports that a node works on in turn. */
const mostAtOnce = 20;
const maxAttempts = 2 * rowsATurn;

/**
 * Works on the imports that run, one batch of each at a time: one node an import, by its lease, and another one goes on where that stops. A
 * turn of rows is one transaction with the place that follows it, so no row is done twice, whoever holds the lease.
 */
export function createImportWorker(parts: {
  imports: UserImportStore;
  judge: ReturnType<typeof createRowJudge>;
  customFields: Pick<CustomFieldStore, 'list'>;
  leases: LeaseStore;
  secrets: Secrets;
  clock: Clock;
}) {
  const { imports, judge, customFields, leases, secrets, clock } = parts;
  const holder = secrets.randomToken();

  /**
   * Works on a batch of each import that runs; false when there was nothing to do. What fails one holds up no other.
   * @param rest called after each turn: polls and logins go first
   * @param isStopped true once this node is to do no more
   */
  async function work(rest: () => Promise<void>, isStopped: () => boolean = () => false): Promise<boolean> {
    let hasWorked = false;
    const failures: unknown[] = [];
    for (const of of await imports.running(mostAtOnce)) {
      const lease = { name: `import:${of.userPoolId}`, holder, ms: leaseMs };
      if (!(await leases.take(lease, clock.now()))) continue;
      const isDone = await workOn(of, rest, isStopped).catch(async (error: unknown) => {
        // The next node may have what this one lacks: room for a password, or a store that answers.
        await leases.giveBack(lease).catch(() => {});
        if (!(error instanceof DomainError && error.code === 'too_many_requests')) failures.push(error);
        return null;
      });
      if (isDone === true) await leases.giveBack(lease);
      if (isDone !== null) hasWorked = true;
    }
    if (failures.length > 0) throw failures[0];
    return hasWorked;
  }

  /** Lets others take over at once. */
  async function leave(): Promise<void> {
    for (const { userPoolId } of await imports.running(mostAtOnce)) {
      await leases.giveBack({ name: `import:${userPoolId}`, holder });
    }
  }

  /** Settles the rest of a batch; true when the import is over, or somebody else has it. */
  async function workOn(found: UserImport, rest: () => Promise<void>, isStopped: () => boolean): Promise<boolean> {
    const rows = await imports.rowsOf(found.id, found.batch);
    if (rows === null) return fail(found, 'running', 'importUnreadable');
    const declared = await customFields.list(found.userPoolId);
    let of: UserImport | null = found;
    do {
      of = await settle(of, rows.slice(of.offset, of.offset + rowsATurn), rows.length, declared);
      if (of === null || of.batch >= of.batches) return true;
      await rest();
    } while (of.batch === found.batch && !isStopped());
    return false;
  }

  /** The import behind these rows; null when it is elsewhere by now: stopped, paused, or with another node. */
  async function settle(
    of: UserImport,
    rows: readonly StagedRow[],
    rowsOfBatch: number,
    declared: readonly CustomField[],
  ): Promise<UserImport | null> {
    let left = rows;
    const lost: Refusal[] = [];
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const judged = await judge(of, left, declared);
      const { next, step } = stepOf(
        of,
        { ...judged, refusals: [...judged.refusals, ...lost] },
        rows.length,
        rowsOfBatch,
      );
      const outcome = await imports.settle(step);
      if (outcome === null) return next;
      if (outcome === 'lost') return null;
      const row = left.find((each) => each.row === judged.people[outcome.index]?.row);
      // Somebody else took the identifier since it was looked up. Who changed meanwhile is judged anew.
      if (outcome.taken === 'stale' || row === undefined) continue;
      lost.push(refusalOf(row, userExists(outcome.taken)));
      left = left.filter((each) => each !== row);
    }
    throw new Error('people of an import kept being changed by somebody else');
  }

  function stepOf(of: UserImport, judged: Judged, rows: number, rowsOfBatch: number): { next: UserImport; step: Step } {
    const { people, unchanged, refusals, seen } = judged;
    const count = (kind: Person['kind']) => people.filter((person) => person.kind === kind).length;
    const isBatchDone = of.offset + rows >= rowsOfBatch;
    const next: UserImport = {
      ...of,
      ...(isBatchDone ? { batch: of.batch + 1, offset: 0 } : { offset: of.offset + rows }),
      created: of.created + count('created'),
      changed: of.changed + count('changed'),
      unchanged: of.unchanged + unchanged,
      refused: of.refused + refusals.length,
    };
    const step: Step = {
      from: of,
      next,
      people: of.isDryRun ? [] : people,
      refusals: refusals.slice(0, Math.max(0, maxImportRefusals - of.refused)),
      seen,
      end: next.batch >= of.batches ? { at: clock.now(), event: ended(next, 'finished') } : null,
    };
    return { next, step };
  }

  /** Ends imports that somebody left half uploaded or paused: their rows hold what is said about people. */
  async function endIdle(): Promise<void> {
    for (const [state, ms] of Object.entries(idleMs) as ['uploading' | 'paused', number][]) {
      const now = clock.now();
      for (const of of await imports.idle(state, now - ms, mostAtOnce)) {
        await fail(of, state, 'importIdle');
      }
    }
  }

  async function fail(of: UserImport, from: UserImport['state'], failure: 'importIdle' | 'importUnreadable') {
    const now = clock.now();
    const next = { ...of, state: 'failed' as const, failure, touchedAt: now, endedAt: now };
    await imports.move(next, [from], ended(of, 'failed'));
    return true;
  }

  /** The end that nobody asked for is recorded in the name of who began the import. */
  function ended(of: UserImport, outcome: 'finished' | 'failed'): AuditEvent {
    const detail = { importId: of.id, outcome, ...countsOf(of) };
    return managementEvent(secrets, 'admin.user_import_ended', administratorOf(of), of.caller, { detail });
  }

  return { work, leave, endIdle };
}

export type ImportWorker = ReturnType<typeof createImportWorker>;
