import { existsSync } from 'node:fs';
import { type Config, loadConfig } from '../config/config.ts';
import { loadMasterKeys } from '../crypto/master-key.ts';
import { createPasswordHasher } from '../crypto/passwords.ts';
import { createSealer } from '../crypto/sealer.ts';
import { createSecrets } from '../crypto/secrets.ts';
import { openPostgres } from '../stores/sql/open-postgres.ts';
import { databaseFile, openSqlite } from '../stores/sql/open-sqlite.ts';
import type { SqlStores } from '../stores/sql/stores.ts';

/** What commands on a store work with. The clock stands still at the store's time. */
export interface OpenedStore {
  config: Config;
  stores: SqlStores;
  secrets: ReturnType<typeof createSecrets>;
  passwords: ReturnType<typeof createPasswordHasher>;
  clock: { now(): number };
}

/** Opens the store of a server, which may run meanwhile, for as long as `work` takes. @throws ConfigError */
export async function withStore<T>(
  env: Record<string, string | undefined>,
  work: (store: OpenedStore) => Promise<T>,
): Promise<T> {
  const config = loadConfig(env);
  const path = databaseFile(config.dataDir);
  if (config.databaseUrl === null && !existsSync(path)) {
    throw new Error(`DATA_DIR is "${config.dataDir}", which holds no passbeam.db. Write the folder of your server.`);
  }
  const masterKeys = await loadMasterKeys(config);
  const sealer = createSealer(masterKeys, 'store');
  const stores =
    config.databaseUrl === null
      ? await openSqlite({ path, ...sealer })
      : await openPostgres({ url: config.databaseUrl, ...sealer });
  try {
    const now = await stores.readTime();
    const clock = { now: () => now };
    return await work({ config, stores, secrets: createSecrets(masterKeys), passwords: createPasswordHasher(), clock });
  } finally {
    await stores.close();
  }
}
