import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Where applications are told that a login ended, and what they are still to be told. */
export function logoutNotices({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('applications').addColumn('backchannel_logout_uri', text).execute();
      await db.schema
        .alterTable('applications')
        .addColumn('backchannel_logout_session_required', 'integer', (column) => column.notNull().defaultTo(1))
        .execute();
      await db.schema
        .createTable('logout_notices')
        .addColumn('login_session_id', text, (column) => column.primaryKey())
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('application_id', text, (column) => column.notNull())
        .addColumn('user_id', text, (column) => column.notNull())
        .addColumn('ended_at', 'bigint', (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('due_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('logout_notices_due').on('logout_notices').column('due_at').execute();
      await db.schema.createIndex('logout_notices_age').on('logout_notices').column('ended_at').execute();
    },
  };
}
