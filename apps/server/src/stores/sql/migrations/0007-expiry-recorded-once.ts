import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Nodes that purge codes kept elsewhere may both find one expired: its event is there once all the same. */
export const expiryRecordedOnce: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createIndex('audit_events_expired')
      .unique()
      .on('audit_events')
      .column('code_hash')
      .where(sql.ref('type'), '=', sql.lit('qr.expired'))
      .execute();
  },
};
