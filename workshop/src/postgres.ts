import { chownSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CannotRun } from './cannot-run.ts';
import { makeFolder } from './folder.ts';
import { onFreePort } from './free-port.ts';
import { type Program, startProgram } from './program.ts';
import { foldersOfPath, which } from './which.ts';

/** A throw-away PostgreSQL, made of the machine's own programs in a folder that goes with it. */
export interface PostgresServer {
  /** Of a database that is there and empty. */
  readonly url: string;
  readonly port: number;
  readonly program: Program;
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

export interface PostgresSettings {
  /** Commits reach the disk. Where they do not, they are written at once all the same, or `kill` would undo them. */
  isDurable?: boolean;
  /** A small file system for its data, which has room for a write-ahead log in small pieces only. */
  smallVolume?: string;
  /** Whoever wants to know of every program that is begun, those that are never ready among them, starts them itself. */
  start?: typeof startProgram;
}

const binFolder = findBinaries();

/** Null when PostgreSQL is here, else why not. */
export const postgresMissing: string | null =
  binFolder === null ? 'no PostgreSQL was found: install it (Debian: apt-get install postgresql)' : null;

/** For `describe.skipIf(isPostgresMissing())`: says so once a file; where CI is true `scripts/test.js` counts it as a failure. */
export function isPostgresMissing(): boolean {
  if (postgresMissing !== null) console.log(`SKIPPED: ${postgresMissing}`);
  return postgresMissing !== null;
}

/** @throws CannotRun */
export async function startPostgres({
  isDurable = false,
  smallVolume,
  start: begin = startProgram,
}: PostgresSettings = {}): Promise<PostgresServer> {
  if (binFolder === null) throw new CannotRun(postgresMissing ?? '');
  const bin = binFolder;
  // PostgreSQL refuses to run as root, and the temporary folder of root may be closed to the user it gets instead.
  const user = process.getuid?.() === 0 ? unprivileged() : null;
  const folder = makeFolder('pg-', smallVolume ?? (user === null ? tmpdir() : '/tmp'));
  if (user !== null) chownSync(folder.path, user.uid, user.gid);
  const data = join(folder.path, 'data');
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', HOME: folder.path };
  // SIGQUIT is PostgreSQL's immediate shutdown: its data is about to go.
  const options = { ...user, cwd: folder.path, env, stopSignal: 'SIGQUIT' } as const;
  const making = ['--pgdata', data, '--username', 'passbeam', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'];
  if (smallVolume !== undefined) making.push('--wal-segsize', '1');
  await begin('initdb', [join(bin, 'initdb'), ...making, '--no-instructions'], options).untilDone();
  // `guarded` needs a password; nobody else does.
  const access = 'host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n';
  writeFileSync(join(data, 'pg_hba.conf'), access);
  let port = 0;
  let program: Program;

  /** Once more when it ends at once: after `kill` the kernel may still hold what the old one left. */
  async function start(): Promise<void> {
    const settings = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      'unix_socket_directories=',
      'max_connections=200',
      ...(isDurable ? [] : ['fsync=off', 'full_page_writes=off']),
    ].flatMap((setting) => ['-c', setting]);
    for (let attempt = 1; ; attempt++) {
      program = begin('PostgreSQL', [join(bin, 'postgres'), '-D', data, ...settings], options);
      try {
        await program.untilLine(/database system is ready to accept connections/);
        return;
      } catch (error) {
        if (attempt === 10) throw error;
        await pause(100);
      }
    }
  }

  await onFreePort((free) => {
    port = free;
    return start();
  });

  return {
    get url() {
      return `postgres://passbeam@127.0.0.1:${port}/postgres`;
    },
    get port() {
      return port;
    },
    get program() {
      return program;
    },
    pause: () => program.pause(),
    resume: () => program.resume(),
    kill: () => program.kill(),
    isRunning: () => program.isRunning(),
    start,
    async stop() {
      program.resume();
      await program.stop();
      folder.remove();
    },
  };
}

/** Debian keeps the programs of each version in a folder of their own; elsewhere they are in PATH. */
function findBinaries(): string | null {
  const version = (folder: string) => Number(/postgresql\/(\d+)/.exec(folder)?.[1] ?? 0);
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => version(b) - version(a));
  const hasAll = (folder: string) => ['initdb', 'postgres'].every((name) => which([name], [folder]) !== null);
  return [...debian, ...foldersOfPath].find(hasAll) ?? null;
}

/** The user that Debian's package makes, or nobody. */
function unprivileged(): { uid: number; gid: number } {
  const [, , uid, gid] = /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}
