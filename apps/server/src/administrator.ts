import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { consoleUrlOf, loadConfig } from './config/config.ts';
import { ConfigError } from './config/config-mistakes.ts';
import { stateOf } from './core/administrators/account.ts';
import { createConsoleLinks } from './core/administrators/links.ts';
import { DomainError } from './core/ground/errors.ts';
import { loadMasterKeys } from './crypto/master-key.ts';
import { createPasswordHasher } from './crypto/passwords.ts';
import { createSealer } from './crypto/sealer.ts';
import { createSecrets } from './crypto/secrets.ts';
import { openPostgres } from './stores/sql/open-postgres.ts';
import { databaseFile, openSqlite } from './stores/sql/open-sqlite.ts';

/** The process behind `npm run administrator`: 0 when it is done, 1 when it failed, 2 for a wrong call. Servers may run meanwhile. */
const usage = `npm run administrator -- COMMAND

  list              who signs in at the console
  link              a link that makes the first owner, while there is nobody
  link SIGN_IN_NAME a link for somebody who lost password or authenticator: they begin anew with it

Whoever holds a link can use it, once. Settings come from the environment, as the server's do.
`;

process.exitCode = await run();

async function run(): Promise<number> {
  const words = readWords();
  if (typeof words === 'number') return words;
  try {
    process.stdout.write(await carryOut(words));
    return 0;
  } catch (error) {
    const text = error instanceof DomainError ? `nobody signs in as "${words[1]}"` : messageOf(error);
    process.stderr.write(error instanceof ConfigError ? `${text}\n` : `could not do that: ${text}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

function readWords(): string[] | number {
  try {
    const { values, positionals } = parseArgs({ options: { help: { type: 'boolean' } }, allowPositionals: true });
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    const [command, ...others] = positionals;
    if ((command === 'list' && others.length === 0) || (command === 'link' && others.length <= 1)) return positionals;
    process.stderr.write(usage);
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
  }
  return 2;
}

async function carryOut([command, signInName]: string[]): Promise<string> {
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
    if (command === 'list') {
      const lines = (await stores.administrators.list({ limit: 1000 })).map((account) => {
        const grants = account.grants.map(({ userPoolId, role }) => `${role} of ${userPoolId}`).join(', ');
        return `  ${account.signInName}  ${account.name}  ${stateOf(account)}  ${grants}\n`;
      });
      return lines.join('') || 'nobody yet: npm run administrator -- link\n';
    }
    const now = await stores.readTime();
    const links = createConsoleLinks({
      administrators: stores.administrators,
      passwords: createPasswordHasher(),
      secrets: createSecrets(masterKeys),
      clock: { now: () => now },
      consoleUrl: consoleUrlOf(config),
    });
    const made =
      signInName === undefined ? await links.setUpLink() : await links.recoveryLink(signInName.toLowerCase());
    if (made === null) throw new Error('there are administrators. Name one for a link that lets them begin anew.');
    return `${made.url}\nIt is good once, until ${new Date(made.expiresAt).toISOString()}.\n`;
  } finally {
    await stores.close();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
