import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Used tickets are deleted when nothing can come of them any more, oldest first. Nobody exchanges while PostgreSQL builds the
 * index, half a second for a million of them: who has more builds it before the upgrade, CONCURRENTLY, and it is found here.
 */
export const redemptionsByAge: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('redemptions_redeemed_at')
      .ifNotExists()
      .on('redemptions')
      .column('redeemed_at')
      .execute();
  },
};
