import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { SqlEngine } from '../engine/engine.ts';

/** Which phone apps open the links in codes, and where people get them: JSON, null where nothing was said. */
export function appLinks({ textType: text }: Pick<SqlEngine, 'textType'>): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable('applications').addColumn('app_links', text).execute();
    },
  };
}
