import { DirectoryChanged } from '../../../core/directory/pool-store.ts';
import type { SqlEngine, Tx } from '../engine/engine.ts';

/** Raises the number that tells nodes of a change of the directory. @throws DirectoryChanged when it is not `from`, if given */
export async function raiseDirectoryVersion(tx: Tx, from?: number): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable('directory_version')
    .set((set) => ({ version: set('version', '+', 1) }))
    .$if(from !== undefined, (query) => query.where('version', '=', from ?? 0))
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new DirectoryChanged();
}

/** Reads that number: it differs from an earlier reading when a pool or an application was written since. */
export async function readDirectoryVersion({ db }: SqlEngine): Promise<number> {
  const { version } = await db.selectFrom('directory_version').select('version').executeTakeFirstOrThrow();
  return version;
}
