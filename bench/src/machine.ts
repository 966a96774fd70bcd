import { spawn, spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

const manyFiles = 65_536;
const count = cpus().length;
const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

/** Which program runs on which core: the measured server has one, the load another, which the rest shares on machines with two. */
export const cores = {
  server: 0,
  load: count > 1 ? 1 : 0,
  others: count > 2 ? 2 : Math.min(count - 1, 1),
  secondServer: count > 3 ? 3 : Math.min(count - 1, 1),
};

/** The command that runs a program on one core; unchanged on machines without `taskset`. */
export function onCore(core: number, command: string, args: string[]): [string, string[]] {
  return hasTaskset ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

const hasChrt = spawnSync('chrt', ['--version']).status === 0;

/** The command that runs a program only while nothing else wants its core. */
export function givingWay(command: string, args: string[]): [string, string[]] {
  return hasChrt ? ['chrt', ['-i', '0', command, ...args]] : ['nice', ['-n', '19', command, ...args]];
}

/** Moves this program, and what it starts without choosing a core, off the core of the measured server. */
export function leaveTheServersCore(): void {
  if (hasTaskset) spawnSync('taskset', ['-a', '-c', '-p', String(cores.others), String(process.pid)]);
}

/**
 * Runs a loop that yields to everything else on the load's core, or the core falls asleep and the reply that wakes it pays, the more the
 * slower the server. Where the loop cannot run, shares come out lower.
 */
export function keepLoadsCoreAwake(): void {
  if (!hasTaskset || count < 2 || !hasChrt) return;
  // The loop ends with this program, however that ends.
  const program = 'for (const { ppid } = process; process.ppid === ppid; ) for (let turn = 0; turn < 1e7; turn++);';
  const [command, args] = onCore(cores.load, ...givingWay(process.execPath, ['-e', program]));
  const loop = spawn(command, args, { stdio: 'ignore' });
  loop.unref();
  process.once('exit', () => loop.kill('SIGKILL'));
}

/** Raises the limit of open files for programs started from now on: each connection is one, and more are measured than usual limits allow. */
export function allowManyConnections(): void {
  spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${manyFiles}:${manyFiles}`]);
}

/** How many files a program started from now on may open. Node.js raises its own limit to this. */
export function mostFiles(): number {
  const limit = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout?.trim();
  return limit === 'unlimited' ? manyFiles : Number(limit ?? 0);
}

export interface Machine {
  cpu: string;
  cores: number;
  memoryGiB: number;
  platform: string;
  node: string;
  loadTool: string;
  /** The day of the measurement, as an ISO date. */
  date: string;
}

export function describeMachine(loadTool: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: count,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: process.platform,
    node: process.version.slice(1),
    loadTool,
    date: new Date().toISOString().slice(0, 10),
  };
}

export function machineLine({ cpu, cores, memoryGiB, platform, node, loadTool, date }: Machine): string {
  return `${date}: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node.js ${node}, load by ${loadTool}`;
}
