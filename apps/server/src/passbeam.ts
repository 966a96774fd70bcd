import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { type Config, loadConfig } from './config/config.ts';
import { type ReadConfigFile, readConfigFile } from './config/config-file.ts';
import { ConfigError } from './config/config-mistakes.ts';
import { createDirectory } from './core/directory/directory.ts';
import { loadMasterKeys } from './crypto/master-key.ts';
import { createPasswordHasher } from './crypto/passwords.ts';
import { createSealer } from './crypto/sealer.ts';
import { createSecrets } from './crypto/secrets.ts';
import { type CommandName, commands, helpText } from './process/commands.ts';
import { planConfigFile } from './seed/apply-config-file.ts';
import { applyAgain } from './seed/seed.ts';
import { openPostgres } from './stores/sql/open-postgres.ts';
import { databaseFile, openSqlite } from './stores/sql/open-sqlite.ts';

/** The process behind `node apps/server/src/passbeam.ts COMMAND`: works on the store of a server, which may run meanwhile. */

interface Outcome {
  /** For `--json`. */
  result: object;
  lines: string[];
  code: number;
}

process.exitCode = await run();

async function run(): Promise<number> {
  const asked = readCall();
  if (typeof asked === 'number') return asked;
  try {
    const { result, lines, code } = await carryOut(asked.name, asked.isDry);
    process.stdout.write(asked.isJson ? `${JSON.stringify(result)}\n` : `${lines.join('\n')}\n`);
    return code;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(error instanceof ConfigError ? `${message}\n` : `could not do that: ${message}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

function readCall(): { name: CommandName; isDry: boolean; isJson: boolean } | number {
  try {
    const { values, positionals } = parseArgs({
      options: { help: { type: 'boolean' }, json: { type: 'boolean' }, 'dry-run': { type: 'boolean' } },
      allowPositionals: true,
    });
    if (values.help) {
      process.stdout.write(helpText());
      return 0;
    }
    const found = commands.find(({ name }) => name === positionals.join(' '));
    const isDry = values['dry-run'] === true;
    const takesDry = found?.options.some(({ name }) => name === '--dry-run') ?? false;
    if (found && (!isDry || takesDry)) return { name: found.name, isDry, isJson: values.json === true };
    process.stderr.write(helpText());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${helpText()}`);
  }
  return 2;
}

async function carryOut(name: CommandName, isDry: boolean): Promise<Outcome> {
  const config = loadConfig(process.env);
  const path = config.configFile;
  const file = path === null ? null : await readConfigFile(path, process.env, config.publicUrl);
  if (name === 'check') {
    const warnings = [...config.warnings, ...(file?.warnings ?? [])];
    const what = path === null ? 'The environment is good.' : `The environment and ${path} are good.`;
    return { result: { warnings }, lines: [...warnings, what], code: 0 };
  }
  if (file === null || path === null) {
    throw new ConfigError('the environment', ['PASSBEAM_CONFIG is not set. Write the path of the configuration file.']);
  }
  return withStore(config, (parts) =>
    name === 'config diff' || isDry ? showPlan(file, path, parts, isDry ? 0 : 1) : apply(file, path, parts),
  );
}

type StoreParts = Parameters<typeof applyAgain>[2];

async function withStore<T>(config: Config, work: (parts: StoreParts) => Promise<T>): Promise<T> {
  const database = databaseFile(config.dataDir);
  if (config.databaseUrl === null && !existsSync(database)) {
    throw new Error(`DATA_DIR is "${config.dataDir}", which holds no passbeam.db. Write the folder of your server.`);
  }
  const masterKeys = await loadMasterKeys(config);
  const sealer = createSealer(masterKeys, 'store');
  const stores =
    config.databaseUrl === null
      ? await openSqlite({ path: database, ...sealer })
      : await openPostgres({ url: config.databaseUrl, ...sealer });
  try {
    const now = await stores.readTime();
    const directory = createDirectory(stores);
    await directory.reload();
    const facts = { secrets: createSecrets(masterKeys), passwords: createPasswordHasher(), clock: { now: () => now } };
    return await work({ stores, directory, node: `${hostname()}:command`, ...facts });
  } finally {
    await stores.close();
  }
}

async function showPlan(file: ReadConfigFile, path: string, parts: StoreParts, codeOfSome: number): Promise<Outcome> {
  const facts = { ...file, node: parts.node ?? '' };
  const result = await planConfigFile(file.file, path, { ...parts, ...parts.stores }, facts);
  const changes = result.changes.map(
    (change) =>
      `${path}:${change.line} ${change.path}: ${JSON.stringify(change.stored)} becomes ${JSON.stringify(change.file)}`,
  );
  const lines = [...result.warnings, ...(changes.length === 0 ? ['Nothing would change.'] : changes)];
  return { result, lines, code: changes.length === 0 ? 0 : codeOfSome };
}

async function apply(file: ReadConfigFile, path: string, parts: StoreParts): Promise<Outcome> {
  const { result } = await showPlan(file, path, parts, 0);
  await applyAgain(file, path, parts, pino(pino.destination(2)));
  return { result, lines: ['Applied.'], code: 0 };
}
