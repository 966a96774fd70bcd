import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * The index by which used tickets are deleted, oldest first. No ticket can be exchanged while PostgreSQL builds it, half a second
 * for a million rows. Whoever has more rows builds it CONCURRENTLY before the upgrade; this migration then leaves it as it is.
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
