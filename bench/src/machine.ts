import { spawn, spawnSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';

const manyFiles = 65_536;
const count = cpus().length;
const hasTaskset = spawnSync('taskset', ['--version']).status === 0;

/**
 * Who runs where. What is measured has a core of its own, and so has the load; the rest (this program, PostgreSQL, Redis, a second
 * node) shares the load's core where there are only two.
 */
export const cores = {
  server: 0,
  load: count > 1 ? 1 : 0,
  others: count > 2 ? 2 : Math.min(count - 1, 1),
  secondServer: count > 3 ? 3 : Math.min(count - 1, 1),
};

/** The command that keeps a program on one core; as it is where cores cannot be chosen. */
export function onCore(core: number, command: string, args: string[]): [string, string[]] {
  return hasTaskset ? ['taskset', ['-c', String(core), command, ...args]] : [command, args];
}

const hasChrt = spawnSync('chrt', ['--version']).status === 0;

/** The command that takes its core's time only while nothing else wants it, and loses it at once when something does. */
export function givingWay(command: string, args: string[]): [string, string[]] {
  return hasChrt ? ['chrt', ['-i', '0', command, ...args]] : ['nice', ['-n', '19', command, ...args]];
}

/** Keeps this program, and what it starts without a core of its own, off the core of the measured server. */
export function leaveTheServersCore(): void {
  if (hasTaskset) spawnSync('taskset', ['-a', '-c', '-p', String(cores.others), String(process.pid)]);
}

/**
 * A loop on the load's core that yields to everything else, until this program ends. A core with nothing to do sleeps, and
 * the reply that wakes its load tool pays for that, on a virtual machine as much as for all the rest of itself: the slower
 * the server, the more often. Where it cannot be had, shares come out lower.
 */
export function keepLoadsCoreAwake(): void {
  if (!hasTaskset || count < 2 || !hasChrt) return;
  // It ends with this program however that ends.
  const program = 'for (const { ppid } = process; process.ppid === ppid; ) for (let turn = 0; turn < 1e7; turn++);';
  const [command, args] = onCore(cores.load, ...givingWay(process.execPath, ['-e', program]));
  const loop = spawn(command, args, { stdio: 'ignore' });
  loop.unref();
  process.once('exit', () => loop.kill('SIGKILL'));
}

/** Connections are files, and the usual limit is below what is measured; what is started from here on has this one. */
export function allowManyConnections(): void {
  spawnSync('prlimit', ['--pid', String(process.pid), `--nofile=${manyFiles}:${manyFiles}`]);
}

/** How many files what is started from here on may open; Node.js takes all it may. */
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
  /** ISO date. */
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
