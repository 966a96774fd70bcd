import { maxPasscodeFailures, type PasscodeStore } from '../../core/users/passcode-store.ts';
import type { SqlEngine, Tx } from './engine.ts';
import { deleteOldest } from './purge.ts';
import type { PasscodeTable } from './schema.ts';

export function createPasscodeStore(engine: SqlEngine): PasscodeStore {
  const { db } = engine;

  return {
    async put(passcode, sentBefore) {
      const { slot_hash, ...columns }: PasscodeTable = {
        slot_hash: passcode.slotHash,
        code_hash: passcode.codeHash,
        sent_at: passcode.sentAt,
        expires_at: passcode.expiresAt,
        failures: 0,
      };
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('passcodes')
        .values({ slot_hash, ...columns })
        .onConflict((conflict) =>
          conflict.column('slot_hash').doUpdateSet(columns).where('passcodes.sent_at', '<=', sentBefore),
        )
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },

    async findSentAt(slotHash) {
      const row = await db
        .selectFrom('passcodes')
        .select('sent_at')
        .where('slot_hash', '=', slotHash)
        .executeTakeFirst();
      return row?.sent_at ?? null;
    },

    take: (slotHash, codeHash, now) =>
      db.transaction().execute(async (tx) => {
        if (!(await countGuess(tx, slotHash))) return false;
        const { numDeletedRows } = await tx
          .deleteFrom('passcodes')
          .where('slot_hash', '=', slotHash)
          .where('code_hash', '=', codeHash)
          .where('expires_at', '>', now)
          .executeTakeFirstOrThrow();
        return numDeletedRows === 1n;
      }),

    check: (slotHash, codeHash, now) =>
      db.transaction().execute(async (tx) => {
        if (!(await countGuess(tx, slotHash))) return false;
        const right = await tx
          .updateTable('passcodes')
          .set((set) => ({ failures: set('failures', '-', 1) }))
          .where('slot_hash', '=', slotHash)
          .where('code_hash', '=', codeHash)
          .where('expires_at', '>', now)
          .executeTakeFirstOrThrow();
        return right.numUpdatedRows === 1n;
      }),

    async drop(slotHash, codeHash) {
      await db.deleteFrom('passcodes').where('slot_hash', '=', slotHash).where('code_hash', '=', codeHash).execute();
    },

    async clear(slotHashes) {
      await db
        .deleteFrom('passcodes')
        .where('slot_hash', 'in', [...slotHashes])
        .execute();
    },

    purge: (before, limit) =>
      deleteOldest(engine, { table: 'passcodes', key: 'slot_hash', instant: 'expires_at' }, before, limit),
  };
}

/** Counted before the code is looked at, so that guesses made at the same time wait for each other's count. False: void. */
async function countGuess(tx: Tx, slotHash: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('passcodes')
    .set((set) => ({ failures: set('failures', '+', 1) }))
    .where('slot_hash', '=', slotHash)
    .where('failures', '<', maxPasscodeFailures)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
