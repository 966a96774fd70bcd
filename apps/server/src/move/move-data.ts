import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../config/config.ts';
import { ConfigError } from '../config/config-mistakes.ts';
import { keyFile, loadMasterKeys, type MasterKeys } from '../crypto/master-key.ts';
import { type PasswordKey, passwordKeys } from '../crypto/password-decryption.ts';
import { createSealer } from '../crypto/sealer.ts';
import { type MovedTable, moveDatabase, type OnMoveProgress } from '../stores/sql/move.ts';
import { databaseFile } from '../stores/sql/open-sqlite.ts';

type Environment = Record<string, string | undefined>;

export interface Moved {
  databaseUrl: string;
  path: string;
  tables: MovedTable[];
  /** The file whose text the nodes need as SECRET_KEY; null when SECRET_KEY was given. */
  keyFile: string | null;
  /** Files of password keys that were not there: the nodes will make new ones. */
  missingKeyFiles: string[];
}

/** Copies what DATA_DIR has into the database of DATABASE_URL. @throws ConfigError, or Error with a message for the operator */
export async function moveData(env: Environment, onProgress: OnMoveProgress): Promise<Moved> {
  const { dataDir, databaseUrl, secretKeys, isKeyFile } = settingsOf(env);
  const path = databaseFile(dataDir);
  const masterKeys = await loadMasterKeys({ dataDir, secretKeys });
  const keys: (PasswordKey & { sealed: string | null })[] = [];
  for (const key of Object.values(passwordKeys)) {
    keys.push({ ...key, sealed: await readPasswordKey(key, dataDir, masterKeys) });
  }
  const tables = await moveDatabase({
    path,
    url: databaseUrl,
    unseal: createSealer(masterKeys, 'store').unseal,
    sealedKeys: keys.flatMap(({ name, sealed }) => (sealed === null ? [] : [{ name, sealed_text: sealed }])),
    onProgress,
  });
  return {
    databaseUrl,
    path,
    tables,
    keyFile: isKeyFile ? keyFile(dataDir) : null,
    missingKeyFiles: keys.flatMap(({ file, sealed }) => (sealed === null ? [file] : [])),
  };
}

/** Reads the server's own settings; here the key may still be in the file where the embedded store keeps it. */
function settingsOf(env: Environment) {
  if (env.DATABASE_URL === undefined && env.DATABASE_URL_FILE === undefined) {
    throw new ConfigError('the environment', [
      'DATABASE_URL is missing. Write the address of an empty PostgreSQL database, for example postgres://user:password@db.example.com:5432/passbeam.',
    ]);
  }
  const dataDir = env.DATA_DIR ?? './data';
  if (!existsSync(databaseFile(dataDir))) {
    throw new Error(
      `DATA_DIR is "${dataDir}", which holds no passbeam.db. Write the folder of the server that ran until now.`,
    );
  }
  const isKeyFile = env.SECRET_KEY === undefined && env.SECRET_KEY_FILE === undefined;
  if (isKeyFile && !existsSync(keyFile(dataDir))) {
    throw new Error(
      `SECRET_KEY is not set, and ${keyFile(dataDir)} is not there. Write the key that the server had until now: without it, what it sealed cannot be read.`,
    );
  }
  const config = loadConfig(isKeyFile ? { ...env, SECRET_KEY_FILE: keyFile(dataDir) } : env);
  return { dataDir, databaseUrl: config.databaseUrl ?? '', secretKeys: config.secretKeys, isKeyFile };
}

async function readPasswordKey(
  { name, file }: PasswordKey,
  dataDir: string,
  masterKeys: MasterKeys,
): Promise<string | null> {
  const path = join(dataDir, file);
  if (!existsSync(path)) return null;
  const sealed = (await readFile(path, 'utf8')).trim();
  try {
    createSealer(masterKeys, name).unseal(sealed);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`SECRET_KEY does not open ${path}: ${reason}`, { cause: error });
  }
  return sealed;
}
