import type { SigningKey, SigningKeyStore } from '../../../core/tokens/store.ts';
import type { SqlEngine } from '../engine/engine.ts';
import type { SigningKeyTable } from '../engine/schema.ts';
import type { Sealer } from '../engine/seal.ts';
import type { Recorder } from './audit.ts';

export function createSigningKeyStore({ db, locksRows }: SqlEngine, sealer: Sealer, record: Recorder): SigningKeyStore {
  function toRow(key: SigningKey): SigningKeyTable {
    return {
      kid: key.kid,
      algorithm: key.algorithm,
      sealed_private_key: sealer.seal(key.privateKey),
      created_at: key.createdAt,
      retired_at: key.retiredAt,
    };
  }

  function toSigningKey(row: SigningKeyTable): SigningKey {
    return {
      kid: row.kid,
      algorithm: row.algorithm,
      privateKey: sealer.unseal(row.sealed_private_key),
      createdAt: row.created_at,
      retiredAt: row.retired_at,
    };
  }

  return {
    async list() {
      const rows = await db.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').execute();
      // Two keys of the same millisecond: the current one is the newer.
      return rows
        .map(toSigningKey)
        .sort((a, b) => b.createdAt - a.createdAt || Number(a.retiredAt !== null) - Number(b.retiredAt !== null));
    },

    async insertFirst(key) {
      // The unique index on unretired keys decides between processes that start together.
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('signing_keys')
        .values(toRow(key))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    rotate: (successor, at, event, madeBefore = Number.MAX_SAFE_INTEGER) =>
      db.transaction().execute(async (tx) => {
        // A node that rotates at the same time waits here, and then retires the key that this one made.
        if (locksRows) {
          await tx.selectFrom('signing_keys').select('kid').where('retired_at', 'is', null).forUpdate().execute();
        }
        const { numUpdatedRows } = await tx
          .updateTable('signing_keys')
          .set({ retired_at: at })
          .where('retired_at', 'is', null)
          .where('created_at', '<=', madeBefore)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return false;
        await tx.insertInto('signing_keys').values(toRow(successor)).execute();
        await record(tx, event);
        return true;
      }),

    async delete(kid) {
      await db.deleteFrom('signing_keys').where('kid', '=', kid).execute();
    },
  };
}
