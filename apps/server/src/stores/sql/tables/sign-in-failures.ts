import type { SignInFailureStore } from '../../../core/sign-in/failure-store.ts';
import { type Prepared, prepare, type SqlEngine } from '../engine/engine.ts';
import { deleteOldest } from '../engine/purge.ts';
import type { SignInFailureTable } from '../engine/schema.ts';

export function createSignInFailureStore(engine: SqlEngine): SignInFailureStore {
  const { db } = engine;

  // Every proof of a secret asks first whether guesses are left.
  const findByHash: Prepared<{ hash: string }, Pick<SignInFailureTable, 'failures' | 'last_failed_at'>> = prepare(
    engine,
    (param) =>
      db
        .selectFrom('sign_in_failures')
        .select(['failures', 'last_failed_at'])
        .where('account_hash', '=', param('hash')),
  );

  return {
    async find(hash) {
      const row = await findByHash.first({ hash });
      return row ? { failures: row.failures, lastFailedAt: row.last_failed_at } : null;
    },

    async add(hash, at, forgetBefore) {
      const row = await db
        .insertInto('sign_in_failures')
        .values({ account_hash: hash, failures: 1, last_failed_at: at })
        .onConflict((conflict) =>
          conflict.column('account_hash').doUpdateSet((set) => ({
            failures: set
              .case()
              .when('sign_in_failures.last_failed_at', '<', forgetBefore)
              .then(1)
              .else(set('sign_in_failures.failures', '+', 1))
              .end(),
            last_failed_at: at,
          })),
        )
        .returning('failures')
        .executeTakeFirstOrThrow();
      return row.failures;
    },

    async addTo(hash, seen, at, forgetBefore) {
      if (seen === null) {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('sign_in_failures')
          .values({ account_hash: hash, failures: 1, last_failed_at: at })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        return numInsertedOrUpdatedRows === 1n;
      }
      const { numUpdatedRows } = await db
        .updateTable('sign_in_failures')
        .set({ failures: seen.lastFailedAt < forgetBefore ? 1 : seen.failures + 1, last_failed_at: at })
        .where('account_hash', '=', hash)
        .where('failures', '=', seen.failures)
        .where('last_failed_at', '=', seen.lastFailedAt)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    async giveBack(hash) {
      await db
        .updateTable('sign_in_failures')
        .set((set) => ({ failures: set('failures', '-', 1) }))
        .where('account_hash', '=', hash)
        .where('failures', '>', 0)
        .execute();
    },

    async clear(hash) {
      await db.deleteFrom('sign_in_failures').where('account_hash', '=', hash).execute();
    },

    purge: (before, limit) =>
      deleteOldest(
        engine,
        { table: 'sign_in_failures', key: 'account_hash', instant: 'last_failed_at' },
        before,
        limit,
      ),
  };
}
