import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Imports of people as jobs: where each stands, its rows until they are done, the identifiers they named, and what was refused. */
export function userImports({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      let imports = db.schema
        .createTable('user_imports')
        .addColumn('id', text, (column) => column.primaryKey().notNull());
      for (const name of ['user_pool_id', 'state', 'format', 'mode', 'passwords', 'columns', 'begun_by', 'caller']) {
        imports = imports.addColumn(name, text, (column) => column.notNull());
      }
      for (const name of ['dry_run', 'parts', 'file_bytes', 'row_count', 'batch_count', 'batch', 'batch_offset']) {
        imports = imports.addColumn(name, 'integer', (column) => column.notNull());
      }
      for (const name of ['created', 'changed', 'unchanged', 'refused', 'is_cleared']) {
        imports = imports.addColumn(name, 'integer', (column) => column.notNull());
      }
      await imports
        .addColumn('failure', text)
        .addColumn('sealed_reader', text)
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('touched_at', 'bigint', (column) => column.notNull())
        .addColumn('started_at', 'bigint')
        .addColumn('ended_at', 'bigint')
        .execute();
      await db.schema
        .createIndex('user_imports_open')
        .unique()
        .on('user_imports')
        .column('user_pool_id')
        .where(sql<boolean>`ended_at is null`)
        .execute();
      await db.schema
        .createIndex('user_imports_by_pool')
        .on('user_imports')
        .columns(['user_pool_id', 'created_at'])
        .execute();
      await db.schema
        .createIndex('user_imports_by_end')
        .on('user_imports')
        .columns(['is_cleared', 'ended_at'])
        .execute();

      await db.schema
        .createTable('user_import_batches')
        .addColumn('id', text, (column) => column.primaryKey().notNull())
        .addColumn('import_id', text, (column) => column.notNull())
        .addColumn('sealed_rows', text, (column) => column.notNull())
        .execute();
      await db.schema
        .createIndex('user_import_batches_by_import')
        .on('user_import_batches')
        .column('import_id')
        .execute();
      await db.schema
        .createTable('user_import_refusals')
        .addColumn('import_id', text, (column) => column.notNull())
        .addColumn('row_number', 'integer', (column) => column.notNull())
        .addColumn('line', 'integer', (column) => column.notNull())
        .addColumn('field', text)
        .addColumn('code', text, (column) => column.notNull())
        .addColumn('reason', text)
        .addPrimaryKeyConstraint('user_import_refusals_key', ['import_id', 'row_number'])
        .execute();
      await db.schema
        .createTable('user_import_seen')
        .addColumn('import_id', text, (column) => column.notNull())
        .addColumn('key', text, (column) => column.notNull())
        .addColumn('line', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('user_import_seen_key', ['import_id', 'key'])
        .execute();
    },
  };
}
