import type { RevokedTokenStore } from '../../../core/tokens/store.ts';
import { type Prepared, prepare, type SqlEngine } from '../engine/engine.ts';
import { deleteOldest } from '../engine/purge.ts';
import type { Recorder } from './audit.ts';

export function createRevokedTokenStore(engine: SqlEngine, record: Recorder): RevokedTokenStore {
  const { db } = engine;

  // Every request with an access token asks this.
  const findByJti: Prepared<{ jti: string }, { jti: string }> = prepare(engine, (param) =>
    db.selectFrom('revoked_tokens').select('jti').where('jti', '=', param('jti')),
  );

  return {
    add: (jti, expiresAt, event) =>
      db.transaction().execute(async (tx) => {
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('revoked_tokens')
          .values({ jti, expires_at: expiresAt })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows === 1n) await record(tx, event);
      }),

    has: async (jti) => (await findByJti.first({ jti })) !== undefined,

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'revoked_tokens', key: 'jti', instant: 'expires_at' }, before, limit),
  };
}
