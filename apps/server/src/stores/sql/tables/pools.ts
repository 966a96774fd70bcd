import { noBrand, standingDefaults, type UserPool } from '../../../core/directory/pool.ts';
import type { PoolStore } from '../../../core/directory/pool-store.ts';
import { defaultSsoLifetimes } from '../../../core/directory/settings.ts';
import type { SqlEngine } from '../engine/engine.ts';
import type { UserPoolTable } from '../engine/schema.ts';
import type { Sealer } from '../engine/seal.ts';
import type { Recorder } from './audit.ts';
import { raiseDirectoryVersion } from './directory-version.ts';
import { keptColumns, keptOf, readHeld } from './kept/kept.ts';
import { noteSecrets } from './kept/secret-history.ts';

export function createPoolStore({ db }: SqlEngine, sealer: Sealer, record: Recorder): PoolStore {
  function toRow(pool: UserPool): UserPoolTable {
    return {
      id: pool.id,
      name: pool.name,
      sealed_secret: sealer.seal(pool.secret),
      security_settings: JSON.stringify(pool.securitySettings),
      sealed_own_tokens: pool.ownTokens.length === 0 ? null : sealer.seal(JSON.stringify(pool.ownTokens)),
      brand: JSON.stringify(pool.brand),
      defaults: JSON.stringify(pool.defaults),
      ...keptColumns(pool, sealer),
      created_at: pool.createdAt,
      updated_at: pool.updatedAt,
    };
  }

  function toPool(row: UserPoolTable): UserPool {
    return {
      id: row.id,
      name: row.name,
      secret: sealer.unseal(row.sealed_secret),
      ownTokens: row.sealed_own_tokens === null ? [] : JSON.parse(sealer.unseal(row.sealed_own_tokens)),
      securitySettings: { general: {}, sso: defaultSsoLifetimes, ...JSON.parse(row.security_settings) },
      brand: { ...noBrand, ...JSON.parse(row.brand ?? '{}') },
      defaults: { ...standingDefaults, ...JSON.parse(row.defaults ?? '{}') },
      ...keptOf(row, sealer),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    };
  }

  return {
    async put(pool, event, version) {
      const { id, ...columns } = toRow(pool);
      await db.transaction().execute(async (tx) => {
        await raiseDirectoryVersion(tx, version);
        const before = await readHeld(tx, 'user_pools', id, sealer);
        await noteSecrets(tx, { kind: 'userPool', id }, { before, after: pool, at: pool.updatedAt });
        await tx
          .insertInto('user_pools')
          .values({ id, ...columns })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
          .execute();
        if (event) await record(tx, event);
      });
    },

    async list() {
      const rows = await db.selectFrom('user_pools').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(toPool);
    },
  };
}
