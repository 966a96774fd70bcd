import { chownSync, existsSync, globSync, mkdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../apps/server/src/process/free-port.ts';
import { CannotRun } from './cannot-run.ts';
import { type Program, startProgram } from './program.ts';

/** What several nodes share, made of the machine's own binaries, in a folder that goes with it. */
export interface Engine {
  url: string;
  program: Program;
}

/** Whoever wants to know of every program that was begun, those that never were ready among them, starts them itself. */
type Start = typeof startProgram;

/** A throw-away PostgreSQL: durable settings, no password, this machine only. @throws CannotRun */
export async function startPostgres(folder: string, start: Start = startProgram): Promise<Engine> {
  const bin = findPostgres();
  if (bin === null) throw new CannotRun('no PostgreSQL was found: install it (Debian: apt-get install postgresql)');
  // PostgreSQL refuses to run as root.
  const user = process.getuid?.() === 0 ? unprivileged() : null;
  const home = join(folder, 'postgres');
  mkdirSync(home, { mode: 0o700 });
  if (user !== null) chownSync(home, user.uid, user.gid);
  const data = join(home, 'data');
  const options = { ...user, cwd: home, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', HOME: home } };
  const making = ['--pgdata', data, '--username', 'passbeam', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'];
  const initdb = [join(bin, 'initdb'), ...making, '--no-instructions'];
  await start('initdb', initdb, { ...options, stopSignal: 'SIGTERM' }).untilDone();
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=', 'max_connections=200'];
  const parameters = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
  // SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
  const program = start('PostgreSQL', [join(bin, 'postgres'), ...parameters], {
    ...options,
    stopSignal: 'SIGINT',
  });
  await program.untilLine(/database system is ready to accept connections/);
  return { url: `postgres://passbeam@127.0.0.1:${port}/postgres`, program };
}

/**
 * A throw-away Valkey or Redis that keeps nothing: losing it costs open codes, never a login. `settings` as on its command
 * line.
 * @throws CannotRun
 */
export async function startRedis(
  folder: string,
  start: Start = startProgram,
  settings: string[] = [],
): Promise<Engine> {
  const path = ['valkey-server', 'redis-server'].map(which).find((found) => found !== null);
  if (!path) {
    throw new CannotRun('neither Valkey nor Redis was found: install one (Debian: apt-get install redis-server)');
  }
  const home = join(folder, 'redis');
  mkdirSync(home, { mode: 0o700 });
  const port = await freePort();
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', home];
  const program = start('Valkey or Redis', [path, ...own, ...settings], { cwd: home, stopSignal: 'SIGTERM' });
  while (!(await answersPing(port))) {
    program.mustRun();
    await pause(20);
  }
  return { url: `redis://127.0.0.1:${port}`, program };
}

/** Debian keeps the programs of each version in a folder of their own; elsewhere they are in PATH. */
function findPostgres(): string | null {
  const version = (folder: string) => Number(/postgresql\/(\d+)/.exec(folder)?.[1] ?? 0);
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => version(b) - version(a));
  const folders = [...debian, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))) ?? null;
}

function which(name: string): string | null {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** The user that Debian's package makes, or nobody. */
function unprivileged(): { uid: number; gid: number } {
  const [, , uid, gid] = /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (reply) => {
      socket.destroy();
      resolve(reply.toString().startsWith('+PONG'));
    });
    socket.once('error', () => resolve(false));
  });
}
