import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folder.ts';
import { bareEnvironment, type End, type Program, startProgram } from './program.ts';

const pathOf = (file: string) => fileURLToPath(new URL(`../../apps/server/src/${file}`, import.meta.url));
export const serverProgram = pathOf('main.ts');
export const keysProgram = pathOf('keys.ts');

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
/** The names of its settings, from .env.example; a test of the server sees to it that all are there. */
export const knownSettings = [...example.matchAll(/^#?(?!OTEL_)([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);

/** What the server writes when it serves, and where that is. */
export const listening = /passbeam listening on (\S+)/;

/** The server as a process of its own. */
export interface Passbeam {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly program: Program;
  /** Starts it again on the same port and data; variables given here stay for later starts. */
  start(changed?: NodeJS.ProcessEnv): Promise<void>;
  /** SIGTERM: ends when what is under way is done. */
  stop(): Promise<End>;
  /** SIGKILL: ends in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Stops it where it runs, and deletes what it kept. */
  remove(): Promise<void>;
}

export interface PassbeamSettings {
  /** What its configuration file says, or the file's text. It has none where nothing is said. */
  configuration?: object | string;
  /** It gets these and no others, so that nothing of this shell configures it. */
  environment?: NodeJS.ProcessEnv;
  /** What is run: the server of this tree, unless said otherwise. */
  command?: readonly string[];
}

/** Resolves when it listens, on a free port; its data is in a folder of its own unless DATA_DIR says where. */
export async function startPassbeam({
  configuration,
  environment = {},
  command = [process.execPath, serverProgram],
}: PassbeamSettings = {}): Promise<Passbeam> {
  const folder = makeFolder('passbeam-');
  const { DATA_DIR: dataDir = join(folder.path, 'data') } = environment;
  const env: NodeJS.ProcessEnv = { ...bareEnvironment(), PORT: '0', ...environment, DATA_DIR: dataDir };
  if (configuration !== undefined) {
    const isText = typeof configuration === 'string';
    env.PASSBEAM_CONFIG = join(folder.path, isText ? 'passbeam.yaml' : 'passbeam.json');
    writeFileSync(env.PASSBEAM_CONFIG, isText ? configuration : JSON.stringify(configuration));
  }
  let program: Program;
  let url = '';

  async function start(changed: NodeJS.ProcessEnv = {}): Promise<void> {
    Object.assign(env, changed);
    program = startProgram('passbeam', command, { env });
    [, url = ''] = await program.untilLine(listening);
    env.PORT = new URL(url).port;
  }

  await start();
  return {
    get url() {
      return url;
    },
    get port() {
      return Number(env.PORT);
    },
    get program() {
      return program;
    },
    dataDir,
    start,
    stop: () => program.stop(),
    kill: () => program.kill(),
    async remove() {
      await program.stop();
      folder.remove();
    },
  };
}
