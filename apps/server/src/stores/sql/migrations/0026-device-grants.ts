import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Devices that ask to be signed in (RFC 8628). */
export function deviceGrants({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('device_grants')
        .addColumn('device_code_hash', text, (column) => column.primaryKey().notNull())
        .addColumn('user_code_hash', text, (column) => column.notNull().unique())
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('application_id', text, (column) => column.notNull())
        .addColumn('scope', text, (column) => column.notNull())
        .addColumn('status', text, (column) => column.notNull())
        .addColumn('version', 'integer', (column) => column.notNull())
        .addColumn('ip', text, (column) => column.notNull())
        .addColumn('user_agent', text)
        .addColumn('interval_seconds', 'integer', (column) => column.notNull())
        .addColumn('last_polled_at', 'bigint')
        .addColumn('scanner', text)
        .addColumn('approval', text)
        .addColumn('redemption', text)
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('kept_until', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('device_grants_outstanding')
        .on('device_grants')
        .columns(['application_id', 'expires_at'])
        .execute();
      await db.schema.createIndex('device_grants_kept').on('device_grants').column('kept_until').execute();
    },
  };
}
