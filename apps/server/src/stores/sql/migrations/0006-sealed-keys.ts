import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine.ts';

/** Keys that every node on the database must share, sealed. */
export function sealedKeys({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('sealed_keys')
        .addColumn('name', text, (column) => column.primaryKey().notNull())
        .addColumn('sealed_text', text, (column) => column.notNull())
        .execute();
    },
  };
}
