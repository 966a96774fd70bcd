import type { LoginSession } from '../../../../core/sessions/login-session.ts';
import type { Room } from '../../../../core/sessions/room.ts';
import { type Prepared, prepare, rowParams, type SqlEngine, type Tx } from '../../engine/engine.ts';
import type { LoginSessionTable } from '../../engine/schema.ts';
import type { Recorder } from '../audit.ts';
import { endLogins } from '../ended-logins.ts';

/** Stores a login as part of the change that opens it, and ends those that make room for it, with what they confirmed. */
type LoginOpener = (tx: Tx, session: LoginSession, room: Room) => Promise<void>;

/** How many logins a new one ends at most. Where there are more than there is room for, later logins end the rest. */
const endedAtOnce = 10;
/** With room for so many more, logins of one person do not wait for each other. More than that, begun at the same time, may exceed the room. */
const roomToSpare = 20;

export function createLoginOpener(engine: SqlEngine, record: Recorder): LoginOpener {
  const { db, locksRows } = engine;

  const findCrowded: Prepared<{ userId: string; applicationId: string; now: number; kept: number }, { id: string }> =
    prepare(engine, (param) =>
      db
        .selectFrom('login_sessions')
        .select('id')
        .where('user_id', '=', param('userId'))
        .where('application_id', '=', param('applicationId'))
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', param('now'))
        .orderBy('created_at', 'desc')
        .limit(endedAtOnce)
        .offset(param('kept')),
    );

  const insert: Prepared<LoginSessionTable, unknown> = prepare(engine, (param) =>
    db.insertInto('login_sessions').values(rowParams(param, columns)),
  );

  async function makeRoom(tx: Tx, session: LoginSession, room: Room): Promise<void> {
    const { userId, applicationId, createdAt: now } = session;
    const beyond = async (kept: number) => {
      const crowded = findCrowded.bind({ userId, applicationId, now, kept: Math.max(kept, 0) });
      return (await tx.executeQuery<{ id: string }>(crowded)).rows.map(({ id }) => id);
    };
    if (locksRows) {
      if ((await beyond(room.max - 1 - roomToSpare)).length === 0) return;
      // The lock lets one login of a person follow the other: two at the same time would not see each other.
      await tx.selectFrom('users').select('id').where('id', '=', userId).forUpdate().execute();
    }
    const ids = await beyond(room.max - 1);
    if (ids.length === 0) return;
    await endLogins(tx, now, (where) => where.or([where('id', 'in', ids), where('parent_id', 'in', ids)]));
    for (const id of ids) await record(tx, room.ended(id));
  }

  return async (tx, session, room) => {
    await makeRoom(tx, session, room);
    await tx.executeQuery(insert.bindUnanswered(toRow(session)));
  };
}

const columns = [
  ...(['id', 'user_pool_id', 'application_id', 'user_id', 'amr', 'birth', 'parent_id', 'sso_login_id'] as const),
  ...(['scope', 'created_at', 'authenticated_at', 'expires_at', 'revoked_at'] as const),
  ...(['ip', 'user_agent', 'browser_hash'] as const),
] as const satisfies (keyof LoginSessionTable)[];

function toRow(session: LoginSession): LoginSessionTable {
  return {
    id: session.id,
    user_pool_id: session.userPoolId,
    application_id: session.applicationId,
    user_id: session.userId,
    amr: JSON.stringify(session.amr),
    birth: session.birth,
    parent_id: session.parentId,
    sso_login_id: session.ssoLoginId,
    scope: session.scope,
    created_at: session.createdAt,
    authenticated_at: session.authenticatedAt,
    expires_at: session.expiresAt,
    revoked_at: session.revokedAt,
    ip: session.ip,
    user_agent: session.userAgent,
    browser_hash: session.browserHash,
  };
}
