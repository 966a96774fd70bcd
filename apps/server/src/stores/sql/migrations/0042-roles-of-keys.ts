import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** What people call an access key, what it may do, until when, and who made it. */
export function rolesOfKeys({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      const keys = () => db.schema.alterTable('access_keys');
      await keys().addColumn('name', text).execute();
      await keys().addColumn('role', text).execute();
      await keys().addColumn('expires_at', 'bigint').execute();
      await keys().addColumn('created_by', text).execute();
    },
  };
}
