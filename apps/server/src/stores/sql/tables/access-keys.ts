import { randomBytes } from 'node:crypto';
import type { AccessKey } from '../../../core/management/access-key.ts';
import type { AccessKeyStore } from '../../../core/management/store.ts';
import { type Prepared, prepare, type SqlEngine } from '../engine/engine.ts';
import type { AccessKeyTable } from '../engine/schema.ts';
import type { Sealer } from '../engine/seal.ts';
import type { Recorder } from './audit.ts';

const makerOf = ({ made_by, created_by }: AccessKeyTable): AccessKey['createdBy'] => {
  if (made_by === 'file') return { kind: 'configurationFile', id: '' };
  return created_by === null ? null : JSON.parse(created_by);
};

export function createAccessKeyStore(engine: SqlEngine, sealer: Sealer, record: Recorder): AccessKeyStore {
  const { db } = engine;

  // Every call that an access key signs looks its key up.
  const findById: Prepared<{ id: string }, AccessKeyTable> = prepare(engine, (param) =>
    db.selectFrom('access_keys').selectAll().where('id', '=', param('id')),
  );

  function toRow(key: AccessKey): AccessKeyTable {
    const sealed = sealer.seal(key.secret);
    const isWhole = key.scopes === null && key.role === 'owner' && key.expiresAt === null;
    return {
      id: key.id,
      user_pool_id: key.userPoolId,
      sealed_secret: isWhole ? sealed : sealer.seal(randomBytes(32).toString('base64url')),
      sealed_scoped_secret: isWhole ? null : sealed,
      scopes: key.scopes === null ? null : JSON.stringify(key.scopes),
      application_id: key.applicationId,
      issuer: key.issuer,
      made_by: key.isFromFile ? 'file' : null,
      name: key.name,
      role: key.role,
      expires_at: key.expiresAt,
      created_by: key.isFromFile || key.createdBy === null ? null : JSON.stringify(key.createdBy),
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
      name: row.name,
      role: row.role ?? 'owner',
      expiresAt: row.expires_at,
      createdBy: makerOf(row),
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

    async list(userPoolId, { statuses, userId }, { limit, after }) {
      const last = after === undefined ? undefined : await findById.first({ id: after });
      const matching = db
        .selectFrom('access_keys')
        .where('user_pool_id', '=', userPoolId)
        .$if(statuses !== undefined, (query) => query.where('status', 'in', [...(statuses ?? [])]))
        .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? null))
        .$if(last !== undefined, (query) =>
          query.where((where) =>
            where.or([
              where('created_at', '<', last?.created_at ?? 0),
              where.and([where('created_at', '=', last?.created_at ?? 0), where('id', '>', last?.id ?? '')]),
            ]),
          ),
        );
      const page = matching.selectAll().orderBy('created_at', 'desc').orderBy('id').limit(limit);
      return (await page.execute()).map(toAccessKey);
    },

    async update(userPoolId, id, changes, event) {
      return db.transaction().execute(async (tx) => {
        const row = await tx
          .selectFrom('access_keys')
          .selectAll()
          .where('id', '=', id)
          .where('user_pool_id', '=', userPoolId)
          .$if(engine.locksRows, (query) => query.forUpdate())
          .executeTakeFirst();
        if (row === undefined) return false;
        // Role and end decide which column holds the secret.
        const { id: _, ...written } = toRow({ ...toAccessKey(row), ...changes });
        await tx.updateTable('access_keys').set(written).where('id', '=', id).execute();
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
