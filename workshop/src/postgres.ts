import { chownSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CannotRun } from './cannot-run.ts';
import { makeFolder } from './folder.ts';
import { onFreePort } from './free-port.ts';
import { type Program, startProgram } from './program.ts';
import { foldersOfPath, which } from './which.ts';

/** A temporary PostgreSQL. It runs the machine's own programs in a folder that is deleted with it. */
export interface PostgresServer {
  /** The address of an existing, empty database. */
  readonly url: string;
  readonly port: number;
  readonly program: Program;
  /** Stops the server's processes with SIGSTOP: its connections stay open, but nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends the server at once, as a power cut would. */
  kill(): Promise<void>;
  /** Whether the first process, which starts all others, is alive. */
  isRunning(): boolean;
  /** Starts the server again on the same port and data. */
  start(): Promise<void>;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
}

export interface PostgresSettings {
  /** Whether commits reach the disk. Default false: they are only given to the operating system, so that they survive `kill`. */
  isDurable?: boolean;
  /** A small file system for the data. The write-ahead log is then kept in smaller segments, to fit in. */
  smallVolume?: string;
  /** Starts the programs in place of `startProgram`, for callers that must know of each of them, even of those that never get ready. */
  start?: typeof startProgram;
}

const binFolder = findBinaries();

/** Why PostgreSQL cannot be started, or null when it is installed. */
export const postgresMissing: string | null =
  binFolder === null ? 'no PostgreSQL was found: install it (Debian: apt-get install postgresql)' : null;

/** For `describe.skipIf(isPostgresMissing())`. When true, a line says so; `scripts/test.js` counts skipped tests as failures where CI is true. */
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
  // PostgreSQL refuses to run as root, so it runs as another user, who may be unable to open root's temporary folder.
  const user = process.getuid?.() === 0 ? unprivileged() : null;
  const folder = makeFolder('pg-', smallVolume ?? (user === null ? tmpdir() : '/tmp'));
  if (user !== null) chownSync(folder.path, user.uid, user.gid);
  const data = join(folder.path, 'data');
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C', HOME: folder.path };
  // SIGQUIT is PostgreSQL's immediate shutdown, which is enough because its data is deleted next.
  const options = { ...user, cwd: folder.path, env, stopSignal: 'SIGQUIT' } as const;
  const making = ['--pgdata', data, '--username', 'passbeam', '--auth', 'trust', '--encoding', 'UTF8', '--no-sync'];
  if (smallVolume !== undefined) making.push('--wal-segsize', '1');
  await begin('initdb', [join(bin, 'initdb'), ...making, '--no-instructions'], options).untilDone();
  // The user `guarded`, made by some tests, needs a password; all others need none.
  const access = 'host all guarded 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n';
  writeFileSync(join(data, 'pg_hba.conf'), access);
  let port = 0;
  let program: Program;

  /** Tries again when PostgreSQL ends at once: after `kill`, the kernel may still hold the port or memory of the old process. */
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

/** The folder with PostgreSQL's programs: on Debian one for each version, elsewhere a folder of PATH. */
function findBinaries(): string | null {
  const version = (folder: string) => Number(/postgresql\/(\d+)/.exec(folder)?.[1] ?? 0);
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => version(b) - version(a));
  const hasAll = (folder: string) => ['initdb', 'postgres'].every((name) => which([name], [folder]) !== null);
  return [...debian, ...foldersOfPath].find(hasAll) ?? null;
}

/** The user that Debian's package creates, or else `nobody`. */
function unprivileged(): { uid: number; gid: number } {
  const [, , uid, gid] = /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  return { uid: Number(uid ?? 65_534), gid: Number(gid ?? 65_534) };
}
