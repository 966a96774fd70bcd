import { type Kysely, sql } from 'kysely';
import type { SqlEngine } from './engine/engine.ts';
import type { Sealer } from './engine/seal.ts';

/** Every column of sealed text, with the one that names its row. What `sealed_keys` holds was sealed by its caller. */
export const sealedColumns = [
  { table: 'signing_keys', id: 'kid', column: 'sealed_private_key' },
  { table: 'user_pools', id: 'id', column: 'sealed_secret' },
  { table: 'user_pools', id: 'id', column: 'sealed_own_tokens' },
  { table: 'user_pools', id: 'id', column: 'sealed_older_secrets' },
  { table: 'applications', id: 'id', column: 'sealed_secret' },
  { table: 'applications', id: 'id', column: 'sealed_older_secrets' },
  { table: 'access_keys', id: 'id', column: 'sealed_secret' },
  { table: 'access_keys', id: 'id', column: 'sealed_scoped_secret' },
  { table: 'administrators', id: 'id', column: 'sealed_totp_secret' },
  { table: 'administrators', id: 'id', column: 'sealed_pending_totp_secret' },
  { table: 'user_imports', id: 'id', column: 'sealed_reader' },
  { table: 'user_import_batches', id: 'id', column: 'sealed_rows' },
] as const;

/** A sealer that also opens what older keys sealed. */
export interface ChangingSealer extends Sealer {
  /** How everything begins that was sealed with the key of now. */
  readonly currentPrefix: string;
}

/** Seals anew what an older key sealed; returns how many rows. @throws Error when none of the keys opens a row */
export async function resealAll({ db }: SqlEngine, sealer: ChangingSealer): Promise<number> {
  const anyTable = db as unknown as Kysely<Record<string, Record<string, string | null>>>;
  const { currentPrefix } = sealer;
  let resealed = 0;
  for (const { table, id, column } of sealedColumns) {
    const rows = await anyTable
      .selectFrom(table)
      .select([id, column])
      .where(sql<boolean>`substr(${sql.ref(column)}, 1, ${currentPrefix.length}) <> ${currentPrefix}`)
      .execute();
    for (const row of rows) {
      const before = row[column];
      if (before == null) continue;
      const { numUpdatedRows } = await anyTable
        .updateTable(table)
        .set({ [column]: sealer.seal(sealer.unseal(before)) })
        .where(sql.ref(id), '=', row[id])
        .where(sql.ref(column), '=', before)
        .executeTakeFirstOrThrow();
      resealed += Number(numUpdatedRows);
    }
  }
  return resealed;
}
