import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** What the codes of an application hold: the JSON text, as ever, or a link. */
export function linksInCodes({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('applications')
        .addColumn('qr_payload', text, (column) => column.notNull().defaultTo('json'))
        .execute();
    },
  };
}
