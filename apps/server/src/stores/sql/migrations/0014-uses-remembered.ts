import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** What was used up a moment ago and by whom. Apart from the passcodes, because an earlier release beside this one deletes used ones. */
export function usesRemembered({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('uses')
        .addColumn('what_hash', text, (column) => column.primaryKey().notNull())
        .addColumn('slot_hash', text, (column) => column.notNull())
        .addColumn('used_by', text, (column) => column.notNull())
        .addColumn('used_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('uses_slot_hash').on('uses').column('slot_hash').execute();
      await db.schema.createIndex('uses_used_at').on('uses').column('used_at').execute();
    },
  };
}
