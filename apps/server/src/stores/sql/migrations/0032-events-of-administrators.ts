import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Which administrator acted, so that events can be searched by it. Few events have one, so the index stays small. */
export function eventsOfAdministrators({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('audit_events').addColumn('administrator_id', text).execute();
      await db.schema
        .createIndex('audit_events_administrator_id')
        .on('audit_events')
        .columns(['administrator_id', 'seq'])
        .where(sql.ref('administrator_id'), 'is not', null)
        .execute();
    },
  };
}
