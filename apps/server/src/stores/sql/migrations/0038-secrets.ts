import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** When secrets of pools and applications were made, used and ended: hashes alone, kept for ever so that an ended one never comes back. */
export function secrets({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('secrets')
        .addColumn('holder', text, (column) => column.notNull())
        .addColumn('hash', text, (column) => column.notNull())
        .addColumn('hint', text, (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('last_used_at', 'bigint')
        .addColumn('ends_at', 'bigint')
        .addPrimaryKeyConstraint('secrets_key', ['holder', 'hash'])
        .execute();
    },
  };
}
