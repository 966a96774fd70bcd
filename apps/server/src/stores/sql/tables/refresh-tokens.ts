import type { Kysely } from 'kysely';
import type { RefreshToken, RefreshTokenStore } from '../../../core/tokens/store.ts';
import { type Prepared, prepare, rowParams, type SqlEngine } from '../engine/engine.ts';
import { deleteOldest } from '../engine/purge.ts';
import type { RefreshTokenTable, Schema } from '../engine/schema.ts';

export function createRefreshTokenStore(engine: SqlEngine): RefreshTokenStore {
  const { db } = engine;
  const insertRefreshToken = createRefreshTokenWriter(engine);

  return {
    insert: (token) => insertRefreshToken(db, token),

    async find(hash) {
      const row = await db.selectFrom('refresh_tokens').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row ? toRefreshToken(row) : null;
    },

    rotate: (hash, at, by, successor) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('refresh_tokens')
          .set({ rotated_at: at, rotated_by: by })
          .where('hash', '=', hash)
          .where('rotated_at', 'is', null)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return false;
        await insertRefreshToken(tx, successor);
        return true;
      }),

    async delete(hash) {
      await db.deleteFrom('refresh_tokens').where('hash', '=', hash).execute();
    },

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'refresh_tokens', key: 'hash', instant: 'expires_at' }, before, limit),
  };
}

const columns = [
  ...(['hash', 'login_session_id', 'user_pool_id', 'application_id', 'user_id', 'scope'] as const),
  ...(['issued_at', 'expires_at', 'rotated_at', 'rotated_by'] as const),
] as const satisfies (keyof RefreshTokenTable)[];

/** Writes a refresh token, alone or in the transaction that it belongs to. */
export function createRefreshTokenWriter(engine: SqlEngine) {
  const insert: Prepared<RefreshTokenTable, unknown> = prepare(engine, (param) =>
    engine.db.insertInto('refresh_tokens').values(rowParams(param, columns)),
  );
  return async (db: Kysely<Schema>, token: RefreshToken): Promise<void> => {
    await db.executeQuery(insert.bindUnanswered(toRow(token)));
  };
}

function toRow(token: RefreshToken): RefreshTokenTable {
  return {
    hash: token.hash,
    login_session_id: token.loginSessionId,
    user_pool_id: token.userPoolId,
    application_id: token.applicationId,
    user_id: token.userId,
    scope: token.scope,
    issued_at: token.issuedAt,
    expires_at: token.expiresAt,
    rotated_at: token.rotatedAt,
    rotated_by: token.rotatedBy,
  };
}

function toRefreshToken(row: RefreshTokenTable): RefreshToken {
  return {
    hash: row.hash,
    loginSessionId: row.login_session_id,
    userPoolId: row.user_pool_id,
    applicationId: row.application_id,
    userId: row.user_id,
    scope: row.scope,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    rotatedAt: row.rotated_at,
    rotatedBy: row.rotated_by,
  };
}
