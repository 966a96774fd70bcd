import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

export function management({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('access_keys')
        .addColumn('id', text, (column) => column.primaryKey().notNull())
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('sealed_secret', text, (column) => column.notNull())
        .addColumn('user_id', text)
        .addColumn('status', text, (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('last_used_at', 'bigint')
        .execute();
      await db.schema
        .createIndex('access_keys_user_pool_id')
        .on('access_keys')
        .columns(['user_pool_id', 'created_at'])
        .execute();
      // Lists of users come newest first, a page at a time.
      await db.schema
        .createIndex('users_created_at')
        .on('users')
        .columns(['user_pool_id', 'created_at', 'id'])
        .execute();
    },
  };
}
