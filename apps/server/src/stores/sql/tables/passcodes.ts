import { maxPasscodeFailures, type PasscodeStore } from '../../../core/sign-in/passcode-store.ts';
import type { SqlEngine, Tx } from '../engine/engine.ts';
import { deleteOldest } from '../engine/purge.ts';
import type { PasscodeTable } from '../engine/schema.ts';
import { forgetUses, isRepeat, rememberUse } from './uses.ts';

export function createPasscodeStore(engine: SqlEngine): PasscodeStore {
  const { db } = engine;

  return {
    async put(passcode, sentBefore) {
      const { slot_hash, ...columns }: PasscodeTable = {
        slot_hash: passcode.slotHash,
        code_hash: passcode.passcodeHash,
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

    take: (slotHash, passcodeHash, use) =>
      db.transaction().execute(async (tx) => {
        const isCounted = await countGuess(tx, slotHash);
        if (isCounted && (await deleteLive(tx, slotHash, passcodeHash, use.at))) {
          await rememberUse(tx, { whatHash: passcodeHash, slotHash }, use);
          return 'first';
        }
        // Checked last: a request that took the passcode while this one waited for the row has recorded its use by now.
        if (!(await isRepeat(tx, passcodeHash, use))) {
          await forgetUses(tx, slotHash, use.by);
          return null;
        }
        if (isCounted) await uncountGuess(tx, slotHash);
        return 'again';
      }),

    check: (slotHash, passcodeHash, now) =>
      db.transaction().execute(async (tx) => {
        if (!(await countGuess(tx, slotHash))) return false;
        const right = await tx
          .updateTable('passcodes')
          .set((set) => ({ failures: set('failures', '-', 1) }))
          .where('slot_hash', '=', slotHash)
          .where('code_hash', '=', passcodeHash)
          .where('expires_at', '>', now)
          .executeTakeFirstOrThrow();
        return right.numUpdatedRows === 1n;
      }),

    async drop(slotHash, passcodeHash) {
      await db
        .deleteFrom('passcodes')
        .where('slot_hash', '=', slotHash)
        .where('code_hash', '=', passcodeHash)
        .execute();
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

async function deleteLive(tx: Tx, slotHash: string, passcodeHash: string, now: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('passcodes')
    .where('slot_hash', '=', slotHash)
    .where('code_hash', '=', passcodeHash)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow();
  return numDeletedRows === 1n;
}

/** Takes back a counted guess: the next passcode waits in the slot already, and the repeat was no guess at it. */
async function uncountGuess(tx: Tx, slotHash: string): Promise<void> {
  await tx
    .updateTable('passcodes')
    .set((set) => ({ failures: set('failures', '-', 1) }))
    .where('slot_hash', '=', slotHash)
    .execute();
}

/** Counts a guess before the comparison, so that guesses wait for each other's count. False when the slot is void. */
async function countGuess(tx: Tx, slotHash: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('passcodes')
    .set((set) => ({ failures: set('failures', '+', 1) }))
    .where('slot_hash', '=', slotHash)
    .where('failures', '<', maxPasscodeFailures)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
