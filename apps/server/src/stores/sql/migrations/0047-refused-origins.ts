import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Pages that asked in vain, a few of each user pool. */
export function refusedOrigins({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('refused_origins')
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('origin', text, (column) => column.notNull())
        .addColumn('n', 'bigint', (column) => column.notNull())
        .addColumn('last_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('refused_origins_key', ['user_pool_id', 'origin'])
        .execute();
      await db.schema.createIndex('refused_origins_age').on('refused_origins').column('last_at').execute();
    },
  };
}
