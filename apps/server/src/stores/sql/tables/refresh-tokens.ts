import type { Kysely } from 'kysely';
import type { RefreshToken, RefreshTokenStore } from '../../../core/tokens/store.ts';
import type { SqlEngine } from '../engine/engine.ts';
import { deleteOldest } from '../engine/purge.ts';
import type { RefreshTokenTable, Schema } from '../engine/schema.ts';

export function createRefreshTokenStore(engine: SqlEngine): RefreshTokenStore {
  const { db } = engine;

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

export async function insertRefreshToken(db: Kysely<Schema>, token: RefreshToken): Promise<void> {
  const row: RefreshTokenTable = {
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
  await db.insertInto('refresh_tokens').values(row).execute();
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
