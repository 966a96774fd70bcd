import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { LoginsEnd } from '../../../core/users/store.ts';
import type { SqlEngine, Tx } from '../engine/engine.ts';
import type { Schema } from '../engine/schema.ts';
import type { Recorder } from './audit.ts';

/** How many logins one statement names: SQLite takes 32,766 values. */
const namedAtOnce = 1_000;

/**
 * Ends the logins that the condition names, and returns how many ended. Whatever ends logins calls this one, in its own transaction: in it
 * are also noted those whose application wants to hear of it.
 */
export async function endLogins(
  tx: Tx,
  at: number,
  which: (where: ExpressionBuilder<Schema, 'login_sessions'>) => Expression<SqlBool>,
): Promise<number> {
  const ended = await tx
    .updateTable('login_sessions')
    .set({ revoked_at: at })
    .where('revoked_at', 'is', null)
    .where(which)
    .returning('id')
    .execute();
  for (let from = 0; from < ended.length; from += namedAtOnce) {
    const ids = ended.slice(from, from + namedAtOnce).map(({ id }) => id);
    await noteForApplications(tx, at, ids);
  }
  return ended.length;
}

/** A login that had expired already is no news to anybody. */
async function noteForApplications(tx: Tx, at: number, ids: readonly string[]): Promise<void> {
  const columns = ['login_session_id', 'user_pool_id', 'application_id', 'user_id', 'ended_at', 'attempts', 'due_at'];
  await tx
    .insertInto('logout_notices')
    .columns(columns as never)
    .expression((query) =>
      query
        .selectFrom('login_sessions as login')
        .innerJoin('applications as told', 'told.id', 'login.application_id')
        .where('login.id', 'in', [...ids])
        .where('login.expires_at', '>', at)
        .where('told.backchannel_logout_uri', 'is not', null)
        .select(({ val, cast }) => [
          'login.id',
          'login.user_pool_id',
          'login.application_id',
          'login.user_id',
          cast<number>(val(at), 'bigint').as('ended_at'),
          cast<number>(val(0), 'integer').as('attempts'),
          cast<number>(val(at), 'bigint').as('due_at'),
        ]),
    )
    .onConflict((conflict) => conflict.column('login_session_id').doNothing())
    .execute();
}

type PersonsEnd = LoginsEnd & { userId: string };

export async function revokeLogins(
  tx: Tx,
  record: Recorder,
  { userId, at, exceptId, event }: PersonsEnd,
): Promise<number> {
  await denyApprovedDevices(tx, userId);
  // The browser of the login that stays keeps its SSO login.
  await tx
    .updateTable('sso_logins')
    .set({ revoked_at: at })
    .where('revoked_at', 'is', null)
    .where('user_id', '=', userId)
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('login_sessions as kept')
            .select('kept.id')
            .where('kept.id', '=', exceptId ?? '')
            .whereRef('kept.sso_login_id', '=', 'sso_logins.id'),
        ),
      ),
    )
    .execute();
  const ended = await endLogins(tx, at, (where) =>
    where.and([where('user_id', '=', userId), ...(exceptId === undefined ? [] : [where('id', '!=', exceptId)])]),
  );
  if (ended > 0) await record(tx, event);
  return ended;
}

/**
 * Follows the transaction that changed a person and ended their logins. Where writers run beside each other, that one does not see a login which
 * somebody opens meanwhile who has read the person as they were. From now on whoever opens one finds the person changed.
 * @param endedBefore by that transaction: its event tells of these as well
 */
export async function revokeLateLogins(
  { db, locksRows }: SqlEngine,
  record: Recorder,
  end: PersonsEnd,
  endedBefore: number,
): Promise<void> {
  if (!locksRows) return;
  const isTold = endedBefore > 0;
  await db.transaction().execute((tx) => revokeLogins(tx, isTold ? async () => {} : record, end));
}

/**
 * Takes back what the person approved and no device has fetched yet. Before their logins end in the same transaction: a device that is
 * faster has a login by then, which ends with them.
 */
async function denyApprovedDevices(tx: Tx, userId: string, applicationIds?: readonly string[]): Promise<void> {
  await tx
    .updateTable('device_grants')
    .set((value) => ({ status: 'DENIED' as const, version: value('version', '+', 1) }))
    .where('approved_by', '=', userId)
    .where('status', '=', 'APPROVED')
    .$if(applicationIds !== undefined, (query) => query.where('application_id', 'in', [...(applicationIds ?? [])]))
    .execute();
}

/** Ends a person's logins with some applications, those that they confirmed elsewhere, and what they approved for devices that wait. */
export async function revokeLoginsWith(
  tx: Tx,
  userId: string,
  applicationIds: readonly string[],
  at: number,
): Promise<number> {
  if (applicationIds.length === 0) return 0;
  await denyApprovedDevices(tx, userId, applicationIds);
  return endLogins(tx, at, (where) =>
    where.and([
      where('user_id', '=', userId),
      where.or([
        where('application_id', 'in', [...applicationIds]),
        where('parent_id', 'in', (select) =>
          select
            .selectFrom('login_sessions as parent')
            .select('parent.id')
            .where('parent.user_id', '=', userId)
            .where('parent.application_id', 'in', [...applicationIds]),
        ),
      ]),
    ]),
  );
}

/** Ends the logins of an application that goes, and those its logins confirmed elsewhere. */
export async function revokeLoginsOf(tx: Tx, applicationId: string, at: number): Promise<void> {
  const itsLogins = tx.selectFrom('login_sessions').select('id').where('application_id', '=', applicationId);
  await endLogins(tx, at, (where) =>
    where.or([where('application_id', '=', applicationId), where('parent_id', 'in', itsLogins)]),
  );
}
