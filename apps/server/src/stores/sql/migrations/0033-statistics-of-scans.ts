import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** What one node does for all, counts of scans over time, and the few people who are not Activated. */
export function statisticsOfScans({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('leases')
        .addColumn('name', text, (column) => column.primaryKey().notNull())
        .addColumn('holder', text)
        .addColumn('held_until', 'bigint', (column) => column.notNull())
        .addColumn('place', 'bigint')
        .addColumn('place_at', 'bigint')
        .execute();
      await db.schema
        .createTable('scan_statistics')
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('application_id', text, (column) => column.notNull())
        .addColumn('step', 'integer', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('what', text, (column) => column.notNull())
        .addColumn('n', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('scan_statistics_key', ['user_pool_id', 'at', 'step', 'application_id', 'what'])
        .execute();
      await db.schema.createIndex('scan_statistics_age').on('scan_statistics').columns(['step', 'at']).execute();
      await db.schema
        .createIndex('users_not_activated')
        .on('users')
        .columns(['user_pool_id', 'created_at', 'id'])
        .where(sql<boolean>`status <> 'Activated'`)
        .execute();
    },
  };
}
