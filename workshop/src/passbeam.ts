import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeFolder } from './folder.ts';
import { type End, type Program, startProgram } from './program.ts';

const pathOf = (file: string) => fileURLToPath(new URL(`../../apps/server/src/${file}`, import.meta.url));
export const serverProgram = pathOf('main.ts');
export const keysProgram = pathOf('keys.ts');

/** What the server writes when it serves, and where that is. */
export const listening = /passbeam listening on (\S+)/;

/** The server as a process of its own. */
export interface Passbeam {
  readonly url: string;
  readonly port: number;
  readonly program: Program;
  /** Starts it again on the same port and data; variables given here stay for later starts. */
  start(changed?: NodeJS.ProcessEnv): Promise<void>;
  /** Ends when what is under way is done. */
  end(): Promise<End>;
  /** Ends in the middle of whatever it does. */
  kill(): Promise<void>;
  /** Ends in order, and deletes what it kept. */
  stop(): Promise<void>;
}

export interface PassbeamSettings {
  /** What its configuration file says, or the file's text. It has none where nothing is said. */
  configuration?: object | string;
  /** It gets these and no others, so that nothing of this shell configures it. */
  environment?: NodeJS.ProcessEnv;
  /** What is run: the server of this tree, unless said otherwise. */
  command?: readonly string[];
}

/** Listens on a free port, with data of its own unless DATA_DIR says where. */
export async function startPassbeam({
  configuration,
  environment = {},
  command = [process.execPath, serverProgram],
}: PassbeamSettings = {}): Promise<Passbeam> {
  const folder = makeFolder('passbeam-');
  const env: NodeJS.ProcessEnv = {
    ...bareEnvironment(),
    PORT: '0',
    DATA_DIR: join(folder.path, 'data'),
    ...environment,
  };
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
    start,
    end: () => program.stop(),
    kill: () => program.kill(),
    async stop() {
      await program.stop();
      folder.remove();
    },
  };
}

/** What a program needs of this machine, and nothing that would configure it. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}
