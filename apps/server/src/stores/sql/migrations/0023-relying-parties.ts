import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/**
 * Whose product an application is, how pools and applications look where people sign in, and of a login how it came about:
 * null where an earlier release wrote it.
 */
export function relyingParties({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('user_pools').addColumn('brand', text).execute();
      await db.schema
        .alterTable('applications')
        .addColumn('kind', text, (column) => column.notNull().defaultTo('firstParty'))
        .execute();
      for (const name of ['color', 'terms_url']) {
        await db.schema.alterTable('applications').addColumn(name, text).execute();
      }
      for (const name of ['birth', 'sso_login_id']) {
        await db.schema.alterTable('login_sessions').addColumn(name, text).execute();
      }
      await db.schema.alterTable('login_sessions').addColumn('authenticated_at', 'bigint').execute();
      await db.schema.createIndex('login_sessions_sso').on('login_sessions').column('sso_login_id').execute();
    },
  };
}
