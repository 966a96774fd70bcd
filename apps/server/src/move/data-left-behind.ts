import { existsSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import type { Directory } from '../core/directory/directory.ts';
import { databaseFile } from '../stores/sql/open-sqlite.ts';

/** A warning for an operator who gave a server PostgreSQL and expects its data there; null when no data is left in the file. */
export function dataLeftBehind(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  directory: Pick<Directory, 'pools'>,
): string | null {
  const file = databaseFile(dataDir);
  if (databaseUrl === null || directory.pools().length > 0 || !existsSync(file)) return null;
  return (
    `DATABASE_URL names an empty database, and ${file} is not read: this server begins anew. To take the data of that file ` +
    'along, stop the server, make the database empty again, and run: npm run move-to-postgres (docs/guide/deploying.md)'
  );
}
