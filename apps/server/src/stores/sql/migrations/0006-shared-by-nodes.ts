import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** What nodes on one database share: keys, sealed, and a number that tells when pools or applications changed. */
export function sharedByNodes({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('sealed_keys')
        .addColumn('name', text, (column) => column.primaryKey().notNull())
        .addColumn('sealed_text', text, (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('directory_version')
        .addColumn('version', 'bigint', (column) => column.notNull())
        .execute();
      await sql`insert into directory_version (version) values (1)`.execute(db);
    },
  };
}
