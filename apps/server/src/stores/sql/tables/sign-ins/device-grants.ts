import type { DeviceGrant } from '../../../../core/devices/device-grant.ts';
import type { DeviceGrantStore } from '../../../../core/devices/store.ts';
import type { SqlEngine, Tx } from '../../engine/engine.ts';
import { deleteOldest } from '../../engine/purge.ts';
import type { DeviceGrantTable } from '../../engine/schema.ts';
import type { Recorder } from '../audit.ts';
import { createLoginOpener } from '../logins/opened-logins.ts';
import { createRefreshTokenWriter } from '../refresh-tokens.ts';

export function createDeviceGrantStore(engine: SqlEngine, record: Recorder): DeviceGrantStore {
  const { db } = engine;
  const openLogin = createLoginOpener(engine, record);
  const insertRefreshToken = createRefreshTokenWriter(engine);

  /** Among racing writers of one version, one gets true. */
  async function replaceIn(tx: Tx, next: DeviceGrant): Promise<boolean> {
    const { device_code_hash: hash, ...columns } = toRow(next);
    const { numUpdatedRows } = await tx
      .updateTable('device_grants')
      .set(columns)
      .where('device_code_hash', '=', hash)
      .where('version', '=', next.version - 1)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  return {
    insert: (grant, event) =>
      db.transaction().execute(async (tx) => {
        const { numInsertedOrUpdatedRows } = await tx
          .insertInto('device_grants')
          .values(toRow(grant))
          .onConflict((conflict) => conflict.column('user_code_hash').doNothing())
          .executeTakeFirstOrThrow();
        if (numInsertedOrUpdatedRows !== 1n) return false;
        await record(tx, event);
        return true;
      }),

    async find(deviceCodeHash) {
      const row = await db
        .selectFrom('device_grants')
        .selectAll()
        .where('device_code_hash', '=', deviceCodeHash)
        .executeTakeFirst();
      return row ? toGrant(row) : null;
    },

    async findByUserCode(userCodeHashes) {
      const row = await db
        .selectFrom('device_grants')
        .selectAll()
        .where('user_code_hash', 'in', [...userCodeHashes])
        .orderBy('created_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ? toGrant(row) : null;
    },

    async countOutstanding(applicationId, now, limit) {
      const { count } = await db
        .selectFrom((from) =>
          from
            .selectFrom('device_grants')
            .select('device_code_hash')
            .where('application_id', '=', applicationId)
            .where('expires_at', '>', now)
            .limit(limit)
            .as('outstanding'),
        )
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    replace: (next, event) =>
      db.transaction().execute(async (tx) => {
        if (!(await replaceIn(tx, next))) return false;
        if (event !== null) await record(tx, event);
        return true;
      }),

    redeem: ({ next, loginSession, room, refreshToken, events }) =>
      db.transaction().execute(async (tx) => {
        // First, as a change of the person that denies the grant takes them: the room for a login may lock the person as well.
        if (engine.locksRows)
          await tx.selectFrom('users').select('id').where('id', '=', loginSession.userId).forUpdate().execute();
        if (!(await replaceIn(tx, next))) return false;
        await openLogin(tx, loginSession, room);
        if (refreshToken !== null) await insertRefreshToken(tx, refreshToken);
        for (const event of events) await record(tx, event);
        return true;
      }),

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'device_grants', key: 'device_code_hash', instant: 'kept_until' }, before, limit),
  };
}

function toRow(grant: DeviceGrant): DeviceGrantTable {
  return {
    device_code_hash: grant.deviceCodeHash,
    user_code_hash: grant.userCodeHash,
    user_pool_id: grant.userPoolId,
    application_id: grant.applicationId,
    scope: grant.scope,
    status: grant.status,
    version: grant.version,
    ip: grant.ip,
    user_agent: grant.userAgent,
    interval_seconds: grant.intervalSeconds,
    last_polled_at: grant.lastPolledAt,
    scanner: grant.scanner && JSON.stringify(grant.scanner),
    approval: grant.approval && JSON.stringify(grant.approval),
    redemption: grant.redemption && JSON.stringify(grant.redemption),
    approved_by: grant.approval?.userId ?? null,
    created_at: grant.createdAt,
    expires_at: grant.expiresAt,
    kept_until: grant.keptUntil,
  };
}

function toGrant(row: DeviceGrantTable): DeviceGrant {
  return {
    deviceCodeHash: row.device_code_hash,
    userCodeHash: row.user_code_hash,
    userPoolId: row.user_pool_id,
    applicationId: row.application_id,
    scope: row.scope,
    status: row.status,
    version: row.version,
    ip: row.ip,
    userAgent: row.user_agent,
    intervalSeconds: row.interval_seconds,
    lastPolledAt: row.last_polled_at,
    scanner: row.scanner && JSON.parse(row.scanner),
    approval: row.approval && JSON.parse(row.approval),
    redemption: row.redemption && JSON.parse(row.redemption),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    keptUntil: row.kept_until,
  };
}
