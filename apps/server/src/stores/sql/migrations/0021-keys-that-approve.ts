import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Access keys that can do one thing alone, and those that the configuration file made. */
export function keysThatApprove({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      const add = (column: string) => db.schema.alterTable('access_keys').addColumn(column, text).execute();
      await add('scopes');
      await add('application_id');
      await add('issuer');
      await add('made_by');
      await add('sealed_scoped_secret');
    },
  };
}
