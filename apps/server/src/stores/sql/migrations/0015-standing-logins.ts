import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The index by which a new login finds the oldest standing one. Nobody logs in while PostgreSQL builds it: for millions of logins, build
 * it CONCURRENTLY before the upgrade.
 */
export const standingLogins: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('login_sessions_standing')
      .ifNotExists()
      .on('login_sessions')
      .columns(['user_id', 'application_id', 'created_at'])
      .where(sql.ref('revoked_at'), 'is', null)
      .execute();
  },
};
