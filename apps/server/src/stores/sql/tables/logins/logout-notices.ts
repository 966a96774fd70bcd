import type { LogoutNoticeStore } from '../../../../core/tokens/logout-notices/notice.ts';
import type { SqlEngine } from '../../engine/engine.ts';
import { deleteOldest } from '../../engine/purge.ts';
import type { LogoutNoticeTable } from '../../engine/schema.ts';
import type { Recorder } from '../audit.ts';

export function createLogoutNoticeStore(engine: SqlEngine, record: Recorder): LogoutNoticeStore {
  const { db } = engine;

  return {
    async due(now, { limit, notOf }) {
      const rows = await db
        .selectFrom('logout_notices')
        .selectAll()
        .where('due_at', '<=', now)
        .$if(notOf.length > 0, (query) => query.where('application_id', 'not in', [...notOf]))
        .orderBy('due_at')
        .orderBy('login_session_id')
        .limit(limit)
        .execute();
      return rows.map(toNotice);
    },

    async take({ loginSessionId, attempts }, dueAt) {
      const { numUpdatedRows } = await db
        .updateTable('logout_notices')
        .set({ attempts: attempts + 1, due_at: dueAt })
        .where('login_session_id', '=', loginSessionId)
        .where('attempts', '=', attempts)
        .executeTakeFirstOrThrow();
      return numUpdatedRows === 1n;
    },

    settle: (loginSessionId, event) =>
      db.transaction().execute(async (tx) => {
        const { numDeletedRows } = await tx
          .deleteFrom('logout_notices')
          .where('login_session_id', '=', loginSessionId)
          .executeTakeFirstOrThrow();
        if (numDeletedRows > 0n && event !== null) await record(tx, event);
      }),

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'logout_notices', key: 'login_session_id', instant: 'ended_at' }, before, limit),
  };
}

function toNotice(row: LogoutNoticeTable) {
  return {
    loginSessionId: row.login_session_id,
    userPoolId: row.user_pool_id,
    applicationId: row.application_id,
    userId: row.user_id,
    endedAt: row.ended_at,
    attempts: row.attempts,
    dueAt: row.due_at,
  };
}
