import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** The ids of deleted people, which nobody gets again. Those deleted before this migration are known from the events that are still kept. */
export function deletedUsers({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('deleted_users')
        .addColumn('id', text, (column) => column.primaryKey().notNull())
        .execute();
      await sql`
        insert into deleted_users (id)
        select distinct user_id from audit_events
        where type in ('user.deleted', 'admin.user_deleted') and user_id is not null`.execute(db);
    },
  };
}
