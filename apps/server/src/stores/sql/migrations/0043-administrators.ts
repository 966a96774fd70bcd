import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Operators who sign in at the console, outside every user pool: their accounts, links and logins. */
export function administrators({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('administrators')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('name', text, (column) => column.notNull())
        .addColumn('sign_in_name', text, (column) => column.notNull().unique())
        .addColumn('email', text)
        .addColumn('password_hash', text)
        .addColumn('sealed_totp_secret', text)
        .addColumn('sealed_pending_totp_secret', text)
        .addColumn('totp_step', 'bigint', (column) => column.notNull())
        .addColumn('recovery_hashes', text, (column) => column.notNull())
        .addColumn('linked_person', text)
        .addColumn('grants', text, (column) => column.notNull())
        .addColumn('is_suspended', 'integer', (column) => column.notNull())
        .addColumn('language', text)
        .addColumn('theme', text)
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('created_by', text)
        .addColumn('last_seen_at', 'bigint')
        .addColumn('version', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('administrator_census')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('version', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('console_links')
        .addColumn('token_hash', text, (column) => column.primaryKey())
        .addColumn('administrator_id', text)
        .addColumn('purpose', text, (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('console_logins')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('token_hash', text, (column) => column.notNull().unique())
        .addColumn('administrator_id', text, (column) => column.notNull())
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('last_acted_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('password_at', 'bigint')
        .addColumn('second_factor_at', 'bigint')
        .addColumn('code', text)
        .addColumn('ip', text)
        .addColumn('user_agent', text)
        .execute();
      await db.schema
        .createIndex('console_logins_administrator')
        .on('console_logins')
        .columns(['administrator_id', 'created_at'])
        .execute();
      await db.schema.createIndex('console_logins_expiry').on('console_logins').column('expires_at').execute();
    },
  };
}
