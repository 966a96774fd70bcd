import { type Kysely, sql } from 'kysely';
import type { SqlEngine, Tx } from './engine/engine.ts';
import type { SealedKeyTable } from './engine/schema.ts';
import type { Sealer } from './engine/seal.ts';
import { migrate, releaseOf } from './migrations/migrate.ts';
import { explain, isFromPostgres, openPatientPostgres } from './open-postgres.ts';
import { cannotOpen } from './open-sqlite.ts';
import { sealedColumns } from './sealed-columns.ts';
import { type HeldDatabase, holdDatabase, type Row } from './sqlite/held-database.ts';

/** Every table goes but these: a new one needs no line here. */
const tablesLeftBehind: ReadonlySet<string> = new Set([
  // Codes on display live for minutes; with Redis they are not in the database at all.
  'qr_sessions',
  // A node that runs says so by itself.
  'nodes',
  // The migrations wrote these in the other database.
  'directory_version',
  'kysely_migration',
  'kysely_migration_lock',
]);

/** PostgreSQL takes 65,535 parameters a statement; the widest table has about thirty columns. */
const rowsAtOnce = 500;

export interface MovedTable {
  table: string;
  rows: number;
}

export type OnMoveProgress = (table: string, rows: number, of: number) => void;

/**
 * Copies an embedded database into an empty PostgreSQL one, whole or not at all; the file is held and not changed.
 * @throws Error with a message for the operator
 */
export async function moveDatabase(options: {
  path: string;
  url: string;
  unseal: Sealer['unseal'];
  /** Keys that an embedded server keeps in files and PostgreSQL keeps in a table. */
  sealedKeys: SealedKeyTable[];
  onProgress: OnMoveProgress;
}): Promise<MovedTable[]> {
  const { path, url, unseal } = options;
  const source = hold(path);
  try {
    refuseOtherRelease(source, path);
    tryKey(source, unseal);
    const target = await openPatientPostgres(url);
    try {
      return await fill(target, source, options);
    } finally {
      await target.close();
    }
  } finally {
    source.release();
  }
}

function hold(path: string): HeldDatabase {
  try {
    return holdDatabase(path);
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

/** Refuses a file of another release: its rows would not fit, or would fit and mean something else. */
function refuseOtherRelease(source: HeldDatabase, path: string): void {
  const hasHistory = source.tables().includes('kysely_migration');
  const applied = hasHistory ? [...source.rows('kysely_migration')].map(({ name }) => String(name)) : [];
  switch (releaseOf(applied)) {
    case 'this':
      return;
    case 'none':
      throw new Error(`${path} is no database of passbeam. Write the DATA_DIR of the server that ran until now.`);
    case 'newer':
      throw new Error(`${path} was upgraded by a newer release of passbeam: move it with that release or a later one.`);
    case 'older':
      throw new Error(
        `${path} was written by an older release of passbeam: start this release once on it, without DATABASE_URL, ` +
          'stop it, and run this command again.',
      );
  }
}

/** Tries the key on every sealed text, before anything is copied. */
function tryKey(source: HeldDatabase, unseal: Sealer['unseal']): void {
  for (const { table, column } of sealedColumns) {
    for (const row of source.rows(table)) {
      if (row[column] === null) continue;
      try {
        unseal(String(row[column]));
      } catch (error) {
        throw new Error(`SECRET_KEY does not open what is sealed in ${table}: ${explain(error)}`, { cause: error });
      }
    }
  }
}

/** Fills the new database under the locks of migrations, of seeding and of each table: nodes that start meanwhile wait. */
async function fill(
  target: SqlEngine,
  source: HeldDatabase,
  { sealedKeys, onProgress }: { sealedKeys: SealedKeyTable[]; onProgress: OnMoveProgress },
): Promise<MovedTable[]> {
  const tables = source.tables().filter((table) => !tablesLeftBehind.has(table));
  try {
    return await target.exclusively(() =>
      target.db.transaction().execute(async (tx) => {
        await migrate({ ...target, db: tx });
        await lock(tx, tables);
        await refuseUnlessEmpty(tx, tables);
        for (const table of tables) await copy(tx, source, table, onProgress);
        if (sealedKeys.length > 0) await tx.insertInto('sealed_keys').values(sealedKeys).execute();
        await continueSequences(tx, tables);
        const expected = tables.map((table) => {
          const fromFiles = table === 'sealed_keys' ? sealedKeys.length : 0;
          return { table, rows: source.count(table) + fromFiles };
        });
        return verified(tx, expected);
      }),
    );
  } catch (error) {
    if (!isFromPostgres(error)) throw error;
    throw new Error(
      `PostgreSQL refused or went away: ${explain(error)}. It keeps the whole move or nothing of it: run this command again.`,
      { cause: error },
    );
  }
}

async function lock(tx: Tx, tables: string[]): Promise<void> {
  await sql`lock table ${sql.join(tables.map((table) => sql.table(table)))} in share row exclusive mode`.execute(tx);
}

async function refuseUnlessEmpty(tx: Tx, tables: string[]): Promise<void> {
  const filled: string[] = [];
  for (const table of tables) {
    const rows = await count(tx, table);
    if (rows > 0) filled.push(`${table} (${rows})`);
  }
  if (filled.length === 0) return;
  throw new Error(
    `the database of DATABASE_URL already holds data: ${filled.join(', ')}. Two installations cannot be mixed: ` +
      'write the address of an empty database, or drop this one and create it again if nothing in it is needed.',
  );
}

async function copy(tx: Tx, source: HeldDatabase, table: string, onProgress: OnMoveProgress): Promise<void> {
  const total = source.count(table);
  const anyTable = tx as unknown as Kysely<Record<string, Row>>;
  let copied = 0;
  for (const rows of batches(source.rows(table))) {
    await anyTable.insertInto(table).values(rows).execute();
    copied += rows.length;
    onProgress(table, copied, total);
  }
}

function* batches(rows: Iterable<Row>): Generator<Row[]> {
  let batch: Row[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < rowsAtOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Sets each sequence after the copied rows: those brought their own numbers, so the next event would take one that is used. */
async function continueSequences(tx: Tx, tables: string[]): Promise<void> {
  const numbered = sql<{ table: string; column: string }>`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = current_schema() and table_name in (${sql.join(tables)}) and column_default like 'nextval(%'`;
  for (const { table, column } of (await numbered.execute(tx)).rows) {
    const last = sql`select max(${sql.ref(column)}) as last from ${sql.table(table)}`;
    await sql`
      select setval(pg_get_serial_sequence(${table}, ${column}), last)
      from (${last}) as numbers where last is not null`.execute(tx);
  }
}

async function verified(tx: Tx, expected: MovedTable[]): Promise<MovedTable[]> {
  for (const { table, rows } of expected) {
    const arrived = await count(tx, table);
    if (arrived === rows) continue;
    throw new Error(
      `of ${rows} rows of ${table} ${arrived} arrived, so nothing is kept: look for triggers or rules in the database of DATABASE_URL.`,
    );
  }
  return expected;
}

async function count(tx: Tx, table: string): Promise<number> {
  const { rows } = await sql<{ total: number }>`select count(*) as total from ${sql.table(table)}`.execute(tx);
  return Number(rows[0]?.total);
}
