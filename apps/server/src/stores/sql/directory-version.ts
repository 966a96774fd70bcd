import type { SqlEngine, Tx } from './engine.ts';

/** Part of every write of a pool or an application. */
export async function raiseDirectoryVersion(tx: Tx): Promise<void> {
  await tx
    .updateTable('directory_version')
    .set((set) => ({ version: set('version', '+', 1) }))
    .execute();
}

/** Another number than before when a pool or an application was written since. */
export async function readDirectoryVersion({ db }: SqlEngine): Promise<number> {
  const { version } = await db.selectFrom('directory_version').select('version').executeTakeFirstOrThrow();
  return version;
}
