import type { AuditEvent } from '../../../core/audit/event.ts';
import type { ProfileWrite } from '../../../core/qr/store.ts';
import type { SqlEngine, Tx } from '../engine/engine.ts';
import type { Recorder } from './audit.ts';
import { writeProfile } from './qr-sessions.ts';

/**
 * The database's part of a change that is kept elsewhere: committed first, taken back when refused, so no change is told without its
 * record (threats T50). After a crash in between, the record tells of a change that did not happen.
 */
export interface CompanionWrites {
  /** Null, and nothing written, when the profile has another version. */
  commit(event: AuditEvent | null, profile?: ProfileWrite): Promise<Companion | null>;
  /** Records unfinished QR sessions, once for all nodes; returns how many. Redeemed ones may look unfinished in their store. */
  recordExpired(events: readonly AuditEvent[]): Promise<number>;
}

export interface Companion {
  /** Undoes the commit; only the profile's version number stays raised. */
  takeBack(): Promise<void>;
}

const nothingWritten: Companion = { takeBack: async () => {} };

export function createCompanionWrites(
  { db }: SqlEngine,
  record: Recorder,
  recordIfNew: Recorder<boolean>,
): CompanionWrites {
  async function removeEvent(tx: Tx, { id, codeHash }: AuditEvent): Promise<void> {
    await tx
      .deleteFrom('audit_events')
      .where('id', '=', id)
      // There is an index of code hashes and none of event ids.
      .$if(codeHash !== null, (query) => query.where('code_hash', '=', codeHash))
      .execute();
  }

  async function redeemedOf(tx: Tx, events: readonly AuditEvent[]): Promise<Set<string>> {
    const codeHashes = events.map(({ codeHash }) => codeHash).filter((codeHash) => codeHash !== null);
    if (codeHashes.length === 0) return new Set();
    const rows = await tx.selectFrom('redemptions').select('code_hash').where('code_hash', 'in', codeHashes).execute();
    return new Set(rows.map((row) => row.code_hash));
  }

  function readProfile(tx: Tx, { userId, userVersion }: ProfileWrite) {
    return tx
      .selectFrom('users')
      .select(['custom_data', 'updated_at'])
      .where('id', '=', userId)
      .where('version', '=', userVersion)
      .executeTakeFirst();
  }

  return {
    async commit(event, profile) {
      if (event === null && profile === undefined) return nothingWritten;
      return db.transaction().execute(async (tx) => {
        const before = profile && (await readProfile(tx, profile));
        if (profile && !(before && (await writeProfile(tx, record, profile)))) return null;
        if (event) await record(tx, event);
        return {
          takeBack: () =>
            db.transaction().execute(async (undoing) => {
              if (event) await removeEvent(undoing, event);
              if (!profile || !before) return;
              const { numUpdatedRows } = await undoing
                .updateTable('users')
                // A version that was read is never given to other content.
                .set({ ...before, version: profile.userVersion + 2 })
                .where('id', '=', profile.userId)
                .where('version', '=', profile.userVersion + 1)
                .executeTakeFirstOrThrow();
              // A later write was built on ours: then ours stays, with its event.
              if (numUpdatedRows === 1n) await removeEvent(undoing, profile.event);
            }),
        };
      });
    },

    recordExpired: (events) =>
      db.transaction().execute(async (tx) => {
        const redeemed = await redeemedOf(tx, events);
        let recorded = 0;
        for (const event of events) {
          if (event.codeHash !== null && redeemed.has(event.codeHash)) continue;
          if (await recordIfNew(tx, event)) recorded += 1;
        }
        return recorded;
      }),
  };
}
