import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, sql } from 'kysely';
import type { Clock } from '../../../core/ground/ports.ts';
import type { PreparedQuery, SqlEngine } from '../engine/engine.ts';
import type { Schema } from '../engine/schema.ts';
import { type Connection, createConnection } from './connection.ts';
import { createDialect } from './dialect.ts';
import { createGroupCommit } from './group-commit.ts';
import { isUniqueViolation, resultCodeOf, resultCodes } from './result-code.ts';

/** The pattern of a day, as GLOB has it. */
const day = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]';

/** SQLite waits synchronously: long enough for another process's commit. For more, group commit waits by itself. */
const busyTimeoutMs = 5;

/** `synchronous = FULL`: a COMMIT returns after its fsync. The rest is speed, for hashes land on random pages. */
const writerPragmas = `
  PRAGMA synchronous = FULL;
  PRAGMA foreign_keys = ON;
  PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -65536;
  PRAGMA wal_autocheckpoint = 8000;
  PRAGMA journal_size_limit = 67108864;
`;

/** Mapped into memory, a page costs a poll no call to the system and no copy. SQLite maps two GiB at most. */
const readerPragmas = 'PRAGMA mmap_size = 2147418112';

/**
 * Opens a file, or `:memory:`. `clock` replaces SQLite's own, for tests. A file is read through a second connection, which sees only what
 * is durable; `:memory:` has one, which may see the batch in progress.
 */
export async function openSqliteEngine({
  path,
  clock,
  onCommit,
}: {
  path: string;
  clock?: Clock;
  onCommit?: (writes: number) => void;
}): Promise<SqlEngine> {
  const { reader, writer } = await openConnections(path, clock);
  const groupCommit = createGroupCommit(writer, { onCommit });
  const db = new Kysely<Schema>({ dialect: createDialect({ reader, writer, groupCommit }) });
  let isClosed = false;

  let asked: Asked[] = [];

  /** Hot reads of one tick are made at its end, so that their replies leave together: waking a reader costs more than the read. */
  function readWithOthers(query: PreparedQuery<unknown>): Promise<readonly unknown[] | undefined> {
    return new Promise((resolve, reject) => {
      if (asked.push({ query, resolve, reject }) === 1) setImmediate(readAsked);
    });
  }

  /** Makes the waiting reads in one transaction: beginning one locks and checks the WAL index, which costs as much as a read. */
  function readAsked(): void {
    const all = asked;
    asked = [];
    // `:memory:` has a single connection, whose transactions belong to the writers.
    const isShared = all.length > 1 && reader !== writer;
    try {
      if (isShared) reader.exec('BEGIN');
      for (const { query, resolve } of all) resolve(reader.firstValues(query));
      if (isShared) reader.exec('COMMIT');
    } catch (error) {
      if (isShared && reader.isInTransaction()) reader.exec('ROLLBACK');
      // What failed one read would fail the others. Reads that were answered before stay answered.
      for (const { reject } of all) reject(error);
    }
  }

  return {
    db,
    now: clock ? sql<number>`store_now()` : machineClock,
    jsonText: (column, key) => sql`json_extract(${sql.ref(column)}, ${`$."${key}"`})`,
    jsonScalar: (column, key, type) => {
      const [document, path] = [sql.ref(column), `$."${key}"`];
      const types = { string: ['text'], number: ['integer', 'real'], boolean: ['true', 'false'] }[type];
      return sql`(case when json_type(${document}, ${path}) in (${sql.join(types)}) then json_extract(${document}, ${path}) end)`;
    },
    jsonInstant: (column, key) => {
      const [document, path] = [sql.ref(column), `$."${key}"`];
      const text = sql`(case json_type(${document}, ${path}) when 'text' then json_extract(${document}, ${path}) end)`;
      // julianday() takes more than this: 'now', moments that name no zone, and a year that other stores do not know.
      return sql`(case when ${text} glob '0000*' then null when ${text} glob ${day} or (${text} glob ${`${day}T*`} and (${text} glob '*Z' or ${text} glob '*[-+][0-9][0-9]:[0-9][0-9]')) then cast(round((julianday(${text}) - 2440587.5) * 86400000) as integer) end)`;
    },
    textType: 'text',
    sequenceType: 'integer',
    locksRows: false,
    // Statements run on the thread that answers polls.
    sliceRows: 2_000,
    sliceMs: 4,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    first: async (query) => reader.first(query),
    firstValues: readWithOthers,
    uniqueViolation: (error) => (isUniqueViolation(error) ? error.message : null),
    // A file belongs to one process; another one that opens it waits at each write.
    exclusively: (work) => work(),
    async ping() {
      await db.selectNoFrom(sql<number>`1`.as('alive')).execute();
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      readAsked();
      await db.destroy();
      if (reader !== writer) reader.close();
      writer.close();
    },
  };
}

interface Asked {
  query: PreparedQuery<unknown>;
  resolve(values: readonly unknown[] | undefined): void;
  reject(error: unknown): void;
}

async function openConnections(path: string, clock?: Clock): Promise<{ reader: Connection; writer: Connection }> {
  if (path === ':memory:') {
    const only = connect(new DatabaseSync(path), clock);
    return { reader: only, writer: only };
  }
  createFile(path);
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    await switchToWal(database);
    database.exec(writerPragmas);
    const readOnly = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    readOnly.exec(readerPragmas);
    return { reader: connect(readOnly, clock), writer: connect(database, clock) };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite's own clock: it stands still all through a statement, and costs a poll nothing, unlike a call back from SQL. */
const machineClock = sql<number>`cast(unixepoch('subsec') * 1000 + 0.5 as integer)`;

function connect(database: DatabaseSync, clock?: Clock): Connection {
  if (!clock) return createConnection(database);
  // "Deterministic" makes SQLite ask once per statement: both stamps of one insert are from the same instant.
  database.function('store_now', { deterministic: true, directOnly: true }, () => clock.now());
  return createConnection(database);
}

/** SQLite itself would create the file readable by everyone; its -wal and -shm files take the mode of the main one. */
function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

/** Thrown where the file system, such as a network volume, gives processes no shared memory. */
class NoWriteAheadLog extends Error {
  constructor() {
    super('SQLite cannot keep a write-ahead log there: put DATA_DIR on a local disk, or use PostgreSQL (DATABASE_URL)');
  }
}

/** Switches to write-ahead logging. That needs the file to itself for a moment, so processes that start together try again. */
export async function switchToWal(database: DatabaseSync): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      // Where WAL is impossible, SQLite stays in its old mode and only reports that mode.
      const { journal_mode: mode } = database.prepare('PRAGMA journal_mode = WAL').get() as { journal_mode: string };
      if (mode !== 'wal' && mode !== 'memory') throw new NoWriteAheadLog();
      return;
    } catch (error) {
      if (attempt === 100 || resultCodeOf(error) !== resultCodes.busy) throw error;
      await wait(20);
    }
  }
}
