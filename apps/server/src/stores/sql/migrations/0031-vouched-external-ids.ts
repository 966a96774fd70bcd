import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/**
 * The externalId that somebody else than the person gave, kept beside the present one: a node of an earlier release, which lets people
 * write it, changes that one alone. What is there already may be anybody's word.
 */
export function vouchedExternalIds({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('users').addColumn('vouched_external_id', text).execute();
    },
  };
}
