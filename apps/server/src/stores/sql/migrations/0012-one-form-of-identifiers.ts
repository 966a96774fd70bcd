import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/**
 * The one form of usernames and phones. Earlier releases write rows without it, so it may be empty; a row whose version is not
 * `folded_version` is folded in the background.
 */
export function oneFormOfIdentifiers({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      for (const column of ['username_folded', 'username_looks', 'username_looks_cased', 'phone_e164']) {
        await db.schema.alterTable('users').addColumn(column, text).execute();
      }
      await db.schema.alterTable('users').addColumn('folded_version', 'bigint').execute();
      for (const column of ['username_folded', 'phone_e164']) {
        await db.schema
          .createIndex(`users_${column}_key`)
          .unique()
          .on('users')
          .columns(['user_pool_id', column])
          .execute();
      }
      for (const column of ['username_looks', 'username_looks_cased']) {
        await db.schema
          .createIndex(`users_${column}`)
          .on('users')
          .columns(['user_pool_id', column])
          .where(sql.ref(column), 'is not', null)
          .execute();
      }
      await db.schema
        .createIndex('users_not_folded')
        .on('users')
        .column('id')
        .where(sql<boolean>`coalesce(folded_version, 0) <> version`)
        .execute();
    },
  };
}
