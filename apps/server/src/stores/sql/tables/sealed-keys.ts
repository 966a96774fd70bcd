import type { SqlEngine } from '../engine/engine.ts';

/** Keys beside the signing keys, sealed by the caller. */
export interface SealedKeyStore {
  /** Returns the text under `name`. Where there is none, `make()` gives it; of nodes that start together the first one's is kept. */
  keepOnce(name: string, make: () => Promise<string>): Promise<string>;
  /** Writes `next` in place of `before`; nothing happens when another text stands there by now. */
  replace(name: string, before: string, next: string): Promise<void>;
}

export function createSealedKeyStore({ db }: SqlEngine): SealedKeyStore {
  async function find(name: string): Promise<string | undefined> {
    const row = await db.selectFrom('sealed_keys').select('sealed_text').where('name', '=', name).executeTakeFirst();
    return row?.sealed_text;
  }

  return {
    async keepOnce(name, make) {
      const kept = await find(name);
      if (kept !== undefined) return kept;
      const sealed = await make();
      await db
        .insertInto('sealed_keys')
        .values({ name, sealed_text: sealed })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return (await find(name)) ?? sealed;
    },

    async replace(name, before, next) {
      await db
        .updateTable('sealed_keys')
        .set({ sealed_text: next })
        .where('name', '=', name)
        .where('sealed_text', '=', before)
        .execute();
    },
  };
}
