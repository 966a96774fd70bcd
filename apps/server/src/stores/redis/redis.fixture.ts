import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../process/free-port.ts';

/** A throw-away Redis or Valkey, made of the machine's own program in a folder that goes with it. */
export interface TestRedis {
  readonly url: string;
  readonly port: number;
  /** Sends one command over a connection of the fixture's own. */
  command(name: string, ...args: (string | number)[]): Promise<unknown>;
  /** Forgets every key. */
  flush(): Promise<void>;
  /** What is stored now, for `restart`. */
  snapshot(): Promise<Buffer>;
  /** The server stands still, and every connection with it. */
  pause(): void;
  resume(): void;
  /** Ends at once, as in a power cut. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty, or with what a snapshot holds. */
  restart(from?: Buffer): Promise<void>;
  /** Ends it and deletes everything. */
  stop(): Promise<void>;
}

const program = ['redis-server', 'valkey-server']
  .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
  .find((path) => existsSync(path));

const redisMissing: string | null =
  program === undefined ? 'no Redis was found: install redis-server or valkey-server' : null;

/** For `describe.skipIf(isRedisMissing())`: says so once a file; where CI is true `scripts/test.js` counts it as a failure. */
export function isRedisMissing(): boolean {
  if (redisMissing !== null) console.log(`SKIPPED: ${redisMissing}`);
  return redisMissing !== null;
}

type Settings = Record<string, string | number>;

/** `isCluster`: one node that serves every slot. */
export async function startRedis({ isCluster = false, settings = {} as Settings } = {}): Promise<TestRedis> {
  if (program === undefined) throw new Error(redisMissing ?? '');
  const path = program;
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const dump = join(folder, 'dump.rdb');
  let port = await freePort();
  const busPort = await freePort();
  let server: ChildProcess | null = null;
  let control: Redis | null = null;
  const forget = () => {
    server?.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', forget);

  async function start(): Promise<void> {
    const usual = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no' };
    const clustered = isCluster ? clusterSettings(busPort) : {};
    const args = Object.entries({ ...usual, ...clustered, ...settings }).flatMap(([name, value]) => [
      `--${name}`,
      `${value}`,
    ]);
    const child = spawn(path, args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
    server = child;
    let log = '';
    child.stdout?.on('data', (chunk) => {
      log = (log + chunk).slice(-4_000);
    });
    // An answer is the only honest sign; the wait is between tries, and a server that ended is not waited for.
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Redis ended: ${log}`);
      try {
        control = await connect(port);
        break;
      } catch {
        await wait(20);
      }
    }
    if (isCluster && !(await control.cluster('INFO')).includes('cluster_slots_assigned:16384')) {
      await control.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
    }
    while (isCluster && !(await control.cluster('INFO')).includes('cluster_state:ok')) await wait(20);
  }

  async function ended(): Promise<void> {
    const child = server;
    control?.disconnect();
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const closed = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await closed;
  }

  async function command(name: string, ...args: (string | number)[]): Promise<unknown> {
    if (control === null) throw new Error('Redis is not running');
    return control.call(name, ...args);
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
      return `redis://127.0.0.1:${port}${isCluster ? '?cluster=true' : ''}`;
    },
    get port() {
      return port;
    },
    command,
    async flush() {
      await command('FLUSHALL');
    },
    async snapshot() {
      await command('SAVE');
      return readFileSync(dump);
    },
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    kill: ended,
    async restart(from) {
      await ended();
      rmSync(dump, { force: true });
      if (from) writeFileSync(dump, from);
      await start();
    },
    async stop() {
      await ended();
      process.off('exit', forget);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const guide = new URL('../../../../../docs/guide/operate.md', import.meta.url);

/** The address of a user that has the rights which docs/guide/operate.md asks for, and no others. */
export async function asGuideSays(redis: TestRedis, { isCluster = false } = {}): Promise<string> {
  const [, rights = ''] = /^ +`(~passbeam:\* [^`]+)`/m.exec(readFileSync(guide, 'utf8')) ?? [];
  const more = isCluster ? ['+cluster'] : [];
  await redis.command('ACL', 'SETUSER', 'passbeam', 'reset', 'on', '>of-the-guide', ...rights.split(' '), ...more);
  return redis.url.replace('redis://', 'redis://passbeam:of-the-guide@');
}

/** Its own port for the bus between nodes, or that would be 10000 above the other, which may be none. */
export function clusterSettings(busPort: number): Settings {
  return { 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1', 'cluster-port': busPort };
}

async function connect(port: number): Promise<Redis> {
  const redis = new Redis({ port, host: '127.0.0.1', lazyConnect: true, retryStrategy: () => null });
  redis.on('error', () => {});
  await redis.connect();
  return redis;
}
