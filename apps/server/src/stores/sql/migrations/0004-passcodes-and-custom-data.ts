import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Passcodes by e-mail and SMS; the custom data that pools keep about their people, and which applications may add to it. */
export function passcodesAndCustomData({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('custom_fields')
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('key', text, (column) => column.notNull())
        .addColumn('label', text, (column) => column.notNull())
        .addColumn('data_type', text, (column) => column.notNull())
        .addColumn('options', text, (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('updated_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('custom_fields_key', ['user_pool_id', 'key'])
        .execute();
      await db.schema
        .alterTable('applications')
        .addColumn('saves_custom_data', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema
        .alterTable('qr_sessions')
        .addColumn('made_by_application', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();

      await db.schema
        .createTable('passcodes')
        .addColumn('slot_hash', text, (column) => column.primaryKey().notNull())
        .addColumn('code_hash', text, (column) => column.notNull())
        .addColumn('sent_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('failures', 'integer', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('passcodes_expires_at').on('passcodes').column('expires_at').execute();
    },
  };
}
