import { sql } from 'kysely';
import type { SqlEngine } from './engine.ts';
import type { Schema } from './schema.ts';

/** Deletes the oldest, at most `limit`; returns how many. Nodes take different rows, and one that is being renewed stays. */
export async function deleteOldest<Table extends keyof Schema & string>(
  { db, locksRows }: Pick<SqlEngine, 'db' | 'locksRows'>,
  from: { table: Table; key: keyof Schema[Table] & string; instant: keyof Schema[Table] & string },
  before: number,
  limit: number,
): Promise<number> {
  const table = sql.table(from.table);
  const key = sql.ref(from.key);
  const instant = sql.ref(from.instant);
  const lock = locksRows ? sql`for update skip locked` : sql``;
  const oldest = sql`select ${key} from ${table} where ${instant} < ${before} order by ${instant} limit ${limit} ${lock}`;
  const { numAffectedRows } = await sql`
    with oldest as materialized (${oldest})
    delete from ${table} where ${key} in (select ${key} from oldest)`.execute(db);
  return Number(numAffectedRows);
}
