import { type BrowserSignIn, maxSsoLogins, type SsoLogin } from '../../../../core/sessions/sso-login.ts';
import type { SsoLoginStore } from '../../../../core/sessions/sso-store.ts';
import type { SqlEngine, Tx } from '../../engine/engine.ts';
import { deleteOldest } from '../../engine/purge.ts';
import type { SsoLoginTable } from '../../engine/schema.ts';
import type { Recorder } from '../audit.ts';
import { endLogins } from '../ended-logins.ts';

/** How many a new one ends at most. */
const endedAtOnce = 10;

export function createSsoLoginStore(engine: SqlEngine, record: Recorder): SsoLoginStore {
  const { db } = engine;

  /** Those that stand: ended neither by themselves nor by the phone's login that confirmed them. */
  const standing = (now: number) =>
    db
      .selectFrom('sso_logins')
      .where('sso_logins.revoked_at', 'is', null)
      .where('sso_logins.expires_at', '>', now)
      .where((where) =>
        where.or([
          where('sso_logins.parent_id', 'is', null),
          where.exists(
            where
              .selectFrom('login_sessions as phone')
              .select('phone.id')
              .whereRef('phone.id', '=', 'sso_logins.parent_id')
              .where('phone.revoked_at', 'is', null)
              .where('phone.expires_at', '>', now),
          ),
        ]),
      );

  return {
    open: (signIn, events) =>
      db.transaction().execute(async (tx) => {
        if (!(await openSsoLogin(tx, signIn))) return false;
        for (const event of events) await record(tx, event);
        return true;
      }),

    async findStanding(by, now) {
      const query = standing(now).selectAll('sso_logins');
      const named =
        'id' in by ? query.where('sso_logins.id', '=', by.id) : query.where('secret_hash', '=', by.secretHash);
      const row = await named.executeTakeFirst();
      return row ? toSsoLogin(row) : null;
    },

    async touch(id, usedAt, expiresAt) {
      await db
        .updateTable('sso_logins')
        .set({ used_at: usedAt, expires_at: expiresAt })
        .where('id', '=', id)
        .where('used_at', '<', usedAt)
        .execute();
    },

    revoke: (id, at, event) =>
      db.transaction().execute(async (tx) => {
        const ended = await revokeSsoLogins(tx, [id], at);
        if (ended > 0) await record(tx, event);
        return ended;
      }),

    async live(userId, now) {
      const rows = await standing(now)
        .selectAll('sso_logins')
        .select((select) =>
          select
            .selectFrom('login_sessions as child')
            .select((each) => each.fn.countAll<number>().as('count'))
            .whereRef('child.sso_login_id', '=', 'sso_logins.id')
            .where('child.revoked_at', 'is', null)
            .where('child.expires_at', '>', now)
            .as('logins_count'),
        )
        .where('sso_logins.user_id', '=', userId)
        .orderBy('sso_logins.created_at', 'desc')
        .orderBy('sso_logins.id')
        .limit(maxSsoLogins)
        .execute();
      return rows.map((row) => ({ ...toSsoLogin(row), loginsCount: Number(row.logins_count) }));
    },

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'sso_logins', key: 'id', instant: 'expires_at' }, before, limit),
  };
}

/** Signs a person in to a browser. False when the flow moved on; then nothing was written. */
export async function openSsoLogin(tx: Tx, { login, endsId, flow }: BrowserSignIn): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('interactions')
    .set({ state: flow.state, version: flow.version })
    .where('id_hash', '=', flow.idHash)
    .where('version', '=', flow.version - 1)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) return false;
  if (endsId !== null) await revokeSsoLogins(tx, [endsId], login.authenticatedAt);
  const crowded = await tx
    .selectFrom('sso_logins')
    .select('id')
    .where('user_id', '=', login.userId)
    .where('id', '!=', login.id)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(endedAtOnce)
    .offset(maxSsoLogins - 1)
    .execute();
  await revokeSsoLogins(
    tx,
    crowded.map(({ id }) => id),
    login.authenticatedAt,
  );
  const { id, ...columns } = toRow(login);
  await tx
    .insertInto('sso_logins')
    .values({ id, ...columns })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
    .execute();
  return true;
}

/** Ends SSO logins and every login that stands on them. */
export async function revokeSsoLogins(tx: Tx, ids: readonly string[], at: number): Promise<number> {
  if (ids.length === 0) return 0;
  const sso = await tx
    .updateTable('sso_logins')
    .set({ revoked_at: at })
    .where('revoked_at', 'is', null)
    .where('id', 'in', [...ids])
    .executeTakeFirstOrThrow();
  const standingOnIt = await endLogins(tx, at, (where) => where('sso_login_id', 'in', [...ids]));
  return Number(sso.numUpdatedRows) + standingOnIt;
}

function toRow(login: SsoLogin): SsoLoginTable {
  return {
    id: login.id,
    secret_hash: login.secretHash,
    user_pool_id: login.userPoolId,
    user_id: login.userId,
    application_id: login.applicationId,
    amr: JSON.stringify(login.amr),
    parent_id: login.parentId,
    created_at: login.createdAt,
    authenticated_at: login.authenticatedAt,
    used_at: login.usedAt,
    expires_at: login.expiresAt,
    revoked_at: login.revokedAt,
    ip: login.ip,
    user_agent: login.userAgent,
  };
}

function toSsoLogin(row: SsoLoginTable): SsoLogin {
  return {
    id: row.id,
    secretHash: row.secret_hash,
    userPoolId: row.user_pool_id,
    userId: row.user_id,
    applicationId: row.application_id,
    amr: JSON.parse(row.amr),
    parentId: row.parent_id,
    createdAt: row.created_at,
    authenticatedAt: row.authenticated_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    ip: row.ip,
    userAgent: row.user_agent,
  };
}
