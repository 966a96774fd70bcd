import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Who approved a device, beside the approval itself: whatever ends all logins of a person ends what they approved and nobody fetched. */
export function approversOfDevices({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('device_grants').addColumn('approved_by', text).execute();
      await db.schema.createIndex('device_grants_approver').on('device_grants').column('approved_by').execute();
    },
  };
}
