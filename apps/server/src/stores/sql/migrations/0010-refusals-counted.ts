import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Repeats of a refusal within a minute become one event with a count; the index lets rows of earlier releases through. */
export function refusalsCounted({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      const columns = [
        ['repeat_of', text],
        ['minute', 'bigint'],
      ] as const;
      for (const [name, type] of columns) await db.schema.alterTable('audit_events').addColumn(name, type).execute();
      await db.schema
        .alterTable('audit_events')
        .addColumn('count', 'bigint', (column) => column.notNull().defaultTo(1))
        .execute();
      await db.schema
        .createIndex('audit_events_repeats')
        .unique()
        .on('audit_events')
        .columns(['repeat_of', 'minute'])
        .where(sql.ref('repeat_of'), 'is not', null)
        .execute();
    },
  };
}
