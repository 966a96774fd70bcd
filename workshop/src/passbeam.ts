import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folder.ts';
import { bareEnvironment, type End, type Program, startProgram } from './program.ts';

const pathOf = (file: string) => fileURLToPath(new URL(`../../apps/server/src/${file}`, import.meta.url));
export const serverProgram = pathOf('main.ts');
/** The program of operators' commands. */
export const commandProgram = pathOf('passbeam.ts');
/** The options of Node.js that the server is delivered with (`Dockerfile`). */
export const serverOptions = ['--max-semi-space-size=16'];
/** The server of another checkout, such as an earlier release's. */
export const serverOf = (checkout: string) => join(checkout, 'apps/server/src/main.ts');

const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
/** The names of the server's settings, read from .env.example; a test of the server checks that it names all. */
export const knownSettings = [...example.matchAll(/^#?(?!OTEL_)([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);

/** The line by which the server says that it is ready, with its address. */
export const listening = /passbeam listening on (\S+)/;

/** The server as a process of its own. */
export interface Passbeam {
  readonly url: string;
  readonly port: number;
  readonly dataDir: string;
  readonly program: Program;
  /** Starts the server again on the same port and data. Variables given here also hold for later starts. */
  start(changed?: NodeJS.ProcessEnv): Promise<void>;
  /** Sends SIGTERM: the server ends when the requests under way are done. */
  stop(): Promise<End>;
  /** Sends SIGKILL: the server ends in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Stops the server if it runs, and deletes its folder. */
  remove(): Promise<void>;
}

export interface PassbeamSettings {
  /** The content of the configuration file, or its text. Default: the server gets no file. */
  configuration?: object | string;
  /** All settings of the server: no variable of this shell reaches it. */
  environment?: NodeJS.ProcessEnv;
  /** The command to run. Default: the server of this tree. */
  command?: readonly string[];
}

/** Starts the server on a free port; resolves when it listens. Its data is in a new folder, unless DATA_DIR names another. */
export async function startPassbeam({
  configuration,
  environment = {},
  command = [process.execPath, ...serverOptions, serverProgram],
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
