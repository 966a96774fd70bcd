import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** How applications present themselves, and what lists of logins and events are searched by. */
export function managementSettings({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      // One column a statement: SQLite adds no two at once.
      await db.schema.alterTable('applications').addColumn('identifier', text).execute();
      await db.schema
        .alterTable('applications')
        .addColumn('sso_enabled', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema
        .alterTable('applications')
        .addColumn('profile', text, (column) => column.notNull().defaultTo('{}'))
        .execute();
      await db.schema
        .createIndex('applications_identifier_key')
        .unique()
        .on('applications')
        .columns(['user_pool_id', 'identifier'])
        .where(sql.ref('identifier'), 'is not', null)
        .execute();
      await db.schema
        .createIndex('applications_pool')
        .on('applications')
        .columns(['user_pool_id', 'created_at', 'id'])
        .execute();

      await db.schema
        .createIndex('login_sessions_history')
        .on('login_sessions')
        .columns(['user_id', 'created_at'])
        .execute();
      await db.schema.createIndex('login_sessions_application').on('login_sessions').column('application_id').execute();

      await db.schema.alterTable('audit_events').addColumn('access_key_id', text).execute();
      for (const column of ['user_id', 'access_key_id']) {
        await db.schema
          .createIndex(`audit_events_${column}`)
          .on('audit_events')
          .columns([column, 'seq'])
          .where(sql.ref(column), 'is not', null)
          .execute();
      }
    },
  };
}
