import type { Redemption, RedemptionStore } from '../../../../core/qr/redemption-store.ts';
import { type Prepared, prepare, rowParams, type SqlEngine, type Tx } from '../../engine/engine.ts';
import { deleteOldest } from '../../engine/purge.ts';
import type { QrSessionTable, RedemptionTable } from '../../engine/schema.ts';
import type { Recorder } from '../audit.ts';
import { createLoginOpener } from '../logins/opened-logins.ts';
import { createRefreshTokenWriter } from '../refresh-tokens.ts';
import { openSsoLogin } from './sso-logins.ts';

export function createRedemptionStore(engine: SqlEngine, record: Recorder): RedemptionStore {
  const { db, locksRows } = engine;
  const openLogin = createLoginOpener(engine, record);
  const insertRefreshToken = createRefreshTokenWriter(engine);

  const findStatus: Prepared<{ codeHash: string }, Pick<QrSessionTable, 'status'>> = prepare(engine, (param) =>
    db
      .selectFrom('qr_sessions')
      .select('status')
      .where('id_hash', '=', param('codeHash'))
      .$if(locksRows, (query) => query.forUpdate()),
  );

  const insertNew: Prepared<RedemptionTable, unknown> = prepare(engine, (param) =>
    db
      .insertInto('redemptions')
      .values(rowParams(param, columns))
      .onConflict((conflict) => conflict.doNothing()),
  );

  const consume: Prepared<{ codeHash: string }, unknown> = prepare(engine, (param) =>
    db
      .updateTable('qr_sessions')
      .set((set) => ({ status: 'CONSUMED', version: set('version', '+', 1) }))
      .where('id_hash', '=', param('codeHash')),
  );

  return {
    redeem: ({ redemption, events, ...opens }) =>
      undoable(db, async (tx) => {
        // Where the QR session lives here, it must still wait for its redemption: it may have been voided since the caller looked.
        const [session] = (await tx.executeQuery<Pick<QrSessionTable, 'status'>>(findStatus.bind(redemption))).rows;
        if (session && session.status !== 'AUTHORIZED') return false;
        // This insert decides everywhere: tickets and QR sessions are unique in it.
        const { numAffectedRows } = await tx.executeQuery(insertNew.bind(toRow(redemption)));
        if (numAffectedRows !== 1n) return false;
        await tx.executeQuery(consume.bindUnanswered(redemption));
        if ('signIn' in opens) {
          if (!(await openSsoLogin(tx, opens.signIn))) throw new Undone();
        } else {
          await openLogin(tx, opens.loginSession, opens.room);
          if (opens.refreshToken) await insertRefreshToken(tx, opens.refreshToken);
        }
        for (const event of events) await record(tx, event);
        return true;
      }),

    async findByTicket(ticketHash) {
      const row = await db
        .selectFrom('redemptions')
        .selectAll()
        .where('ticket_hash', '=', ticketHash)
        .executeTakeFirst();
      return row ? toRedemption(row) : null;
    },

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'redemptions', key: 'ticket_hash', instant: 'redeemed_at' }, before, limit),
  };
}

/** Takes back what a transaction wrote. */
class Undone extends Error {}

async function undoable(db: SqlEngine['db'], work: (tx: Tx) => Promise<boolean>): Promise<boolean> {
  try {
    return await db.transaction().execute(work);
  } catch (error) {
    if (error instanceof Undone) return false;
    throw error;
  }
}

const columns = [
  'ticket_hash',
  'code_hash',
  'user_pool_id',
  'application_id',
  'login_session_id',
  'redeemed_at',
  'caller_hash',
] as const satisfies (keyof RedemptionTable)[];

function toRow(redemption: Redemption): RedemptionTable {
  return {
    ticket_hash: redemption.ticketHash,
    code_hash: redemption.codeHash,
    user_pool_id: redemption.userPoolId,
    application_id: redemption.applicationId,
    login_session_id: redemption.loginSessionId,
    redeemed_at: redemption.redeemedAt,
    caller_hash: redemption.callerHash,
  };
}

function toRedemption(row: RedemptionTable): Redemption {
  return {
    ticketHash: row.ticket_hash,
    codeHash: row.code_hash,
    userPoolId: row.user_pool_id,
    applicationId: row.application_id,
    loginSessionId: row.login_session_id,
    redeemedAt: row.redeemed_at,
    callerHash: row.caller_hash,
  };
}
