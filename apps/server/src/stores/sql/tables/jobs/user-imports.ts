import type { ErrorCode } from '@passbeam/protocol';
import { sql } from 'kysely';
import type { Refusal, StagedRow, UserImport } from '../../../../core/management/imports/import.ts';
import type { Person, Step, UserImportStore } from '../../../../core/management/imports/store.ts';
import type { SqlEngine, Tx } from '../../engine/engine.ts';
import type { UserImportRefusalTable, UserImportTable } from '../../engine/schema.ts';
import type { Sealer } from '../../engine/seal.ts';
import type { Recorder } from '../audit.ts';
import { revokeLateLogins, revokeLogins } from '../ended-logins.ts';
import { dropClaims } from '../identifiers/contact-claims.ts';
import { insertUser, takenIdentifier, updateRow } from '../users.ts';

const batchId = (importId: string, batch: number) => `${importId}:${batch}`;
/** Imports in a row that end just when another one is begun, after which something must be wrong. */
const maxAttempts = 8;
/** Thrown to undo a step whose import, or one of whose people, was changed by somebody else. */
class Lost extends Error {}
class Stale extends Error {}

export function createUserImportStore(engine: SqlEngine, sealer: Sealer, record: Recorder): UserImportStore {
  const { db } = engine;
  const seal = (value: unknown) => sealer.seal(JSON.stringify(value));

  /** Returns how many logins ended. */
  async function writePerson(tx: Tx, { kind, user, event, end }: Person): Promise<number> {
    await dropClaims(tx, user);
    if (kind === 'created') await insertUser(tx, user);
    else if (!(await updateRow(tx, user))) throw new Stale();
    await record(tx, event);
    return end === null ? 0 : revokeLogins(tx, record, { userId: user.id, ...end });
  }

  async function advance(tx: Tx, { from, next, end }: Step): Promise<void> {
    const { numUpdatedRows } = await tx
      .updateTable('user_imports')
      .set({
        ...{ batch: next.batch, batch_offset: next.offset, touched_at: engine.now },
        ...{ created: next.created, changed: next.changed, unchanged: next.unchanged, refused: next.refused },
        ...(end !== null && { state: 'finished' as const, ended_at: end.at }),
      })
      .where('id', '=', from.id)
      .where('state', '=', 'running')
      .where('batch', '=', from.batch)
      .where('batch_offset', '=', from.offset)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) throw new Lost();
    if (next.batch !== from.batch) {
      await tx.deleteFrom('user_import_batches').where('id', '=', batchId(from.id, from.batch)).execute();
    }
  }

  async function writeRows(tx: Tx, { from, refusals, seen, end }: Step): Promise<void> {
    const import_id = from.id;
    if (refusals.length > 0) {
      const rows = refusals.map((refusal) => ({ import_id, ...refusalRow(refusal) }));
      await tx.insertInto('user_import_refusals').values(rows).execute();
    }
    if (seen.length > 0) {
      const rows = seen.map(({ key, line }) => ({ import_id, key, line }));
      await tx.insertInto('user_import_seen').values(rows).execute();
    }
    if (end !== null) await record(tx, end.event);
  }

  return {
    insert: (created, reader, event) =>
      db.transaction().execute(async (tx) => {
        for (let attempt = 0; attempt < maxAttempts; attempt++) {
          const { numInsertedOrUpdatedRows } = await tx
            .insertInto('user_imports')
            .values(toRow(created, seal(reader)))
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirstOrThrow();
          if (numInsertedOrUpdatedRows === 1n) {
            await record(tx, event);
            return null;
          }
          const open = await tx
            .selectFrom('user_imports')
            .select('id')
            .where('user_pool_id', '=', created.userPoolId)
            .where('ended_at', 'is', null)
            .executeTakeFirst();
          if (open !== undefined) return open.id;
          // The one that was open has ended since: there is room now.
        }
        throw new Error('imports of the pool kept being begun and ended');
      }),

    async find(userPoolId, id) {
      const row = await rowOf(userPoolId, id);
      return row ? toImport(row) : null;
    },

    async findWithReader(userPoolId, id) {
      const row = await rowOf(userPoolId, id);
      if (row === undefined) return null;
      const { state, sealed_reader: sealed } = row;
      const reader = state !== 'uploading' || sealed === null ? null : JSON.parse(sealer.unseal(sealed));
      return { found: toImport(row), reader };
    },

    async list(userPoolId, limit) {
      const rows = await db
        .selectFrom('user_imports')
        .selectAll()
        .where('user_pool_id', '=', userPoolId)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toImport);
    },

    async stage(next, reader, batches, event) {
      const first = next.batches - batches.length;
      try {
        await db.transaction().execute(async (tx) => {
          const { id, ...row } = toRow(next, next.state === 'uploading' ? seal(reader) : null);
          const { numUpdatedRows } = await tx
            .updateTable('user_imports')
            .set(row)
            .where('id', '=', id)
            .where('state', '=', 'uploading')
            .where('parts', '=', next.parts - 1)
            .executeTakeFirstOrThrow();
          if (numUpdatedRows !== 1n) throw new Lost();
          for (const [index, rows] of batches.entries()) {
            if (index % 10 === 9) await engine.turn();
            const batch = { id: batchId(id, first + index), import_id: id, sealed_rows: seal(rows) };
            await tx.insertInto('user_import_batches').values(batch).execute();
          }
          if (event !== null) await record(tx, event);
        });
        return true;
      } catch (error) {
        if (error instanceof Lost) return false;
        throw error;
      }
    },

    async running(limit) {
      const rows = await db
        .selectFrom('user_imports')
        .selectAll()
        .where('ended_at', 'is', null)
        .where('state', '=', 'running')
        .orderBy('touched_at')
        .limit(limit)
        .execute();
      return rows.map(toImport);
    },

    async idle(state, before, limit) {
      const rows = await db
        .selectFrom('user_imports')
        .selectAll()
        .where('ended_at', 'is', null)
        .where('state', '=', state)
        .where('touched_at', '<', before)
        .limit(limit)
        .execute();
      return rows.map(toImport);
    },

    async rowsOf(id, batch) {
      const row = await db
        .selectFrom('user_import_batches')
        .select('sealed_rows')
        .where('id', '=', batchId(id, batch))
        .executeTakeFirst();
      return row ? opened(row.sealed_rows) : [];
    },

    async seen(id, keys) {
      if (keys.length === 0) return new Map();
      const rows = await db
        .selectFrom('user_import_seen')
        .select(['key', 'line'])
        .where('import_id', '=', id)
        .where('key', 'in', [...keys])
        .execute();
      return new Map(rows.map(({ key, line }) => [key, line]));
    },

    async settle(step) {
      let index = 0;
      const ended: number[] = [];
      try {
        await db.transaction().execute(async (tx) => {
          await advance(tx, step);
          for (const [at, person] of step.people.entries()) {
            index = at;
            ended.push(await writePerson(tx, person));
            // Other writers wait for the end of the ten; polls do not.
            await engine.turn();
          }
          await writeRows(tx, step);
        });
      } catch (error) {
        if (error instanceof Lost) return 'lost';
        const taken = error instanceof Stale ? 'stale' : takenIdentifier(engine, error);
        if (taken === null) throw error;
        return { index, taken };
      }
      for (const [at, { user, end }] of step.people.entries()) {
        if (end !== null) await revokeLateLogins(engine, record, { userId: user.id, ...end }, ended[at] ?? 0);
      }
      return null;
    },

    move: ({ id, state, touchedAt, endedAt, failure }, from, event) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('user_imports')
          .set({ state, touched_at: touchedAt, ended_at: endedAt, failure: failure && JSON.stringify(failure) })
          .where('id', '=', id)
          .where('state', 'in', [...from])
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 1n) await record(tx, event);
        return numUpdatedRows === 1n;
      }),

    async report(id, after, limit) {
      const rows = await db
        .selectFrom('user_import_refusals')
        .selectAll()
        .where('import_id', '=', id)
        .where('row_number', '>', after ?? 0)
        .orderBy('row_number')
        .limit(limit)
        .execute();
      return rows.map(toRefusal);
    },

    async purge(before, limit) {
      return Math.max(await clearOne(limit), await deleteOne(before, limit));
    },
  };

  function rowOf(userPoolId: string, id: string): Promise<UserImportTable | undefined> {
    return db
      .selectFrom('user_imports')
      .selectAll()
      .where('id', '=', id)
      .where('user_pool_id', '=', userPoolId)
      .executeTakeFirst();
  }

  function opened(sealed: string): StagedRow[] | null {
    let text: string;
    try {
      text = sealer.unseal(sealed);
    } catch {
      return null;
    }
    return JSON.parse(text);
  }

  /** Removes what is left of the file of one import that has ended. */
  async function clearOne(limit: number): Promise<number> {
    const row = await db
      .selectFrom('user_imports')
      .select('id')
      .where('is_cleared', '=', 0)
      .where('ended_at', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return 0;
    const deleted = await Promise.all([
      deleteSome('user_import_batches', 'id', row.id, limit),
      deleteSome('user_import_seen', 'key', row.id, limit),
    ]);
    const most = Math.max(...deleted);
    if (most < limit) {
      const cleared = { is_cleared: 1, sealed_reader: null };
      await db.updateTable('user_imports').set(cleared).where('id', '=', row.id).execute();
    }
    return most;
  }

  /** Removes one import that ended before, its report first. */
  async function deleteOne(before: number, limit: number): Promise<number> {
    const row = await db
      .selectFrom('user_imports')
      .select('id')
      .where('is_cleared', '=', 1)
      .where('ended_at', '<', before)
      .orderBy('ended_at')
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return 0;
    const deleted = await deleteSome('user_import_refusals', 'row_number', row.id, limit);
    if (deleted < limit) await db.deleteFrom('user_imports').where('id', '=', row.id).execute();
    // There may be another one.
    return limit;
  }

  async function deleteSome(
    table: 'user_import_batches' | 'user_import_seen' | 'user_import_refusals',
    key: 'id' | 'key' | 'row_number',
    importId: string,
    limit: number,
  ): Promise<number> {
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where import_id = ${importId} and ${sql.ref(key)} in
        (select ${sql.ref(key)} from ${sql.table(table)} where import_id = ${importId} limit ${limit})`.execute(db);
    return Number(numAffectedRows ?? 0n);
  }
}

function toRow(of: UserImport, sealedReader: string | null): UserImportTable {
  return {
    id: of.id,
    user_pool_id: of.userPoolId,
    state: of.state,
    format: of.format,
    mode: of.mode,
    passwords: of.passwords,
    columns: JSON.stringify(of.columns),
    begun_by: JSON.stringify(of.by),
    caller: JSON.stringify(of.caller),
    dry_run: Number(of.isDryRun),
    parts: of.parts,
    file_bytes: of.bytes,
    row_count: of.rows,
    batch_count: of.batches,
    batch: of.batch,
    batch_offset: of.offset,
    created: of.created,
    changed: of.changed,
    unchanged: of.unchanged,
    refused: of.refused,
    is_cleared: 0,
    failure: of.failure && JSON.stringify(of.failure),
    sealed_reader: sealedReader,
    created_at: of.createdAt,
    touched_at: of.touchedAt,
    started_at: of.startedAt,
    ended_at: of.endedAt,
  };
}

function toImport(row: UserImportTable): UserImport {
  return {
    id: row.id,
    userPoolId: row.user_pool_id,
    state: row.state,
    format: row.format,
    mode: row.mode,
    passwords: row.passwords,
    isDryRun: row.dry_run === 1,
    columns: JSON.parse(row.columns),
    parts: row.parts,
    bytes: row.file_bytes,
    rows: row.row_count,
    batches: row.batch_count,
    batch: row.batch,
    offset: row.batch_offset,
    created: row.created,
    changed: row.changed,
    unchanged: row.unchanged,
    refused: row.refused,
    failure: row.failure && JSON.parse(row.failure),
    by: JSON.parse(row.begun_by),
    caller: JSON.parse(row.caller),
    createdAt: row.created_at,
    touchedAt: row.touched_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

const refusalRow = ({ row, line, field, code, reason }: Refusal) => ({
  row_number: row,
  line,
  field,
  code,
  reason: reason && JSON.stringify(reason),
});

function toRefusal({ row_number, line, field, code, reason }: UserImportRefusalTable): Refusal {
  return { row: row_number, line, field, code: code as ErrorCode, reason: reason && JSON.parse(reason) };
}
