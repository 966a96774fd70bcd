import { sql } from 'kysely';
import { expiredEvent } from '../../../core/qr/expiry.ts';
import { isFinished, outstandingStatuses, type QrSession } from '../../../core/qr/session.ts';
import type { FoundQrSession, ProfileWrite, QrSessionStore } from '../../../core/qr/store.ts';
import { type Prepared, prepare, rowParams, type SqlEngine, type Tx } from '../engine/engine.ts';
import type { QrSessionTable } from '../engine/schema.ts';
import type { Recorder } from './audit.ts';

type Stamps = Pick<QrSessionTable, 'created_at' | 'expires_at'>;
type InsertParams = Omit<QrSessionTable, keyof Stamps> & { lifetime_ms: number };
type ReplaceParams = Pick<QrSessionTable, 'id_hash' | (typeof changingColumns)[number]> & {
  previous_version: number;
  before: number;
};

const notedColumns = [
  'user_pool_id',
  'application_id',
  'custom_data',
  'generator_ip',
  'generator_network',
  'generator_user_agent',
  'with_custom_data',
  'made_by_application',
  'state',
  'browser_hash',
  'generator_language',
  'reported_by_site',
] as const;

const fixedColumns = ['id_hash', ...notedColumns] as const;

const statefulColumns = [
  'status',
  'version',
  'poll_binding',
  'binding_hash',
  'is_bound',
  'receiver_hash',
  'scanner_user_id',
  'scanner_login_session_id',
  'scanner_display_name',
  'scanner_photo',
  'scanner_door',
  'scanner_company',
  'ticket_key_id',
  'ticket_nonce',
  'ticket_hash',
  'failed_exchanges',
  'foreign_poll_seen',
  'delivered_session_id',
] as const;

const changingColumns = [...statefulColumns, 'expires_at'] as const;

/** The columns that `toSession` reads by position; in `toFound` the store's time follows them. The hash is left out, for the caller has it. */
const foundColumns = [...notedColumns, ...changingColumns, 'created_at'] as const;
type ValuesOf<Columns extends readonly (keyof QrSessionTable)[]> = {
  [Index in keyof Columns]: QrSessionTable[Columns[Index]];
};

/** Spelt exactly as in the partial indexes that answer it. */
const isOutstanding = sql<boolean>`status in (${sql.join(outstandingStatuses.map((status) => sql.lit(status)))})`;

export function createQrSessionStore(engine: SqlEngine, record: Recorder): QrSessionStore {
  const { db, now, locksRows } = engine;

  const findById: Prepared<{ idHash: string }, unknown> = prepare(engine, (param) =>
    db
      .selectFrom('qr_sessions')
      .select([...foundColumns])
      .select(now.as('now'))
      .where('id_hash', '=', param('idHash')),
  );

  const insertRow: Prepared<InsertParams, Stamps> = prepare(engine, (param) =>
    db
      .insertInto('qr_sessions')
      .values({
        ...rowParams(param, [...fixedColumns, ...statefulColumns]),
        created_at: now,
        expires_at: sql<number>`${now} + ${param('lifetime_ms')}`,
      })
      .returning(['created_at', 'expires_at']),
  );

  const replaceRow: Prepared<ReplaceParams, unknown> = prepare(engine, (param) =>
    db
      .updateTable('qr_sessions')
      .set(rowParams(param, changingColumns))
      .where('id_hash', '=', param('id_hash'))
      .where('version', '=', param('previous_version'))
      .where(now, '<', param('before')),
  );

  const countBy = {
    application_id: prepareCount('application_id'),
    generator_network: prepareCount('generator_network'),
    scanner_user_id: prepareCount('scanner_user_id'),
  };

  function prepareCount(
    column: 'application_id' | 'generator_network' | 'scanner_user_id',
  ): Prepared<{ value: string; limit: number }, { count: number }> {
    return prepare(engine, (param) =>
      db
        .selectFrom(
          db
            .selectFrom('qr_sessions')
            .select('expires_at')
            .where(column, '=', param('value'))
            .where('expires_at', '>', now)
            .where(isOutstanding)
            .limit(param('limit'))
            .as('outstanding'),
        )
        .select((select) => select.fn.countAll<number>().as('count')),
    );
  }

  async function countOutstanding(
    by: Parameters<QrSessionStore['countOutstanding']>[0],
    limit: number,
  ): Promise<number> {
    const row = await ('applicationId' in by
      ? countBy.application_id.first({ value: by.applicationId, limit })
      : 'generatorNetwork' in by
        ? countBy.generator_network.first({ value: by.generatorNetwork, limit })
        : countBy.scanner_user_id.first({ value: by.scannedBy, limit }));
    return row?.count ?? 0;
  }

  return {
    async insert(session, lifetimeSeconds, event) {
      const parameters = { ...toFixed(session), ...toState(session), lifetime_ms: lifetimeSeconds * 1000 };
      const query = insertRow.bind(parameters);
      return db.transaction().execute(async (tx) => {
        const { rows } = await tx.executeQuery<Stamps>(query);
        await record(tx, event);
        const stamps = rows[0];
        if (!stamps) throw new Error('the inserted row was not returned');
        return { ...session, createdAt: stamps.created_at, expiresAt: stamps.expires_at };
      });
    },

    find: (idHash) => findById.firstValues({ idHash }).then((values) => toFound(idHash, values)),

    async replace(next, before, event, profile) {
      const query = replaceRow.bind({
        ...toState(next),
        id_hash: next.idHash,
        expires_at: next.expiresAt,
        previous_version: next.version - 1,
        before,
      });
      const move = db.transaction().execute(async (tx) => {
        const { numAffectedRows } = await tx.executeQuery(query);
        if (numAffectedRows !== 1n) return false;
        if (profile && !(await writeProfile(tx, record, profile))) throw new LostRace();
        if (event) await record(tx, event);
        return true;
      });
      return profile ? move.catch(falseWhenLost) : move;
    },

    countOutstanding,

    async newestOutstanding(applicationId, limit) {
      const rows = await db
        .selectFrom('qr_sessions')
        .selectAll()
        .where('application_id', '=', applicationId)
        .where('expires_at', '>', now)
        .where(isOutstanding)
        .orderBy('expires_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },

    takePlace: async (scannedBy, _code, limit) => (await countOutstanding({ scannedBy }, limit)) < limit,

    purge: (graceMs, limit) =>
      db.transaction().execute(async (tx) => {
        const deleted = await tx
          .with(
            (name) => name('overdue').materialized(),
            (from) =>
              from
                .selectFrom('qr_sessions')
                .select('id_hash')
                .where('expires_at', '<', sql<number>`${now} - ${graceMs}`)
                .orderBy('expires_at')
                .limit(limit)
                // Nodes that purge at the same time take different rows.
                .$if(locksRows, (query) => query.forUpdate().skipLocked()),
          )
          .deleteFrom('qr_sessions')
          .where('id_hash', 'in', (from) => from.selectFrom('overdue').select('id_hash'))
          .returningAll()
          .execute();
        const expired = deleted.filter((row) => !isFinished(row));
        for (const row of expired) await record(tx, expiredEvent(fromRow(row)));
        return { deleted: deleted.length, expired: expired.length };
      }),
  };
}

/** Writes the profile that comes with a move; returns false, and writes nothing, when the profile has another version. */
export async function writeProfile(tx: Tx, record: Recorder, write: ProfileWrite): Promise<boolean> {
  const { userId, userVersion, customData, at, event } = write;
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({ custom_data: JSON.stringify(customData), updated_at: at, version: userVersion + 1 })
    .where('id', '=', userId)
    .where('version', '=', userVersion)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows !== 1n) return false;
  await record(tx, event);
  return true;
}

/** Thrown to undo a move whose profile write came too late. */
class LostRace extends Error {}

function falseWhenLost(error: unknown): false {
  if (error instanceof LostRace) return false;
  throw error;
}

function toFixed(session: Omit<QrSession, 'createdAt' | 'expiresAt'>) {
  return {
    id_hash: session.idHash,
    user_pool_id: session.userPoolId,
    application_id: session.applicationId,
    custom_data: session.customData,
    generator_ip: session.generatorIp,
    generator_network: session.generatorNetwork,
    generator_user_agent: session.generatorUserAgent,
    with_custom_data: Number(session.withCustomData),
    made_by_application: Number(session.isMadeByApplication),
    state: session.state,
    browser_hash: session.browserHash,
    generator_language: session.generatorLanguage,
    reported_by_site: Number(session.isReportedBySite),
  };
}

function toState(session: Omit<QrSession, 'createdAt' | 'expiresAt'>) {
  const { scanner, ticket } = session;
  return {
    status: session.status,
    version: session.version,
    poll_binding: session.pollBinding,
    binding_hash: session.bindingHash,
    is_bound: Number(session.isBound),
    receiver_hash: session.receiverHash,
    scanner_user_id: scanner?.userId ?? null,
    scanner_login_session_id: scanner?.loginSessionId ?? null,
    scanner_display_name: scanner?.displayName ?? null,
    scanner_photo: scanner?.photo ?? null,
    scanner_door: scanner?.door ?? null,
    scanner_company: scanner?.company === undefined ? null : JSON.stringify(scanner.company),
    ticket_key_id: ticket?.keyId ?? null,
    ticket_nonce: ticket?.nonce ?? null,
    ticket_hash: ticket?.hash ?? null,
    failed_exchanges: session.failedExchanges,
    foreign_poll_seen: Number(session.foreignPollSeen),
    delivered_session_id: session.deliveredSessionId,
  };
}

function toFound(idHash: string, values: readonly unknown[] | undefined): FoundQrSession | null {
  if (!values) return null;
  return { session: toSession(idHash, values), now: values[foundColumns.length] as number };
}

function fromRow(row: QrSessionTable): QrSession {
  return toSession(
    row.id_hash,
    foundColumns.map((column) => row[column]),
  );
}

/** Reads the values by their position in `foundColumns`. */
function toSession(idHash: string, values: readonly unknown[]): QrSession {
  const [
    userPoolId,
    applicationId,
    customData,
    generatorIp,
    generatorNetwork,
    generatorUserAgent,
    withCustomData,
    isMadeByApplication,
    state,
    browserHash,
    generatorLanguage,
    reportedBySite,
    status,
    version,
    pollBinding,
    bindingHash,
    isBound,
    receiverHash,
    scannerUserId,
    scannerLoginSessionId,
    scannerDisplayName,
    scannerPhoto,
    scannerDoor,
    scannerCompany,
    ticketKeyId,
    ticketNonce,
    ticketHash,
    failedExchanges,
    foreignPollSeen,
    deliveredSessionId,
    expiresAt,
    createdAt,
  ] = values as unknown as ValuesOf<typeof foundColumns>;
  return {
    idHash,
    userPoolId,
    applicationId,
    status,
    version,
    createdAt,
    expiresAt,
    customData,
    withCustomData: withCustomData === 1,
    isMadeByApplication: isMadeByApplication === 1,
    state,
    browserHash,
    generatorLanguage,
    isReportedBySite: reportedBySite === 1,
    generatorIp,
    generatorNetwork,
    generatorUserAgent,
    pollBinding,
    bindingHash,
    isBound: isBound === 1,
    receiverHash,
    scanner:
      scannerUserId === null
        ? null
        : {
            userId: scannerUserId,
            loginSessionId: scannerLoginSessionId ?? '',
            displayName: scannerDisplayName ?? '',
            photo: scannerPhoto ?? '',
            ...(scannerDoor !== null && { door: scannerDoor }),
            ...(scannerCompany !== null && { company: JSON.parse(scannerCompany) }),
          },
    ticket: ticketHash === null ? null : { keyId: ticketKeyId ?? '', nonce: ticketNonce ?? '', hash: ticketHash },
    failedExchanges,
    foreignPollSeen: foreignPollSeen === 1,
    deliveredSessionId,
  };
}
