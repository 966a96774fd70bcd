import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

type TextType = SqlEngine['textType'];

/** A migration is history: it names tables by itself and never follows later changes of `schema.ts`. */
export function initial({ textType, sequenceType }: Pick<SqlEngine, 'textType' | 'sequenceType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await createDirectory(db, textType);
      await createUsers(db, textType);
      await createQrSessions(db, textType);
      await createLogins(db, textType);
      await createTokens(db, textType);
      await createAudit(db, textType, sequenceType);
    },
  };
}

async function createDirectory(db: Kysely<unknown>, text: TextType): Promise<void> {
  await db.schema
    .createTable('user_pools')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('sealed_secret', text, (column) => column.notNull())
    .addColumn('security_settings', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('applications')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('user_pool_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('sealed_secret', text, (column) => column.notNull())
    .addColumn('domain', text)
    .addColumn('logo_url', text)
    .addColumn('redirect_uris', text, (column) => column.notNull())
    .addColumn('logout_redirect_uris', text, (column) => column.notNull())
    .addColumn('token_endpoint_auth_method', text, (column) => column.notNull())
    .addColumn('enabled', 'integer', (column) => column.notNull())
    .addColumn('approves_scans', 'integer', (column) => column.notNull())
    .addColumn('poll_binding', text, (column) => column.notNull())
    .addColumn('custom_security_enabled', 'integer', (column) => column.notNull())
    .addColumn('security_override', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
}

async function createUsers(db: Kysely<unknown>, text: TextType): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('user_pool_id', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('status_changed_at', 'bigint')
    .addColumn('username', text)
    .addColumn('username_lower', text)
    .addColumn('email', text)
    .addColumn('email_lower', text)
    .addColumn('email_verified', 'integer', (column) => column.notNull())
    .addColumn('phone', text)
    .addColumn('phone_country_code', text)
    .addColumn('phone_verified', 'integer', (column) => column.notNull())
    .addColumn('external_id', text)
    .addColumn('profile', text, (column) => column.notNull())
    .addColumn('custom_data', text, (column) => column.notNull())
    .addColumn('password_hash', text)
    .addColumn('password_last_set_at', 'bigint')
    .addColumn('password_security_level', 'integer', (column) => column.notNull())
    .addColumn('reset_password_on_next_login', 'integer', (column) => column.notNull())
    .addColumn('user_source_type', text, (column) => column.notNull())
    .addColumn('register_source', text, (column) => column.notNull())
    .addColumn('logins_count', 'bigint', (column) => column.notNull())
    .addColumn('last_login', 'bigint')
    .addColumn('last_ip', text)
    .addColumn('last_login_app', text)
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .execute();
  for (const column of ['username_lower', 'email_lower', 'phone', 'external_id']) {
    await db.schema.createIndex(`users_${column}_key`).unique().on('users').columns(['user_pool_id', column]).execute();
  }
  await db.schema
    .createTable('sign_in_failures')
    .addColumn('account_hash', text, (column) => column.primaryKey().notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('last_failed_at', 'bigint', (column) => column.notNull())
    .execute();
  await createExpiryIndex(db, 'sign_in_failures', 'last_failed_at');
}

async function createQrSessions(db: Kysely<unknown>, text: TextType): Promise<void> {
  await db.schema
    .createTable('qr_sessions')
    .addColumn('id_hash', text, (column) => column.primaryKey().notNull())
    .addColumn('user_pool_id', text, (column) => column.notNull())
    .addColumn('application_id', text, (column) => column.notNull())
    .addColumn('status', text, (column) => column.notNull())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('custom_data', text)
    .addColumn('generator_ip', text)
    .addColumn('generator_network', text)
    .addColumn('generator_user_agent', text)
    .addColumn('poll_binding', text, (column) => column.notNull())
    .addColumn('binding_hash', text)
    .addColumn('is_bound', 'integer', (column) => column.notNull())
    .addColumn('receiver_hash', text)
    .addColumn('scanner_user_id', text)
    .addColumn('scanner_login_session_id', text)
    .addColumn('scanner_display_name', text)
    .addColumn('scanner_photo', text)
    .addColumn('ticket_key_id', text)
    .addColumn('ticket_nonce', text)
    .addColumn('ticket_hash', text)
    .addColumn('failed_exchanges', 'integer', (column) => column.notNull())
    .addColumn('foreign_poll_seen', 'integer', (column) => column.notNull())
    .addColumn('delivered_session_id', text)
    .execute();
  await createExpiryIndex(db, 'qr_sessions', 'expires_at');
  // Unfinished QR sessions are counted at each creation. These partial indexes hold those alone.
  for (const column of ['application_id', 'generator_network', 'scanner_user_id']) {
    await db.schema
      .createIndex(`qr_sessions_outstanding_${column}`)
      .on('qr_sessions')
      .columns([column, 'expires_at'])
      .where(sql<boolean>`status in ('PENDING', 'SCANNED') and ${sql.ref(column)} is not null`)
      .execute();
  }
}

async function createLogins(db: Kysely<unknown>, text: TextType): Promise<void> {
  await db.schema
    .createTable('redemptions')
    .addColumn('ticket_hash', text, (column) => column.primaryKey().notNull())
    .addColumn('code_hash', text, (column) => column.notNull().unique())
    .addColumn('user_pool_id', text, (column) => column.notNull())
    .addColumn('application_id', text, (column) => column.notNull())
    .addColumn('login_session_id', text, (column) => column.notNull())
    .addColumn('redeemed_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('login_sessions')
    .addColumn('id', text, (column) => column.primaryKey().notNull())
    .addColumn('user_pool_id', text, (column) => column.notNull())
    .addColumn('application_id', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull())
    .addColumn('amr', text, (column) => column.notNull())
    .addColumn('parent_id', text)
    .addColumn('scope', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('ip', text)
    .addColumn('user_agent', text)
    .addColumn('browser_hash', text)
    .execute();
  await createExpiryIndex(db, 'login_sessions', 'expires_at');
  await db.schema
    .createIndex('login_sessions_user')
    .on('login_sessions')
    .columns(['user_id', 'browser_hash'])
    .execute();
  await db.schema
    .createIndex('login_sessions_parent')
    .on('login_sessions')
    .column('parent_id')
    .where(sql.ref('parent_id'), 'is not', null)
    .execute();
}

async function createTokens(db: Kysely<unknown>, text: TextType): Promise<void> {
  await db.schema
    .createTable('refresh_tokens')
    .addColumn('hash', text, (column) => column.primaryKey().notNull())
    .addColumn('login_session_id', text, (column) => column.notNull())
    .addColumn('user_pool_id', text, (column) => column.notNull())
    .addColumn('application_id', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull())
    .addColumn('scope', text, (column) => column.notNull())
    .addColumn('issued_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('rotated_at', 'bigint')
    .execute();
  await createExpiryIndex(db, 'refresh_tokens', 'expires_at');
  await db.schema
    .createTable('revoked_tokens')
    .addColumn('jti', text, (column) => column.primaryKey().notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .execute();
  await createExpiryIndex(db, 'revoked_tokens', 'expires_at');
  await db.schema
    .createTable('signing_keys')
    .addColumn('kid', text, (column) => column.primaryKey().notNull())
    .addColumn('algorithm', text, (column) => column.notNull())
    .addColumn('sealed_private_key', text, (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('retired_at', 'bigint')
    .execute();
  // At most one current key: processes that start together race for it here.
  await db.schema
    .createIndex('signing_keys_current_key')
    .unique()
    .on('signing_keys')
    .column('algorithm')
    .where(sql.ref('retired_at'), 'is', null)
    .execute();
}

async function createAudit(
  db: Kysely<unknown>,
  text: TextType,
  sequenceType: SqlEngine['sequenceType'],
): Promise<void> {
  await db.schema
    .createTable('audit_events')
    .addColumn('seq', sequenceType, (column) => column.primaryKey().notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('type', text, (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('user_pool_id', text)
    .addColumn('application_id', text)
    .addColumn('user_id', text)
    .addColumn('login_session_id', text)
    .addColumn('ip', text)
    .addColumn('user_agent', text)
    .addColumn('code_hash', text)
    .addColumn('request_id', text)
    .addColumn('detail', text, (column) => column.notNull())
    .execute();
  for (const column of ['user_pool_id', 'type', 'code_hash']) {
    await db.schema
      .createIndex(`audit_events_${column}`)
      .on('audit_events')
      .columns([column, 'seq'])
      .where(sql.ref(column), 'is not', null)
      .execute();
  }
}

async function createExpiryIndex(db: Kysely<unknown>, table: string, column: string): Promise<void> {
  await db.schema.createIndex(`${table}_${column}`).on(table).column(column).execute();
}
