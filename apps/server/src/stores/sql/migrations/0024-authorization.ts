import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Browsers that are signed in for every application, requests that wait for their person, codes, and what people agreed to. */
export function authorization({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('sso_logins')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('secret_hash', text, (column) => column.notNull().unique())
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('user_id', text, (column) => column.notNull())
        .addColumn('application_id', text, (column) => column.notNull())
        .addColumn('amr', text, (column) => column.notNull())
        .addColumn('parent_id', text)
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
        .addColumn('used_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('revoked_at', 'bigint')
        .addColumn('ip', text)
        .addColumn('user_agent', text)
        .execute();
      await db.schema.createIndex('sso_logins_user').on('sso_logins').columns(['user_id', 'created_at']).execute();
      await db.schema.createIndex('sso_logins_expiry').on('sso_logins').column('expires_at').execute();

      await db.schema
        .createTable('interactions')
        .addColumn('id_hash', text, (column) => column.primaryKey())
        .addColumn('browser_hash', text, (column) => column.notNull())
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('request', text, (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addColumn('version', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('interactions_expiry').on('interactions').column('expires_at').execute();

      await db.schema
        .createTable('authorization_codes')
        .addColumn('code_hash', text, (column) => column.primaryKey())
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('application_id', text, (column) => column.notNull())
        .addColumn('user_id', text, (column) => column.notNull())
        .addColumn('sso_login_id', text, (column) => column.notNull())
        .addColumn('redirect_uri', text, (column) => column.notNull())
        .addColumn('scope', text, (column) => column.notNull())
        .addColumn('nonce', text)
        .addColumn('code_challenge', text)
        .addColumn('amr', text, (column) => column.notNull())
        .addColumn('parent_id', text)
        .addColumn('authenticated_at', 'bigint', (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('ip', text)
        .addColumn('user_agent', text)
        .addColumn('redeemed_at', 'bigint')
        .addColumn('login_session_id', text)
        .execute();
      await db.schema
        .createIndex('authorization_codes_expiry')
        .on('authorization_codes')
        .column('expires_at')
        .execute();

      await db.schema
        .createTable('consents')
        .addColumn('user_id', text, (column) => column.notNull())
        .addColumn('application_id', text, (column) => column.notNull())
        .addColumn('scope', text, (column) => column.notNull())
        .addColumn('given_at', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('consents_key', ['user_id', 'application_id'])
        .execute();
      await db.schema.createIndex('consents_application').on('consents').column('application_id').execute();
    },
  };
}
