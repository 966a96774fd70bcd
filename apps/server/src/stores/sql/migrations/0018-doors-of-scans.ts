import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** How the phone came to a code, as its app tells. */
export function doorsOfScans({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('qr_sessions').addColumn('scanner_door', text).execute();
    },
  };
}
