import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Who writes which field of pools and applications, their versions, and what the configuration files that were applied looked like. */
export function managedByFile({
  textType: text,
  sequenceType: sequence,
}: Pick<SqlEngine, 'textType' | 'sequenceType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      for (const table of ['user_pools', 'applications']) {
        const add = (column: string) => db.schema.alterTable(table).addColumn(column, text).execute();
        await add('managed');
        await add('updated_by');
        await add('sealed_older_secrets');
        await db.schema
          .alterTable(table)
          .addColumn('version', 'bigint', (column) => column.notNull().defaultTo(0))
          .execute();
      }
      await db.schema.alterTable('user_pools').addColumn('defaults', text).execute();
      await db.schema
        .createTable('configuration_applied')
        .addColumn('seq', sequence, (column) => column.primaryKey())
        .addColumn('digest', text, (column) => column.notNull())
        .addColumn('node', text, (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute();
    },
  };
}
