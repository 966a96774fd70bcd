import { type Selectable, sql } from 'kysely';
import type { AuditEvent, AuditType } from '../../../core/audit/event.ts';
import type { AuditStore } from '../../../core/audit/store.ts';
import { type Param, prepare, type SqlEngine, type Tx } from '../engine/engine.ts';
import type { AuditEventTable } from '../engine/schema.ts';
import { createEventReader } from '../reading/events.ts';

/** Writes an event as part of the change it belongs to: both are there, or neither. */
export type Recorder<Answer = void> = (tx: Tx, event: AuditEvent) => Promise<Answer>;

type EventParams = Omit<AuditEvent, 'detail' | 'count' | 'repeatOf'> & {
  detail: string;
  accessKeyId: string | null;
  administratorId: string | null;
};

export function createRecorder(engine: SqlEngine): Recorder {
  const insert = prepare<EventParams, unknown>(engine, (param) => insertion(engine, param));
  return async (tx, event) => {
    await tx.executeQuery(insert.bindUnanswered(toParams(event)));
  };
}

/** Writes an event that may be stored already: returns false then, and writes nothing. */
export function createRecorderOfNew(engine: SqlEngine): Recorder<boolean> {
  const insert = prepare<EventParams, unknown>(engine, (param) =>
    insertion(engine, param).onConflict((conflict) => conflict.doNothing()),
  );
  return async (tx, event) => (await tx.executeQuery(insert.bind(toParams(event)))).numAffectedRows === 1n;
}

type CountedParams = EventParams & { repeatOf: string; count: number };

/** Records refusals: the first of a minute is stored as an event, and repeats raise its count. */
function createCounter(engine: SqlEngine): Recorder {
  const insert = prepare<CountedParams, unknown>(engine, (param) =>
    engine.db
      .insertInto('audit_events')
      .values({
        ...columns(engine, param),
        repeat_of: param('repeatOf'),
        minute: sql<number>`cast(${instant(engine, param)} / 60000 as bigint)`,
        count: sql<number>`cast(${param('count')} as bigint)`,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['repeat_of', 'minute'])
          .where('repeat_of', 'is not', null)
          .doUpdateSet((set) => ({ count: set('audit_events.count', '+', set.ref('excluded.count')) })),
      ),
  );
  return async (tx, event) => {
    const { repeatOf = '', count = 1 } = event;
    await tx.executeQuery(insert.bind({ ...toParams(event), repeatOf, count }));
  };
}

const insertion = (engine: SqlEngine, param: Param<EventParams>) =>
  engine.db.insertInto('audit_events').values(columns(engine, param));

const instant = (engine: SqlEngine, param: Param<EventParams>) =>
  sql<number>`coalesce(cast(${param('at')} as bigint), ${engine.now})`;

function columns(engine: SqlEngine, param: Param<EventParams>) {
  return {
    id: param('id'),
    type: param('type'),
    at: instant(engine, param),
    user_pool_id: param('userPoolId'),
    application_id: param('applicationId'),
    user_id: param('userId'),
    login_session_id: param('loginSessionId'),
    ip: param('ip'),
    user_agent: param('userAgent'),
    code_hash: param('codeHash'),
    request_id: param('requestId'),
    detail: param('detail'),
    access_key_id: param('accessKeyId'),
    administrator_id: param('administratorId'),
  };
}

function toParams(event: AuditEvent): EventParams {
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    ...event,
    detail: JSON.stringify(event.detail),
    accessKeyId: text(event.detail.accessKeyId),
    administratorId: text(event.detail.administratorId),
  };
}

export function createAuditStore(engine: SqlEngine, record: Recorder): AuditStore {
  const count = createCounter(engine);
  const { placeBefore: _, ...reader } = createEventReader(engine, toEvent);

  return {
    append: (event) =>
      engine.db.transaction().execute((tx) => (event.repeatOf === undefined ? record(tx, event) : count(tx, event))),

    async list({ userPoolId, type, codeHash, limit }) {
      const rows = await engine.db
        .selectFrom('audit_events')
        .selectAll()
        .$if(userPoolId !== undefined, (query) => query.where('user_pool_id', '=', userPoolId ?? null))
        .$if(type !== undefined, (query) => query.where('type', '=', type as AuditType))
        .$if(codeHash !== undefined, (query) => query.where('code_hash', '=', codeHash ?? null))
        .orderBy('seq', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toEvent);
    },

    ...reader,

    async purge(before, limit) {
      const { db, locksRows } = engine;
      // Deletes by order of arrival, which has an index. An index of instants would make every event of every login dearer.
      const { numDeletedRows } = await db
        .with(
          (name) => name('due').materialized(),
          (from) =>
            from
              .selectFrom('audit_events')
              .select('seq')
              .where('seq', '<=', (last) =>
                last
                  .selectFrom((head) =>
                    head.selectFrom('audit_events').select('seq').orderBy('seq').limit(limit).as('head'),
                  )
                  .select((select) => select.fn.max('head.seq').as('seq')),
              )
              .where('at', '<', before)
              .$if(locksRows, (query) => query.forUpdate().skipLocked()),
        )
        .deleteFrom('audit_events')
        .where('seq', 'in', (from) => from.selectFrom('due').select('seq'))
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}

export function toEvent(row: Selectable<AuditEventTable>): AuditEvent {
  return {
    id: row.id,
    type: row.type,
    at: row.at,
    userPoolId: row.user_pool_id,
    applicationId: row.application_id,
    userId: row.user_id,
    loginSessionId: row.login_session_id,
    ip: row.ip,
    userAgent: row.user_agent,
    codeHash: row.code_hash,
    requestId: row.request_id,
    detail: JSON.parse(row.detail),
    ...(Number(row.count) > 1 ? { count: Number(row.count) } : {}),
  };
}
