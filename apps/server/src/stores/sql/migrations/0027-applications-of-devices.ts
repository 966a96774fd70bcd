import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Whether devices may sign people in to an application: not unless the operator says so. */
export const applicationsOfDevices: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .alterTable('applications')
      .addColumn('signs_in_devices', 'integer', (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
