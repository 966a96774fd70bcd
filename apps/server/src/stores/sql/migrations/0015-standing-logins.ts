import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Each new login looks for the oldest of its person and application that stands, however many have ended. Nobody logs in while
 * PostgreSQL builds the index: who has millions of logins builds it before the upgrade, CONCURRENTLY, and it is found here.
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
