import { repeatGraceMs, type Use, type UseStore } from '../../../core/ground/honest-repeat.ts';
import type { SqlEngine, Tx } from '../engine/engine.ts';
import { deleteOldest } from '../engine/purge.ts';

export function createUseStore(engine: SqlEngine): UseStore {
  const { db } = engine;

  return {
    remember: (whatHash, use) => rememberUse(db, { whatHash, slotHash: whatHash }, use),
    isRepeat: (whatHash, use) => isRepeat(db, whatHash, use),
    purge: (before, limit) =>
      deleteOldest(engine, { table: 'uses', key: 'what_hash', instant: 'used_at' }, before, limit),
  };
}

/** Remembers a use; the last one counts. `slotHash` is the slot in which guesses at the thing that was used are made. */
export async function rememberUse(
  db: Tx | SqlEngine['db'],
  { whatHash, slotHash }: { whatHash: string; slotHash: string },
  { by, at }: Use,
): Promise<void> {
  await db
    .insertInto('uses')
    .values({ what_hash: whatHash, slot_hash: slotHash, used_by: by, used_at: at })
    .onConflict((conflict) => conflict.column('what_hash').doUpdateSet({ used_by: by, used_at: at }))
    .execute();
}

export async function isRepeat(db: Tx | SqlEngine['db'], whatHash: string, { by, at }: Use): Promise<boolean> {
  const row = await db
    .selectFrom('uses')
    .select('used_at')
    .where('what_hash', '=', whatHash)
    .where('used_by', '=', by)
    .where('used_at', '>=', at - repeatGraceMs)
    .executeTakeFirst();
  return row !== undefined;
}

/** Forgets what a caller used in a slot: a caller that guesses is not repeating, for it knew the right answer. */
export async function forgetUses(tx: Tx, slotHash: string, by: string): Promise<void> {
  await tx.deleteFrom('uses').where('slot_hash', '=', slotHash).where('used_by', '=', by).execute();
}
