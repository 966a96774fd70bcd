import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The index by which each new login finds the oldest standing one of its person and application, however many have ended. Nobody
 * can log in while PostgreSQL builds it: whoever has millions of logins builds it CONCURRENTLY before the upgrade.
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
