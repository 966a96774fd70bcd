import type { LeaseStore } from '../../../../core/ground/leases.ts';
import type { SqlEngine } from '../../engine/engine.ts';

export function createLeaseStore({ db }: Pick<SqlEngine, 'db'>): LeaseStore {
  return {
    async take({ name, holder, ms }, now) {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('leases')
        .values({ name, holder, held_until: now + ms, place: null, place_at: null })
        .onConflict((conflict) =>
          conflict
            .column('name')
            .doUpdateSet({ holder, held_until: now + ms })
            .where((where) =>
              where.or([
                where('leases.holder', 'is', null),
                where('leases.holder', '=', holder),
                where('leases.held_until', '<=', now),
              ]),
            ),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    async giveBack({ name, holder }) {
      await db
        .updateTable('leases')
        .set({ holder: null, held_until: 0 })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .execute();
    },
  };
}
