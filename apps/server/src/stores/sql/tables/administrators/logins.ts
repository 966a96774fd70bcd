import type { ConsoleLogin, ConsoleLoginStore } from '../../../../core/administrators/store.ts';
import type { SqlEngine } from '../../engine/engine.ts';
import { deleteOldest } from '../../engine/purge.ts';
import type { ConsoleLoginTable } from '../../engine/schema.ts';
import type { Recorder } from '../audit.ts';

const maxListed = 100;

export function createConsoleLoginStore(engine: SqlEngine, record: Recorder): ConsoleLoginStore {
  const { db } = engine;
  const logins = () => db.selectFrom('console_logins').selectAll();

  return {
    async insert(login, event) {
      await db.transaction().execute(async (tx) => {
        await tx.insertInto('console_logins').values(toRow(login)).execute();
        if (event !== null) await record(tx, event);
      });
    },

    async find(tokenHash) {
      const row = await logins().where('token_hash', '=', tokenHash).executeTakeFirst();
      return row === undefined ? null : toLogin(row);
    },

    async list(administratorId) {
      const rows = logins().where('administrator_id', '=', administratorId).orderBy('created_at', 'desc').orderBy('id');
      return (await rows.limit(maxListed).execute()).map(toLogin);
    },

    replace: (next, tokenHash, event) =>
      db.transaction().execute(async (tx) => {
        const { id, ...written } = toRow(next);
        const { numUpdatedRows } = await tx
          .updateTable('console_logins')
          .set(written)
          .where('id', '=', id)
          .where('token_hash', '=', tokenHash)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows === 0n) return false;
        if (event !== null) await record(tx, event);
        return true;
      }),

    end: (administratorId, { ids, except }, event) =>
      db.transaction().execute(async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('console_logins')
          .where('administrator_id', '=', administratorId)
          .$if(ids !== undefined, (query) => query.where('id', 'in', [...(ids ?? [])]))
          .$if(except !== undefined, (query) => query.where('id', '<>', except ?? ''))
          .executeTakeFirstOrThrow();
        if (numDeletedRows > 0n)
          await record(tx, { ...event, detail: { ...event.detail, ended: Number(numDeletedRows) } });
        return Number(numDeletedRows);
      }),

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'console_logins', key: 'id', instant: 'expires_at' }, before, limit),
  };
}

function toLogin(row: ConsoleLoginTable): ConsoleLogin {
  return {
    id: row.id,
    tokenHash: row.token_hash,
    administratorId: row.administrator_id,
    createdAt: row.created_at,
    lastActedAt: row.last_acted_at,
    expiresAt: row.expires_at,
    passwordAt: row.password_at,
    secondFactorAt: row.second_factor_at,
    code: row.code === null ? null : JSON.parse(row.code),
    ip: row.ip,
    userAgent: row.user_agent,
  };
}

function toRow(login: ConsoleLogin): ConsoleLoginTable {
  return {
    id: login.id,
    token_hash: login.tokenHash,
    administrator_id: login.administratorId,
    created_at: login.createdAt,
    last_acted_at: login.lastActedAt,
    expires_at: login.expiresAt,
    password_at: login.passwordAt,
    second_factor_at: login.secondFactorAt,
    code: login.code === null ? null : JSON.stringify(login.code),
    ip: login.ip,
    user_agent: login.userAgent,
  };
}
