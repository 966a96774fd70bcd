import { type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { LoginSession } from '../../../../core/sessions/login-session.ts';
import type { LoginSessionStore } from '../../../../core/sessions/store.ts';
import { type Prepared, prepare, type SqlEngine } from '../../engine/engine.ts';
import { deleteOldest } from '../../engine/purge.ts';
import type { LoginSessionTable, Schema } from '../../engine/schema.ts';
import type { Recorder } from '../audit.ts';
import { endLogins, revokeLogins, revokeLoginsWith } from '../ended-logins.ts';
import { createLoginOpener } from './opened-logins.ts';

export function createLoginSessionStore(engine: SqlEngine, record: Recorder): LoginSessionStore {
  const { db } = engine;
  const openLogin = createLoginOpener(engine, record);

  // Every request with an access token asks whether its login session still stands.
  const findById: Prepared<{ id: string }, LoginSessionTable> = prepare(engine, (param) =>
    db.selectFrom('login_sessions').selectAll().where('id', '=', param('id')),
  );

  return {
    insert: (session, event, room) =>
      db.transaction().execute(async (tx) => {
        await openLogin(tx, session, room);
        await record(tx, event);
      }),

    insertOnce: (session, event, room) =>
      db.transaction().execute(async (tx) => {
        // The lock lets one request of a person follow the other: two at the same time would both find nothing.
        if (engine.locksRows)
          await tx.selectFrom('users').select('id').where('id', '=', session.userId).forUpdate().execute();
        const there = await tx
          .selectFrom('login_sessions')
          .select('id')
          .where('id', '=', session.id)
          .executeTakeFirst();
        if (there !== undefined) return false;
        await openLogin(tx, session, room);
        await record(tx, event);
        return true;
      }),

    async prolong(id, expiresAt) {
      await db
        .updateTable('login_sessions')
        .set({ expires_at: expiresAt })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .where('expires_at', '<', expiresAt)
        .execute();
    },

    async find(id) {
      const row = await findById.first({ id });
      return row ? toLoginSession(row) : null;
    },

    revoke: (id, at, event) =>
      db.transaction().execute(async (tx) => {
        const ended = await endLogins(tx, at, (where) => where.or([where('id', '=', id), where('parent_id', '=', id)]));
        if (ended > 0) await record(tx, event);
        return ended;
      }),

    revokeAll: (userId, at, event) => db.transaction().execute((tx) => revokeLogins(tx, record, { userId, at, event })),

    revokeWith: (userId, applicationIds, at, event) =>
      db.transaction().execute(async (tx) => {
        const ended = await revokeLoginsWith(tx, userId, applicationIds, at);
        if (ended > 0) await record(tx, event);
        return ended;
      }),

    async history({ userId, applicationId, ip, from, to, offset, limit }) {
      const matching = db
        .selectFrom('login_sessions')
        .where('user_id', '=', userId)
        .$if(applicationId !== undefined, (query) => query.where('application_id', '=', applicationId ?? ''))
        .$if(ip !== undefined, (query) => query.where('ip', '=', ip ?? ''))
        .$if(from !== undefined, (query) => query.where('created_at', '>=', from ?? 0))
        .$if(to !== undefined, (query) => query.where('created_at', '<=', to ?? 0));
      const [count, rows] = await Promise.all([
        matching.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
        matching.selectAll().orderBy('created_at', 'desc').orderBy('id').limit(limit).offset(offset).execute(),
      ]);
      return { totalCount: Number(count.total), logins: rows.map(toLoginSession) };
    },

    async applicationsOf(userId) {
      const rows = await db
        .selectFrom('login_sessions')
        .select('application_id')
        .distinct()
        .where('user_id', '=', userId)
        .orderBy('application_id')
        .execute();
      return rows.map((row) => row.application_id);
    },

    async live(userId, now, { offset, limit, notOn = [] }) {
      const standing = db
        .selectFrom('login_sessions')
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .$if(notOn.length > 0, (query) =>
          query.where((where) =>
            where.or([where('sso_login_id', 'is', null), where('sso_login_id', 'not in', [...notOn])]),
          ),
        );
      const [count, rows] = await Promise.all([
        standing.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
        standing
          .selectAll()
          .select((select) => confirmedCount(select, now).as('confirmed_count'))
          .orderBy('created_at', 'desc')
          .orderBy('id')
          .limit(limit)
          .offset(offset)
          .execute(),
      ]);
      return {
        totalCount: Number(count.total),
        logins: rows.map((row) => ({ ...toLoginSession(row), confirmedCount: Number(row.confirmed_count) })),
      };
    },

    async page(userId, state, now, { after, limit }) {
      const rows = await db
        .selectFrom('login_sessions')
        .selectAll()
        .select((select) => confirmedCount(select, now).as('confirmed_count'))
        .where('user_id', '=', userId)
        .$if(state === 'standing', (query) => query.where('revoked_at', 'is', null).where('expires_at', '>', now))
        .$if(state === 'ended', (query) =>
          query.where((where) => where.or([where('revoked_at', 'is not', null), where('expires_at', '<=', now)])),
        )
        .$if(after !== null, (query) =>
          query.where(sql<SqlBool>`(created_at, id) < (cast(${after?.createdAt} as bigint), ${after?.id})`),
        )
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...toLoginSession(row), confirmedCount: Number(row.confirmed_count) }));
    },

    async standingOf(userPoolId, ids, amr, now) {
      if (ids.length === 0) return [];
      const rows = await db
        .selectFrom('login_sessions')
        .select(['id', 'amr'])
        .where('id', 'in', [...ids])
        .where('user_pool_id', '=', userPoolId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .execute();
      return rows.filter((row) => amr === undefined || JSON.parse(row.amr).includes(amr)).map(({ id }) => id);
    },

    revokeSome: (ids, at, event, userId) =>
      db.transaction().execute(async (tx) => {
        if (ids.length === 0) return 0;
        const named = () =>
          tx
            .selectFrom('login_sessions as named')
            .where('named.id', 'in', [...ids])
            .$if(userId !== null, (query) => query.where('named.user_id', '=', userId ?? ''));
        // A browser whose SSO login stayed would be signed in again without a question.
        await tx
          .updateTable('sso_logins')
          .set({ revoked_at: at })
          .where('revoked_at', 'is', null)
          .where('id', 'in', named().select('named.sso_login_id').where('named.sso_login_id', 'is not', null) as never)
          .execute();
        const ended = await endLogins(tx, at, (where) =>
          where.or([
            where('id', 'in', named().select('named.id')),
            where('parent_id', 'in', named().select('named.id')),
          ]),
        );
        if (ended > 0) await record(tx, event);
        return ended;
      }),

    async liveApplicationsOf(userId, now) {
      const rows = await db
        .selectFrom('login_sessions')
        .select('application_id')
        .distinct()
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .orderBy('application_id')
        .execute();
      return rows.map((row) => row.application_id);
    },

    forgetBrowser: (userId, browserHash, at, event) =>
      db.transaction().execute(async (tx) => {
        const ended = await endLogins(tx, at, (where) =>
          where.and([where('user_id', '=', userId), where('browser_hash', '=', browserHash)]),
        );
        await tx
          .updateTable('login_sessions')
          .set({ browser_hash: null })
          .where('user_id', '=', userId)
          .where('browser_hash', '=', browserHash)
          .execute();
        if (ended > 0) await record(tx, event);
        return ended;
      }),

    async knowsBrowser(userId, browserHash) {
      const row = await db
        .selectFrom('login_sessions')
        .select('id')
        .where('user_id', '=', userId)
        .where('browser_hash', '=', browserHash)
        .limit(1)
        .executeTakeFirst();
      return row !== undefined;
    },

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'login_sessions', key: 'id', instant: 'expires_at' }, before, limit),
  };
}

/** How many standing logins the login confirmed. */
const confirmedCount = (select: ExpressionBuilder<Schema, 'login_sessions'>, now: number) =>
  select
    .selectFrom('login_sessions as child')
    .select((each) => each.fn.countAll<number>().as('count'))
    .whereRef('child.parent_id', '=', 'login_sessions.id')
    .where('child.revoked_at', 'is', null)
    .where('child.expires_at', '>', now);

function toLoginSession(row: LoginSessionTable): LoginSession {
  return {
    id: row.id,
    userPoolId: row.user_pool_id,
    applicationId: row.application_id,
    userId: row.user_id,
    amr: JSON.parse(row.amr),
    birth: row.birth ?? 'signIn',
    parentId: row.parent_id,
    ssoLoginId: row.sso_login_id,
    scope: row.scope,
    createdAt: row.created_at,
    authenticatedAt: row.authenticated_at ?? row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    ip: row.ip,
    userAgent: row.user_agent,
    browserHash: row.browser_hash,
  };
}
