import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What pages of the second generation may ask for when they make a code. */
export const v2Codes: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('qr_sessions')
      .addColumn('with_custom_data', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
