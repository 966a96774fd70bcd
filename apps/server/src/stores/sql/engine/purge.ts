import { sql } from 'kysely';
import type { SqlEngine } from './engine.ts';
import type { Schema } from './schema.ts';

/**
 * Deletes the oldest rows whose instant is before `before`, at most `limit`, and returns how many. Nodes that purge at the
 * same time take different rows, and a row that somebody is renewing stays.
 */
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
