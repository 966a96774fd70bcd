import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Whether the site told of the browser a code is for, its language, and who used up a ticket or a refresh token. */
export function toldBrowsers({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('qr_sessions').addColumn('generator_language', text).execute();
      await db.schema
        .alterTable('qr_sessions')
        .addColumn('reported_by_site', 'integer', (column) => column.notNull().defaultTo(0))
        .execute();
      await db.schema.alterTable('redemptions').addColumn('caller_hash', text).execute();
      await db.schema.alterTable('refresh_tokens').addColumn('rotated_by', text).execute();
    },
  };
}
