import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** What logins with an application may be granted, and for how long. Earlier releases leave both columns as they are. */
export function grantsOfApplications({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('applications').addColumn('allowed_scopes', text).execute();
      await db.schema.alterTable('applications').addColumn('refresh_token_expires_in', 'integer').execute();
    },
  };
}
