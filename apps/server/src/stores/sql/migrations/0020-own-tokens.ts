import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Whose tokens a user pool trusts beside our own: sealed JSON, for entries may hold secrets; null where there are none. */
export function ownTokens({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('user_pools').addColumn('sealed_own_tokens', text).execute();
    },
  };
}
