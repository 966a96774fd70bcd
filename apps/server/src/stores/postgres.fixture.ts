import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';
import type { Clock } from '../core/ground/ports.ts';
import { freePort } from '../process/free-port.ts';

/** A throw-away PostgreSQL, made of the machine's own binaries in a folder that goes with it. */
export interface TestPostgres {
  /** Of a database that is there and empty. */
  readonly url: string;
  readonly port: number;
  /** The server stands still, and every connection with it. */
  pause(): void;
  resume(): void;
  /** Ends at once, as in a power cut. */
  kill(): Promise<void>;
  /** Whether its first process, which makes the others, lives. */
  isRunning(): boolean;
  /** Starts it again, on the same port and data. */
  start(): Promise<void>;
  /** Ends it and deletes everything. */
  stop(): Promise<void>;
}

const binFolder = findBinaries();

/** A store's clock in the test's hand: `pg` asks for the value each time it sends a statement. */
export function handedInNow(clock: Clock): RawBuilder<number> {
  return sql<number>`cast(${{ toPostgres: () => clock.now() }} as bigint)`;
}

/** Null when PostgreSQL is here, else why not. */
export const postgresMissing: string | null =
  binFolder === null ? 'no PostgreSQL was found: install it (Debian: apt-get install postgresql)' : null;

/** For `describe.skipIf(isPostgresMissing())`: says so once a file; where CI is true `scripts/test.js` counts it as a failure. */
export function isPostgresMissing(): boolean {
  if (postgresMissing !== null) console.log(`SKIPPED: ${postgresMissing}`);
  return postgresMissing !== null;
}

/** `home` is for its data; a small file system has room for a write-ahead log in small pieces only. */
export async function startPostgres({ isDurable = false, home = '/tmp' } = {}): Promise<TestPostgres> {
  if (binFolder === null) throw new Error(postgresMissing ?? '');
  // PostgreSQL refuses to run as root. A socket's path is short, and others' temporary folders may be closed to the user.
  const user = process.getuid?.() === 0 ? unprivileged() : null;
  const folder = mkdtempSync(join(home, 'pg-'));
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { ...user, cwd: folder, env: { PATH: process.env.PATH ?? '', LC_ALL: 'C', HOME: folder } };
  const initdb = ['--pgdata', data, '--username', 'passbeam', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'];
  if (home !== '/tmp') initdb.push('--wal-segsize', '1');
  execFileSync(join(binFolder, 'initdb'), [...initdb, '--no-instructions'], { ...options, stdio: 'pipe' });
  // `guarded` needs a password; nobody else does.
  const access = 'host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n';
  writeFileSync(join(data, 'pg_hba.conf'), access);
  let port = await freePort();
  let server: ChildProcess | null = null;
  const forget = () => {
    if (server?.exitCode === null && server.signalCode === null) signalAll('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', forget);

  function settings(): string[] {
    // Commits are written at once all the same, or `kill` would undo them.
    const fast = isDurable ? [] : ['fsync=off', 'full_page_writes=off'];
    const all = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      'unix_socket_directories=',
      'max_connections=100',
      ...fast,
    ];
    return all.flatMap((setting) => ['-c', setting]);
  }

  /** Once more when it ends at once: after `kill` the kernel may still hold what the old one left. */
  async function start(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const complaint = await tryStart();
      if (complaint === null) return;
      if (attempt === 10) throw new Error(`PostgreSQL ended: ${complaint}`);
      await wait(100);
    }
  }

  /** Null when it answers, else what it said before it ended. */
  async function tryStart(): Promise<string | null> {
    let complaints = '';
    const child = spawn(join(binFolder ?? '', 'postgres'), ['-D', data, ...settings()], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = child;
    child.stderr?.on('data', (chunk) => {
      complaints = (complaints + chunk).slice(-4_000);
    });
    // A connection is the only honest answer; a server that ended is not waited for.
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) return complaints;
      if (await answers(url())) return null;
      await wait(20);
    }
  }

  function url(): string {
    return `postgres://passbeam@127.0.0.1:${port}/postgres`;
  }

  /** The postmaster, held first so that it makes no more children, then these, then itself. */
  function signalAll(signal: NodeJS.Signals): void {
    const parent = server?.pid;
    if (parent === undefined) return;
    send(parent, 'SIGSTOP');
    for (const pid of [...childrenOf(parent), parent]) send(pid, signal);
  }

  async function ended(signal: NodeJS.Signals): Promise<void> {
    const child = server;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once('exit', resolve));
    const children = child.pid === undefined ? [] : childrenOf(child.pid);
    signalAll('SIGCONT');
    if (signal === 'SIGKILL') signalAll(signal);
    else child.kill(signal);
    await closed;
    // As long as one of them lives, the data is in use and no server starts on it.
    for (let waits = 0; waits < 300 && children.some(isAlive); waits++) await wait(10);
  }

  // Somebody else may take the free port before we do.
  for (let attempt = 1; ; attempt++) {
    try {
      await start();
      break;
    } catch (error) {
      if (attempt === 3) throw error;
      port = await freePort();
    }
  }

  return {
    get url() {
      return url();
    },
    get port() {
      return port;
    },
    pause: () => signalAll('SIGSTOP'),
    resume: () => signalAll('SIGCONT'),
    kill: () => ended('SIGKILL'),
    isRunning: () => server !== null && server.exitCode === null && server.signalCode === null,
    start,
    async stop() {
      // SIGQUIT is PostgreSQL's immediate shutdown: its data is about to go.
      await ended('SIGQUIT');
      process.off('exit', forget);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** Debian keeps the programs of each version in a folder of their own; elsewhere they are in PATH. */
function findBinaries(): string | null {
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => versionIn(b) - versionIn(a));
  const folders = [...debian, ...(process.env.PATH ?? '').split(delimiter)];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name)))) ?? null;
}

function versionIn(folder: string): number {
  return Number(/postgresql\/(\d+)/.exec(folder)?.[1] ?? 0);
}

/** The user that Debian's package makes, or nobody. */
function unprivileged(): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('postgres:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}

function childrenOf(parent: number): number[] {
  const numbersOf = (text: string) => text.trim().split(/\s+/).filter(Boolean).map(Number);
  if (process.platform === 'linux') {
    const path = `/proc/${parent}/task/${parent}/children`;
    return existsSync(path) ? numbersOf(readFileSync(path, 'utf8')) : [];
  }
  const pairs = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).split('\n').map(numbersOf);
  return pairs.flatMap(([pid, ppid]) => (ppid === parent && pid !== undefined ? [pid] : []));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
