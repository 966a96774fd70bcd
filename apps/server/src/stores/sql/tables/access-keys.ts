import { randomBytes } from 'node:crypto';
import type { AccessKey } from '../../../core/management/access-key.ts';
import type { AccessKeyStore } from '../../../core/management/store.ts';
import { type Prepared, prepare, type SqlEngine } from '../engine/engine.ts';
import type { AccessKeyTable } from '../engine/schema.ts';
import type { Sealer } from '../engine/seal.ts';
import type { Recorder } from './audit.ts';

export function createAccessKeyStore(engine: SqlEngine, sealer: Sealer, record: Recorder): AccessKeyStore {
  const { db } = engine;

  // Every call that an access key signs looks its key up.
  const findById: Prepared<{ id: string }, AccessKeyTable> = prepare(engine, (param) =>
    db.selectFrom('access_keys').selectAll().where('id', '=', param('id')),
  );

  function toRow(key: AccessKey): AccessKeyTable {
    const sealed = sealer.seal(key.secret);
    return {
      id: key.id,
      user_pool_id: key.userPoolId,
      sealed_secret: key.scopes === null ? sealed : sealer.seal(randomBytes(32).toString('base64url')),
      sealed_scoped_secret: key.scopes === null ? null : sealed,
      scopes: key.scopes === null ? null : JSON.stringify(key.scopes),
      application_id: key.applicationId,
      issuer: key.issuer,
      made_by: key.isFromFile ? 'file' : null,
      user_id: key.userId,
      status: key.status,
      created_at: key.createdAt,
      last_used_at: key.lastUsedAt,
    };
  }

  function toAccessKey(row: AccessKeyTable): AccessKey {
    return {
      id: row.id,
      userPoolId: row.user_pool_id,
      secret: sealer.unseal(row.sealed_scoped_secret ?? row.sealed_secret),
      scopes: row.scopes === null ? null : JSON.parse(row.scopes),
      applicationId: row.application_id,
      issuer: row.issuer,
      isFromFile: row.made_by === 'file',
      userId: row.user_id,
      status: row.status,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
    };
  }

  return {
    async insert(key, event) {
      await db.transaction().execute(async (tx) => {
        await tx.insertInto('access_keys').values(toRow(key)).execute();
        await record(tx, event);
      });
    },

    async put(key, event) {
      const { id, created_at, last_used_at, ...written } = toRow(key);
      await db.transaction().execute(async (tx) => {
        await tx
          .insertInto('access_keys')
          .values({ id, created_at, last_used_at, ...written })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(written))
          .execute();
        await record(tx, event);
      });
    },

    async find(id) {
      const row = await findById.first({ id });
      return row ? toAccessKey(row) : null;
    },

    async listFromFile(userPoolId) {
      const made = db.selectFrom('access_keys').selectAll().where('user_pool_id', '=', userPoolId);
      return (await made.where('made_by', '=', 'file').orderBy('id').execute()).map(toAccessKey);
    },

    async list(userPoolId, { statuses, userId }, { limit, offset }) {
      const matching = db
        .selectFrom('access_keys')
        .where('user_pool_id', '=', userPoolId)
        .$if(statuses !== undefined, (query) => query.where('status', 'in', [...(statuses ?? [])]))
        .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? null));
      const [rows, { total }] = await Promise.all([
        matching.selectAll().orderBy('created_at', 'desc').orderBy('id').limit(limit).offset(offset).execute(),
        matching.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
      ]);
      return { keys: rows.map(toAccessKey), totalCount: Number(total) };
    },

    async setStatus(userPoolId, id, status, event) {
      return db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('access_keys')
          .set({ status })
          .where('id', '=', id)
          .where('user_pool_id', '=', userPoolId)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return false;
        await record(tx, event);
        return true;
      });
    },

    async delete(userPoolId, id, event) {
      return db.transaction().execute(async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('access_keys')
          .where('id', '=', id)
          .where('user_pool_id', '=', userPoolId)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) return false;
        await record(tx, event);
        return true;
      });
    },

    async touch(id, at) {
      await db.updateTable('access_keys').set({ last_used_at: at }).where('id', '=', id).execute();
    },
  };
}
