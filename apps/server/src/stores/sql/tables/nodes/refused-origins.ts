import { sql } from 'kysely';
import type { RefusedOriginStore } from '../../../../core/management/directory/refused-origins.ts';
import type { SqlEngine } from '../../engine/engine.ts';

export function createRefusedOriginStore({ db }: SqlEngine): RefusedOriginStore {
  return {
    async add(userPoolId, origins) {
      if (origins.length === 0) return;
      await db
        .insertInto('refused_origins')
        .values(origins.map(({ origin, n, lastAt }) => ({ user_pool_id: userPoolId, origin, n, last_at: lastAt })))
        .onConflict((conflict) =>
          conflict.columns(['user_pool_id', 'origin']).doUpdateSet((set) => ({
            n: set('refused_origins.n', '+', set.ref('excluded.n')),
            last_at: sql<number>`case when excluded.last_at > refused_origins.last_at then excluded.last_at else refused_origins.last_at end`,
          })),
        )
        .execute();
    },

    async list(userPoolId, limit) {
      const rows = await db
        .selectFrom('refused_origins')
        .select(['origin', 'n', 'last_at'])
        .where('user_pool_id', '=', userPoolId)
        .orderBy('last_at', 'desc')
        .orderBy('origin')
        .limit(limit)
        .execute();
      return rows.map(({ origin, n, last_at }) => ({ origin, n, lastAt: last_at }));
    },

    async forget(userPoolId, origins) {
      if (origins.length === 0) return;
      await db
        .deleteFrom('refused_origins')
        .where('user_pool_id', '=', userPoolId)
        .where('origin', 'in', [...origins])
        .execute();
    },

    async purge(before, limit) {
      const old = db
        .selectFrom('refused_origins')
        .select(['user_pool_id', 'origin'])
        .where('last_at', '<', before)
        .limit(limit);
      const rows = await old.execute();
      for (const { user_pool_id, origin } of rows) {
        await db
          .deleteFrom('refused_origins')
          .where('user_pool_id', '=', user_pool_id)
          .where('origin', '=', origin)
          .where('last_at', '<', before)
          .execute();
      }
      return rows.length;
    },
  };
}
