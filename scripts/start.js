// `npm start`: sets up what is missing, then becomes the server. `--watch` restarts it when its sources change.
import { parseArgs } from 'node:util';
import { become } from './become.js';
import { setUp } from './setup.js';

/** The settings that a first try needs; the server has more. */
const settings = {
  PORT: 'where it listens (3000); the demo gets the next one',
  HOST: 'the address it listens on (127.0.0.1); 0.0.0.0 for every one',
  PUBLIC_URL: 'where browsers and phones reach it (http://localhost:PORT)',
  DATA_DIR: 'where it keeps everything (./data)',
  PASSBEAM_CONFIG: 'your applications, a file (none: a demo of its own)',
  DEMO: 'on or off: the demo web site and phone',
  LOG_LEVEL: 'info; debug tells more',
};
const width = Math.max(...Object.keys(settings).map((name) => name.length));
const usage = `npm start

Installs what is missing, builds the pages, and serves. Settings are variables of the environment, or lines of .env:
PORT=4000 npm start

${Object.entries(settings)
  .map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`)
  .join('\n')}

All of them: docs/reference/configuration.md. While you work on it: npm run dev.`;

const { watch } = readOptions();

await become({
  setUp,
  // The Dockerfile says why.
  nodeOptions: ['--max-semi-space-size=16', ...(watch ? ['--watch', '--watch-preserve-output'] : [])],
  program: ['apps', 'server', 'src', 'main.ts'],
  parameters: [],
  readsEnvFile: true,
});

/** Checks the options before anything is installed: otherwise people would notice a minute later that `--port` did nothing. */
function readOptions() {
  const { tokens } = parseArgs({ strict: false, tokens: true, allowPositionals: true });
  if (tokens.some(({ name }) => name === 'help' || name === 'h')) {
    console.log(usage);
    process.exit(0);
  }
  const [unknown] = tokens.filter(({ name }) => name !== 'watch');
  if (unknown === undefined) return { watch: tokens.length > 0 };
  const text = unknown.rawName ?? unknown.value ?? '--';
  const value = unknown.inlineValue ? unknown.value : tokens[1 + tokens.indexOf(unknown)]?.value;
  console.error(`npm start takes no ${text}: settings are variables of the environment. ${adviceFor(unknown, value)}`);
  process.exit(2);
}

function adviceFor({ name = '' }, value) {
  const upper = name.toUpperCase().replaceAll('-', '_');
  const variable = Object.keys(settings).find((known) => known === upper || known.endsWith(`_${upper}`));
  return variable === undefined ? 'npm start -- --help names them.' : `Write ${variable}=${value ?? '…'} npm start`;
}
