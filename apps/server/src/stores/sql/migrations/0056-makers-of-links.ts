import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Who made a link of the console. Those made before this migration do not say, so they end: an owner makes another. */
export function makersOfLinks({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('console_links').addColumn('made_by', text).execute();
      await sql`delete from console_links where administrator_id is not null`.execute(db);
    },
  };
}
