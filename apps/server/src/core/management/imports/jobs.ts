import { type CreateUserImportDto, maxImportBytes, maxImportRows, type UploadUserImportDto } from '@passbeam/protocol';
import type { AuditType } from '../../audit/event.ts';
import type { Caller } from '../../ground/caller.ts';
import { createCursors, isNumber } from '../../ground/cursors.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import { createTurns } from '../../ground/turns.ts';
import type { Administrator } from '../administrator.ts';
import { managementEvent } from '../event.ts';
import { requireRole } from '../roles.ts';
import { countsOf, isOpen, openStates, type ReadRow, rowsABatch, type StagedRow, type UserImport } from './import.ts';
import { isImportField, newReader, readPart } from './records.ts';
import type { UserImportStore } from './store.ts';

const mostListed = 50;
const idLength = 24;
const reportARead = 1000;

/** What operators do with imports: hand the file in, watch, pause, stop, and read the report. */
export function createUserImports(parts: {
  imports: UserImportStore;
  secrets: Secrets;
  clock: Clock;
  giveWay(): Promise<void>;
}) {
  const { imports, secrets, clock, giveWay } = parts;
  const inTurn = createTurns();
  const cursors = createCursors(secrets);

  /** @throws DomainError too_many_requests when one has not ended, permission_denied, fresh_proof_required, invalid_argument */
  async function create(admin: Administrator, asked: CreateUserImportDto, caller: Caller): Promise<UserImport> {
    const { format, columns = {}, mode = 'new', passwords = 'none', dryRun = true } = asked;
    const now = clock.now();
    if (passwords === 'plain') requireRole(admin, { role: 'owner', isFresh: true }, now);
    for (const [column, field] of Object.entries(columns)) {
      if (field !== '' && !isImportField(field)) {
        throw new DomainError('invalid_argument', { field: `columns.${column}`, reason: ['notImported', field] });
      }
    }
    const { userPoolId, role, reach, by } = admin;
    const created: UserImport = {
      ...{
        id: secrets.randomId(idLength),
        userPoolId,
        state: 'uploading',
        format,
        mode,
        passwords,
        isDryRun: dryRun,
        columns,
      },
      ...{ parts: 0, bytes: 0, rows: 0, batches: 0, batch: 0, offset: 0 },
      ...{ created: 0, changed: 0, unchanged: 0, refused: 0, failure: null },
      ...{ by: { role, reach, by }, caller, createdAt: now, touchedAt: now, startedAt: null, endedAt: null },
    };
    const open = await imports.insert(created, newReader, event('admin.user_import_created', admin, created, caller));
    if (open !== null)
      throw new DomainError('too_many_requests', { reason: ['importUnderWay', open], retryAfterSeconds: 60 });
    return created;
  }

  /** @throws DomainError import_not_found */
  async function get({ userPoolId }: Administrator, importId: string): Promise<UserImport> {
    return (await imports.find(userPoolId, importId)) ?? refuseUnknown();
  }

  /** Reads a part of the file; a part that came before changes nothing. @throws DomainError import_not_found, invalid_argument */
  function upload(admin: Administrator, asked: UploadUserImportDto, caller: Caller): Promise<UserImport> {
    return inTurn(asked.importId, async () => {
      // Read together: another node may take a part at any moment.
      const { found: before, reader: begun } =
        (await imports.findWithReader(admin.userPoolId, asked.importId)) ?? refuseUnknown();
      if (asked.part < before.parts) return before;
      if (begun === null) throw wrongState(before);
      if (asked.part > before.parts) {
        throw new DomainError('invalid_argument', { field: 'part', reason: ['partExpected', before.parts] });
      }
      const refuse = (reason: ['importTooLarge' | 'importTooLong', number] | 'importEmpty'): never => {
        throw new DomainError('invalid_argument', { field: 'text', reason });
      };
      const bytes = before.bytes + new TextEncoder().encode(asked.text).length;
      if (bytes > maxImportBytes) refuse(['importTooLarge', maxImportBytes]);

      let reader = begun;
      const rows: ReadRow[] = [];
      for await (const read of readPart(before, reader, asked.text, asked.isLast)) {
        reader = read.state;
        rows.push(...read.rows);
        if (before.rows + rows.length > maxImportRows) refuse(['importTooLong', maxImportRows]);
        await giveWay();
      }
      if (asked.isLast && before.rows + rows.length === 0) refuse('importEmpty');

      const batches = inBatches(rows.map((row, index) => ({ ...row, row: before.rows + index + 1 })));
      const now = clock.now();
      const next: UserImport = {
        ...before,
        ...{
          parts: before.parts + 1,
          bytes,
          rows: before.rows + rows.length,
          batches: before.batches + batches.length,
        },
        ...{ touchedAt: now, state: asked.isLast ? 'running' : 'uploading', startedAt: asked.isLast ? now : null },
      };
      const started = asked.isLast ? event('admin.user_import_begun', admin, next, caller) : null;
      if (await imports.stage(next, asked.isLast ? newReader : reader, batches, started)) return next;
      // Another node had the same part first: what it left is the answer.
      return get(admin, asked.importId);
    });
  }

  const list = ({ userPoolId }: Administrator) => imports.list(userPoolId, mostListed);

  /** @throws DomainError import_not_found, invalid_argument when it is in none of the states */
  async function move(
    admin: Administrator,
    importId: string,
    to: { state: UserImport['state']; from: readonly UserImport['state'][]; type: AuditType },
    caller: Caller,
  ): Promise<UserImport> {
    const before = await get(admin, importId);
    if (before.state === to.state) return before;
    const now = clock.now();
    const next = { ...before, state: to.state, touchedAt: now, endedAt: isOpen(to) ? null : now };
    const happened = event(to.type, admin, next, caller, { outcome: to.state });
    if (await imports.move(next, to.from, happened)) return get(admin, importId);
    throw wrongState(await get(admin, importId));
  }

  const pause = (admin: Administrator, importId: string, caller: Caller) =>
    move(admin, importId, { state: 'paused', from: ['running'], type: 'admin.user_import_paused' }, caller);

  const goOn = (admin: Administrator, importId: string, caller: Caller) =>
    move(admin, importId, { state: 'running', from: ['paused'], type: 'admin.user_import_continued' }, caller);

  /** What was written stays; the rows that are left are removed. */
  const stop = (admin: Administrator, importId: string, caller: Caller) =>
    move(admin, importId, { state: 'stopped', from: openStates, type: 'admin.user_import_ended' }, caller);

  /** @throws DomainError import_not_found, invalid_argument */
  async function report(admin: Administrator, importId: string, { limit, cursor }: { limit: number; cursor?: string }) {
    const after = cursors.read({ importId }, cursor, isNumber);
    const { id } = await get(admin, importId);
    const refusals = await imports.report(id, after, limit);
    const last = refusals.length === limit ? (refusals.at(-1)?.row ?? null) : null;
    return { refusals, nextCursor: cursors.write({ importId }, last) };
  }

  /** All that is kept of the report, some at a time. @throws DomainError import_not_found */
  async function wholeReport(admin: Administrator, importId: string) {
    const { id } = await get(admin, importId);
    async function* batches() {
      for (let after: number | null = null; ; ) {
        const refusals: Awaited<ReturnType<typeof imports.report>> = await imports.report(id, after, reportARead);
        yield refusals;
        if (refusals.length < reportARead) return;
        after = refusals.at(-1)?.row ?? null;
      }
    }
    return batches();
  }

  function event(
    type: AuditType,
    admin: Administrator,
    of: UserImport,
    caller: Caller,
    detail: Record<string, string> = {},
  ) {
    const facts = { importId: of.id, mode: of.mode, passwords: of.passwords, ...countsOf(of) };
    return managementEvent(secrets, type, admin, caller, { detail: { ...facts, ...detail } });
  }

  return { create, upload, list, get, pause, goOn, stop, report, wholeReport };
}

function refuseUnknown(): never {
  throw new DomainError('import_not_found', { field: 'importId' });
}

function wrongState({ state }: UserImport): DomainError {
  return new DomainError('invalid_argument', { field: 'importId', reason: ['importNot', state] });
}

function inBatches(rows: readonly StagedRow[]): StagedRow[][] {
  return Array.from({ length: Math.ceil(rows.length / rowsABatch) }, (_, index) =>
    rows.slice(index * rowsABatch, (index + 1) * rowsABatch),
  );
}
