import type { NodeStore } from '../../../../core/management/installation/nodes.ts';
import type { SqlEngine } from '../../engine/engine.ts';

export function createNodeStore({ db, now }: SqlEngine): NodeStore {
  return {
    async see(node) {
      await db
        .insertInto('nodes')
        .values({ ...node, started_at: now, seen_at: now })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: now }))
        .execute();
    },

    async forget(id) {
      await db.deleteFrom('nodes').where('id', '=', id).execute();
    },

    async list(limit) {
      const rows = await db
        .selectFrom('nodes')
        .selectAll()
        .orderBy('seen_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ started_at, seen_at, ...node }) => ({ ...node, startedAt: started_at, seenAt: seen_at }));
    },

    async purge(before, limit) {
      const old = await db.selectFrom('nodes').select('id').where('seen_at', '<', before).limit(limit).execute();
      if (old.length === 0) return 0;
      await db
        .deleteFrom('nodes')
        .where('seen_at', '<', before)
        .where(
          'id',
          'in',
          old.map(({ id }) => id),
        )
        .execute();
      return old.length;
    },

    async schema() {
      const row = await db
        .withTables<{ kysely_migration: { name: string } }>()
        .selectFrom('kysely_migration')
        .select('name')
        .orderBy('name', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.name ?? '';
    },
  };
}
