import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Who a person is to the company's own auth server. One user has one identity of an issuer at most. */
export function identities({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('identities')
        .addColumn('user_pool_id', text, (column) => column.notNull())
        .addColumn('issuer', text, (column) => column.notNull())
        .addColumn('subject', text, (column) => column.notNull())
        .addColumn('user_id', text, (column) => column.notNull())
        .addColumn('entry_name', text, (column) => column.notNull())
        .addColumn('first_seen_at', 'bigint', (column) => column.notNull())
        .addColumn('last_seen_at', 'bigint', (column) => column.notNull())
        .addColumn('claims_issued_at', 'bigint')
        .addPrimaryKeyConstraint('identities_key', ['user_pool_id', 'issuer', 'subject'])
        .execute();
      await db.schema.createIndex('identities_user').on('identities').columns(['user_id', 'issuer']).unique().execute();
    },
  };
}
