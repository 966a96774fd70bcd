import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { CannotRun } from './cannot-run.ts';
import { makeFolder } from './folder.ts';
import { freePort, onFreePort } from './free-port.ts';
import { type Program, startProgram } from './program.ts';
import { which } from './which.ts';

/** A temporary Valkey or Redis. It runs the machine's own program in a folder that is deleted with it. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  readonly program: Program;
  /** Sends one command over a connection of our own. */
  command(name: string, ...args: (string | number)[]): Promise<unknown>;
  /** Deletes every key. */
  flush(): Promise<void>;
  /** A copy of everything stored now, for `restart`. */
  snapshot(): Promise<Buffer>;
  /** Stops the server's process with SIGSTOP: its connections stay open, but nothing is answered. */
  pause(): void;
  resume(): void;
  /** Ends the server at once, as a power cut would. */
  kill(): Promise<void>;
  /** Starts the server again on the same port: empty, or with the content of a snapshot. */
  restart(from?: Buffer): Promise<void>;
  /** Ends the server and deletes its data. */
  stop(): Promise<void>;
}

type Settings = Record<string, string | number>;

export interface RedisSettings {
  /** Starts a cluster of one node, which serves every slot. */
  isCluster?: boolean;
  /** Settings by their names in the configuration file; read at every start. */
  settings?: Settings;
  /** Starts the programs in place of `startProgram`, for callers that must know of each of them, even of those that never get ready. */
  start?: typeof startProgram;
}

const path = which(['valkey-server', 'redis-server']);

const redisMissing: string | null =
  path === null ? 'neither Valkey nor Redis was found: install one (Debian: apt-get install redis-server)' : null;

/** For `describe.skipIf(isRedisMissing())`. When true, a line says so; `scripts/test.js` counts skipped tests as failures where CI is true. */
export function isRedisMissing(): boolean {
  if (redisMissing !== null) console.log(`SKIPPED: ${redisMissing}`);
  return redisMissing !== null;
}

/** Starts a server that keeps nothing on disk: losing it costs open QR codes, never a login. @throws CannotRun */
export async function startRedis({
  isCluster = false,
  settings = {},
  start: begin = startProgram,
}: RedisSettings = {}): Promise<RedisServer> {
  if (path === null) throw new CannotRun(redisMissing ?? '');
  const server = path;
  const folder = makeFolder('redis-');
  const dump = join(folder.path, 'dump.rdb');
  const busPort = await freePort();
  let port = 0;
  let program: Program;
  let control: Redis;

  async function start(): Promise<void> {
    const usual = { port, bind: '127.0.0.1', dir: folder.path, save: '', appendonly: 'no' };
    const all = { ...usual, ...(isCluster && clusterSettings(busPort)), ...settings };
    const parameters = Object.entries(all).flatMap(([name, value]) => [`--${name}`, `${value}`]);
    program = begin('Valkey or Redis', [server, ...parameters], { cwd: folder.path });
    await program.untilLine(/Ready to accept connections/);
    control = await connect(port);
    if (!isCluster) return;
    if (!(await control.cluster('INFO')).includes('cluster_slots_assigned:16384')) {
      await control.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    }
    while (!(await control.cluster('INFO')).includes('cluster_state:ok')) await pause(20);
  }

  const command: RedisServer['command'] = (name, ...args) => control.call(name, ...args);

  function kill(): Promise<void> {
    control.disconnect();
    return program.kill();
  }

  await onFreePort((free) => {
    port = free;
    return start();
  });

  return {
    get url() {
      return `redis://127.0.0.1:${port}${isCluster ? '?cluster=true' : ''}`;
    },
    get port() {
      return port;
    },
    get program() {
      return program;
    },
    command,
    async flush() {
      await command('FLUSHALL');
    },
    async snapshot() {
      await command('SAVE');
      return readFileSync(dump);
    },
    pause: () => program.pause(),
    resume: () => program.resume(),
    kill,
    async restart(from) {
      await kill();
      rmSync(dump, { force: true });
      if (from) writeFileSync(dump, from);
      await start();
    },
    async stop() {
      await kill();
      folder.remove();
    },
  };
}

/** Settings of a cluster's node. The bus between nodes gets a port of its own: by default it would be 10000 higher, which may be no valid port. */
export function clusterSettings(busPort: number): Settings {
  return { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1', 'cluster-port': busPort };
}

async function connect(port: number): Promise<Redis> {
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  await redis.connect();
  return redis;
}
