import { parseArgs } from 'node:util';
import { ConfigError } from '../config/config-mistakes.ts';
import { createProgress } from '../process/progress.ts';
import { placeOf } from '../stores/sql/open-postgres.ts';
import { type Moved, moveData } from './move-data.ts';

/** The process behind `npm run move-to-postgres`: 0 when it is done, 1 when it was refused or failed, 2 for a wrong call. */
const usage = `npm run move-to-postgres

Copies all that the embedded database in DATA_DIR holds into the empty PostgreSQL database of DATABASE_URL, whole or not at
all. Stop the server first. Settings come from the environment, as the server's do:

  DATABASE_URL   postgres://user:password@host:5432/database
  DATA_DIR       the folder of the server that ran until now (./data)
  SECRET_KEY     where that server had it set; else DATA_DIR/secret.key is read
`;

const number = new Intl.NumberFormat('en');

process.exitCode = await run();

async function run(): Promise<number> {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  const progress = createProgress({
    isTerminal: process.stdout.isTTY === true,
    write: (text) => process.stdout.write(text),
    now: () => performance.now(),
  });
  try {
    const moved = await moveData(process.env, (table, rows, of) =>
      progress.tell(`${table}: ${number.format(rows)} of ${number.format(of)} rows`),
    );
    progress.end();
    process.stdout.write(report(moved));
    return 0;
  } catch (error) {
    progress.end();
    if (error instanceof ConfigError) {
      process.stderr.write(`could not move:\n${error.mistakes.map((mistake) => `  - ${mistake}`).join('\n')}\n`);
      return 2;
    }
    process.stderr.write(`could not move: ${messageOf(error)}\n`);
    return 1;
  }
}

function report({ databaseUrl, path, tables, keyFile, missingKeyFiles }: Moved): string {
  const cells = tables.map(({ table, rows }) => [table, number.format(rows)] as const);
  const [left, right] = [0, 1].map((column) => Math.max(4, ...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map(([table, rows]) => `  ${table.padEnd(left ?? 0)}  ${rows.padStart(right ?? 0)}`);
  const key =
    keyFile === null ? 'as it was set for this command' : `the text in ${keyFile}, or SECRET_KEY_FILE with that path`;
  return `Moved ${path} to ${placeOf(databaseUrl)}, and counted there:

${lines.join('\n')}

Not moved: codes on display, which live for minutes; people scan a new one.
${missingKeyFiles.map((file) => `Not there: ${file}. Apps that encrypt passwords with it will fetch a new key.\n`).join('')}
Give every node the same:

  DATABASE_URL  as it was set for this command
  SECRET_KEY    ${key}
  REDIS_URL     when there is more than one node

${path} is as it was. Nodes with DATABASE_URL never read it; keep it with your backups, or delete it.
`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
