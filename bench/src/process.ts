import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bareEnvironment, startProgram } from '@passbeam/workshop/program';
import { onCore } from './machine.ts';

const run = promisify(execFile);
const startWithinMs = 60_000;

export interface Running {
  pid: number;
  /** The rest of the line in which the program said that it is ready. */
  announced: string;
  stop(): Promise<void>;
}

/**
 * Starts a Node program on a core and waits for a line that begins with `ready`; later output is discarded. Little but `env` reaches it,
 * so this shell configures nothing.
 */
export async function startNode(
  core: number,
  script: string,
  ready: string,
  env: NodeJS.ProcessEnv,
  nodeOptions: string[] = [],
): Promise<Running> {
  const [command, args] = onCore(core, process.execPath, [...nodeOptions, script]);
  const program = startProgram(script, [command, ...args], { env: ownEnvironment(env) });
  const timer = setTimeout(program.kill, startWithinMs);
  const [, announced = ''] = await program.untilLine(new RegExp(`${ready} (.*)`)).finally(() => clearTimeout(timer));
  program.ignoreOutput();
  return { pid: program.pid, announced, stop: async () => void (await program.stop()) };
}

/** Runs a Node program on a core to its end, passes it `input` for `readInput`, and resolves to the JSON that it printed. */
export async function runNode<Result>(core: number, script: string, input: unknown): Promise<Result> {
  const [command, args] = onCore(core, process.execPath, [script]);
  const running = run(command, args, { env: ownEnvironment({}), maxBuffer: 1 << 26 });
  running.child.stdin?.end(JSON.stringify(input));
  const { stdout } = await running.catch((error: Error) => {
    // Takes the program's uncaught error out of its output, without the source line that Node shows before it.
    throw new Error(/^\w*Error: .*/m.exec(error.message.replace(/^Command failed.*/, ''))?.[0] ?? error.message);
  });
  return JSON.parse(stdout) as Result;
}

function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...bareEnvironment(), NODE_ENV: 'production', ...env };
}
