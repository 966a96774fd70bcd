import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadConfig } from './config/config.ts';
import { ConfigError } from './config/config-mistakes.ts';
import { loadMasterKeys } from './crypto/master-key.ts';
import { createSealer } from './crypto/sealer.ts';
import { createSecrets } from './crypto/secrets.ts';
import { createSigner } from './crypto/signer.ts';
import { openPostgres } from './stores/sql/open-postgres.ts';
import { databaseFile, openSqlite } from './stores/sql/open-sqlite.ts';

/** The process behind `npm run keys`: 0 when it is done, 1 when it failed, 2 for a wrong call. Servers may run meanwhile. */
const usage = `npm run keys -- COMMAND

  list              the keys that sign tokens, or still verify them
  rotate            a new key signs from now on; the old one verifies until its tokens are gone
  rotate --drop-old for a key that leaked: the old ones verify nothing any more; their tokens are refreshed, or people sign in again

Nodes that run notice within a minute. Settings come from the environment, as the server's do.
`;

process.exitCode = await run();

async function run(): Promise<number> {
  const asked = readCommand();
  if (typeof asked === 'number') return asked;
  try {
    process.stdout.write(await carryOut(asked));
    return 0;
  } catch (error) {
    process.stderr.write(
      error instanceof ConfigError ? `${error.message}\n` : `could not do that: ${messageOf(error)}\n`,
    );
    return error instanceof ConfigError ? 2 : 1;
  }
}

interface Command {
  rotates: boolean;
  dropsOthers: boolean;
}

function readCommand(): Command | number {
  try {
    const { values, positionals } = parseArgs({
      options: { help: { type: 'boolean' }, 'drop-old': { type: 'boolean' } },
      allowPositionals: true,
    });
    const [command, ...others] = positionals;
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    const isKnown = others.length === 0 && (command === 'rotate' || (command === 'list' && !values['drop-old']));
    if (isKnown) return { rotates: command === 'rotate', dropsOthers: values['drop-old'] === true };
    process.stderr.write(usage);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
  }
  return 2;
}

async function carryOut({ rotates, dropsOthers }: Command): Promise<string> {
  const config = loadConfig(process.env);
  const file = databaseFile(config.dataDir);
  if (config.databaseUrl === null && !existsSync(file)) {
    throw new Error(`DATA_DIR is "${config.dataDir}", which holds no passbeam.db. Write the folder of your server.`);
  }
  const masterKeys = await loadMasterKeys(config);
  const sealer = createSealer(masterKeys, 'store');
  const stores =
    config.databaseUrl === null
      ? await openSqlite({ path: file, ...sealer })
      : await openPostgres({ url: config.databaseUrl, ...sealer });
  try {
    const now = await stores.readTime();
    const signer = await createSigner({
      keys: stores.signingKeys,
      issuer: `${config.publicUrl}/oidc`,
      clock: { now: () => now },
      secrets: createSecrets(masterKeys),
    });
    const kid = rotates ? await signer.rotate({ dropsOthers }) : null;
    const lines = (await signer.keys()).map(
      ({ kid: id, createdAt, verifiesUntil }) =>
        `  ${id}  made ${day(createdAt)}  ${verifiesUntil === null ? 'signs' : `verifies until ${day(verifiesUntil)}`}`,
    );
    return `${kid === null ? '' : `${kid} signs from now on.\n`}${lines.join('\n')}\n`;
  } finally {
    await stores.close();
  }
}

function day(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
