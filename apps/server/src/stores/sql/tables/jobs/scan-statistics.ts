import { sql } from 'kysely';
import type { AuditType } from '../../../../core/audit/event.ts';
import type { NumberedEvent, StatisticsStore } from '../../../../core/management/codes/statistics-store.ts';
import type { SqlEngine } from '../../engine/engine.ts';
import { createEventReader } from '../../reading/events.ts';
import { toEvent } from '../audit.ts';

const leaseName = 'statistics';
const hourMs = 3_600_000;
/** Spans of minutes, and of hours, that are summed by one statement. */
const minutesSpanMs = 3 * hourMs;
const hoursSpanMs = 7 * 24 * hourMs;
const insertedAtOnce = 200;

export function createStatisticsStore(engine: SqlEngine): StatisticsStore {
  const { db, turn } = engine;

  return {
    async place() {
      const row = await db
        .selectFrom('leases')
        .select(['place', 'place_at'])
        .where('name', '=', leaseName)
        .executeTakeFirst();
      return row?.place == null ? null : { seq: row.place, at: row.place_at ?? 0 };
    },

    placeBefore: (at) => createEventReader(engine, toEvent).placeBefore(at),

    async follow(after, types, rows) {
      const last = await db
        .selectFrom(
          db
            .selectFrom('audit_events')
            .select(['seq', 'at'])
            .where('seq', '>', after)
            .orderBy('seq')
            .limit(rows)
            .as('some'),
        )
        .select(['some.seq', 'some.at'])
        .orderBy('some.seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      if (last === undefined) return { events: [], last: null };
      const found = await db
        .selectFrom('audit_events')
        .selectAll()
        .where('seq', '>', after)
        .where('seq', '<=', last.seq)
        .where(sql<string>`coalesce(type, '')`, 'in', [...types])
        .orderBy('seq')
        .execute();
      return {
        events: found.map((row): NumberedEvent => ({ ...toEvent(row), seq: row.seq, at: row.at })),
        last: { seq: last.seq, at: last.at },
      };
    },

    async instantsOf(codeHashes, types) {
      const instants = new Map<string, Map<AuditType, number>>();
      for (let start = 0; start < codeHashes.length; start += insertedAtOnce) {
        await turn();
        const rows = await db
          .selectFrom('audit_events')
          .select(['code_hash', 'type', 'at'])
          .where('code_hash', 'in', codeHashes.slice(start, start + insertedAtOnce))
          .where(sql<string>`coalesce(type, '')`, 'in', [...types])
          .execute();
        for (const { code_hash, type, at } of rows) {
          const ofCode = instants.get(code_hash ?? '') ?? new Map<AuditType, number>();
          instants.set(code_hash ?? '', ofCode.set(type, at));
        }
      }
      return instants;
    },

    add: (counts, from, to, lease) =>
      db.transaction().execute(async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('leases')
          .set({ place: to.seq, place_at: to.at })
          .where('name', '=', leaseName)
          .where('holder', '=', lease.holder)
          .where((where) => (from === null ? where('place', 'is', null) : where('place', '=', from)))
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return false;
        const rows = counts.map(({ userPoolId, applicationId, at, what, n }) => ({
          ...{ user_pool_id: userPoolId, application_id: applicationId, step: 60, at, what, n },
        }));
        for (let start = 0; start < rows.length; start += insertedAtOnce) {
          await tx
            .insertInto('scan_statistics')
            .values(rows.slice(start, start + insertedAtOnce))
            .onConflict((conflict) =>
              conflict
                .columns(['user_pool_id', 'at', 'step', 'application_id', 'what'])
                .doUpdateSet((set) => ({ n: set('scan_statistics.n', '+', set.ref('excluded.n')) })),
            )
            .execute();
        }
        return true;
      }),

    async rollUp(before, lease) {
      const oldest = await db
        .selectFrom('scan_statistics')
        .select('at')
        .where('step', '=', 60)
        .orderBy('at')
        .limit(1)
        .executeTakeFirst();
      if (oldest === undefined) return false;
      const hour = Math.floor(oldest.at / hourMs) * hourMs;
      if (hour + hourMs > before) return false;
      return db.transaction().execute(async (tx) => {
        // Whoever lost the lease meanwhile would add the same minutes a second time.
        const { numUpdatedRows } = await tx
          .updateTable('leases')
          .set({ holder: lease.holder })
          .where('name', '=', leaseName)
          .where('holder', '=', lease.holder)
          .executeTakeFirstOrThrow();
        if (numUpdatedRows !== 1n) return false;
        await sql`
          insert into scan_statistics (user_pool_id, application_id, step, at, what, n)
          select user_pool_id, application_id, 3600, ${hour}, what, sum(n) from scan_statistics
          where step = 60 and at >= ${hour} and at < ${hour + hourMs} group by user_pool_id, application_id, what
          on conflict (user_pool_id, at, step, application_id, what) do update set n = scan_statistics.n + excluded.n`.execute(
          tx,
        );
        await tx
          .deleteFrom('scan_statistics')
          .where('step', '=', 60)
          .where('at', '>=', hour)
          .where('at', '<', hour + hourMs)
          .execute();
        return true;
      });
    },

    async purge(before, limit) {
      const old = await db
        .selectFrom('scan_statistics')
        .select('at')
        .where('step', '=', 3600)
        .where('at', '<', before)
        .orderBy('at')
        .limit(limit)
        .execute();
      const last = old.at(-1);
      if (last === undefined) return 0;
      const { numDeletedRows } = await db
        .deleteFrom('scan_statistics')
        .where('step', '=', 3600)
        .where('at', '<=', last.at)
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },

    async sum({ userPoolId, applicationId, from, to }, stepMs) {
      const slots = new Map<number, Map<string, number>>();
      const oldestMinute = await db
        .selectFrom('scan_statistics')
        .select('at')
        .where('step', '=', 60)
        .orderBy('at')
        .limit(1)
        .executeTakeFirst();
      const minutesFrom = oldestMinute?.at ?? Number.POSITIVE_INFINITY;
      for (let start = from; start < to; ) {
        const isHours = start + hoursSpanMs <= minutesFrom;
        const end = Math.min(start + (isHours ? hoursSpanMs : minutesSpanMs), to);
        await turn();
        const rows = await db
          .selectFrom('scan_statistics')
          .select(['at', 'what'])
          .select((select) => select.fn.sum<number>('n').as('n'))
          .where('user_pool_id', '=', userPoolId)
          .where('at', '>=', start)
          .where('at', '<', end)
          .$if(applicationId !== undefined, (query) => query.where('application_id', '=', applicationId ?? ''))
          .groupBy(['at', 'what'])
          .execute();
        for (const { at, what, n } of rows) {
          const slot = from + Math.floor((at - from) / stepMs) * stepMs;
          const counters = slots.get(slot) ?? new Map<string, number>();
          slots.set(slot, counters.set(what, (counters.get(what) ?? 0) + Number(n)));
        }
        start = end;
      }
      return slots;
    },
  };
}
