import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** The state a page makes its code with, and the mark of its browser. A release before this one leaves both empty. */
export function stateOfCodes({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('qr_sessions').addColumn('state', text).execute();
      await db.schema.alterTable('qr_sessions').addColumn('browser_hash', text).execute();
    },
  };
}
