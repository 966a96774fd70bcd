import { join } from 'node:path';
import type { Clock } from '../../core/ground/ports.ts';
import { migrate } from './migrations/migrate.ts';
import { openSqliteEngine } from './sqlite/engine.ts';
import { resultCodeOf, resultCodes } from './sqlite/result-code.ts';
import { createSqlStores, type SqlStores } from './stores.ts';

export const databaseFile = (dataDir: string) => join(dataDir, 'passbeam.db');

/** The embedded default: one file, or `:memory:` for tests. Creates and migrates it as needed. */
export async function openSqlite(options: {
  path: string;
  /** For tests: replaces the machine's clock. */
  clock?: Clock;
  seal(plain: string): string;
  unseal(sealed: string): string;
  onCommit?: (writes: number) => void;
}): Promise<SqlStores> {
  const { path, clock, seal, unseal, onCommit } = options;
  try {
    const engine = await openSqliteEngine({ path, clock, onCommit });
    try {
      await migrate(engine);
    } catch (error) {
      await engine.close();
      throw error;
    }
    return createSqlStores(engine, { seal, unseal });
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

export function cannotOpen(path: string, error: unknown): Error {
  return new Error(`cannot open the database ${path}: ${explain(error)}`, { cause: error });
}

function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const advice = adviceFor(error);
  return advice ? `${advice} (${message})` : message;
}

function adviceFor(error: unknown): string | null {
  const resultCode = resultCodeOf(error);
  if (resultCode !== null) return sqliteAdvice[resultCode] ?? null;
  return error instanceof Error && 'code' in error ? (fileAdvice[String(error.code)] ?? null) : null;
}

const permissionAdvice = 'the user that runs the server needs permission to read and write the file and its folder';
const damageAdvice =
  'the file is damaged or is not a database of this product: move it away with its -wal and -shm files and restore a backup';
const diskAdvice = 'the disk is full: free some space';

const sqliteAdvice: Record<number, string> = {
  [resultCodes.busy]: 'another process holds the database: stop it, or wait until its backup or migration has ended',
  [resultCodes.readOnly]: permissionAdvice,
  [resultCodes.ioError]: 'the disk reports an error: check the volume and its free space',
  [resultCodes.corrupt]: damageAdvice,
  [resultCodes.full]: diskAdvice,
  [resultCodes.cannotOpen]: permissionAdvice,
  [resultCodes.notADatabase]: damageAdvice,
};

const fileAdvice: Record<string, string> = {
  EACCES: permissionAdvice,
  EPERM: permissionAdvice,
  EROFS: 'the volume is mounted read-only: set DATA_DIR to a writable folder',
  ENOSPC: diskAdvice,
  EISDIR: 'the path is a folder: name a file in it',
  ENOTDIR: 'a part of the path is a file, not a folder: check DATA_DIR',
  EEXIST: 'a part of the path is a file, not a folder: check DATA_DIR',
};
