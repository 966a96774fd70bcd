import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

/** The command that keeps a program on one core, so that server and load do not share one; as it is where cores cannot be chosen. */
export function onCore(core: number, command: string, args: string[]): [string, string[]] {
  return hasTaskset ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

export interface Running {
  /** The rest of the line that announced readiness. */
  announced: string;
  stop(): Promise<void>;
}

/** Starts a Node program on a core and waits for the line that begins with `ready`. */
export async function startNode(core: number, script: string, ready: string, env: NodeJS.ProcessEnv): Promise<Running> {
  const [command, args] = onCore(core, process.execPath, [script]);
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  const announced = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const at = line.indexOf(ready);
      if (at >= 0) resolve(line.slice(at + ready.length).trim());
    });
  });
  return { announced, stop: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
