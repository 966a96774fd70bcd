import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Which entry trusts the token of the phone that scanned, and for how long it lets the phone approve: JSON, null for tokens of ours. */
export function phonesOfCompanies({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('qr_sessions').addColumn('scanner_company', text).execute();
    },
  };
}
