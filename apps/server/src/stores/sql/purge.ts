import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** Deletes the up to `limit` oldest rows whose instant is before `before`; the number deleted. */
export async function deleteOldest<Table extends keyof Schema & string>(
  db: Kysely<Schema>,
  from: { table: Table; key: keyof Schema[Table] & string; instant: keyof Schema[Table] & string },
  before: number,
  limit: number,
): Promise<number> {
  const table = sql.table(from.table);
  const key = sql.ref(from.key);
  const instant = sql.ref(from.instant);
  const oldest = sql`select ${key} from ${table} where ${instant} < ${before} order by ${instant} limit ${limit}`;
  const { numAffectedRows } = await sql`delete from ${table} where ${key} in (${oldest})`.execute(db);
  return Number(numAffectedRows);
}
