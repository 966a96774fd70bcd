import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { onCore } from './machine.ts';

const run = promisify(execFile);
const startWithinMs = 60_000;
const keptErrorBytes = 4_000;

export interface Running {
  pid: number;
  /** The rest of the line that announced readiness. */
  announced: string;
  stop(): Promise<void>;
}

/**
 * Starts a Node program on a core and waits for the line that begins with `ready`. It gets `env` alone, so that nothing of
 * this shell configures what is measured.
 */
export async function startNode(core: number, script: string, ready: string, env: NodeJS.ProcessEnv): Promise<Running> {
  const [command, args] = onCore(core, process.execPath, [script]);
  const child = spawn(command, args, { env: ownEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const forget = () => child.kill('SIGKILL');
  process.once('exit', forget);
  child.once('exit', () => process.off('exit', forget));
  let complaint = '';
  child.stderr.on('data', (chunk) => {
    complaint = (complaint + chunk).slice(-keptErrorBytes);
  });
  const announced = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      forget();
      reject(new Error(`${script} was not ready within ${startWithinMs / 1000} s`));
    }, startWithinMs);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`${script} ended with ${code} before it was ready:\n${complaint.trim()}`));
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const at = line.indexOf(ready);
      if (at < 0) return;
      clearTimeout(timer);
      lines.close();
      // From here on what it logs is thrown away unread.
      child.stdout.resume();
      resolve(line.slice(at + ready.length).trim());
    });
  });
  return { pid: child.pid ?? 0, announced, stop: () => stop(child) };
}

/** Runs a Node program on a core to its end, with `input` where `readInput` finds it; what it printed, as JSON. */
export async function runNode<Result>(core: number, script: string, input: unknown): Promise<Result> {
  const [command, args] = onCore(core, process.execPath, [script]);
  const running = run(command, args, { env: ownEnvironment({}), maxBuffer: 1 << 26 });
  running.child.stdin?.end(JSON.stringify(input));
  const { stdout } = await running.catch((error: Error) => {
    // The uncaught error of the program rather than the source line that node shows before it.
    throw new Error(/^\w*Error: .*/m.exec(error.message.replace(/^Command failed.*/, ''))?.[0] ?? error.message);
  });
  return JSON.parse(stdout) as Result;
}

function ownEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR, NODE_ENV: 'production', ...env };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
