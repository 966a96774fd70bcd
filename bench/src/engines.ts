import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { startPostgres, startRedis } from '../../scripts/cluster/engines.ts';

/** What several nodes share: a throw-away PostgreSQL with real durability, and a throw-away Redis. */
export interface SharedState {
  databaseUrl: string;
  redisUrl: string;
  secretKey: string;
}

export interface Engines {
  /** Started when first asked for. @throws Error when the machine has no such program */
  shared(): Promise<SharedState>;
  /** The same PostgreSQL with another, empty Redis. */
  withRedisOfItsOwn(): Promise<SharedState>;
  /** The same with a cluster of one node. */
  withClusterOfItsOwn(): Promise<SharedState>;
  stop(): Promise<void>;
}

export function createEngines(folder: string): Engines {
  const stops: (() => Promise<unknown>)[] = [];
  const secretKey = randomBytes(32).toString('base64url');
  let postgres: Promise<string> | null = null;
  let redis: Promise<string> | null = null;
  let count = 0;

  async function newFolder(): Promise<string> {
    count += 1;
    const path = join(folder, `engine-${count}`);
    await mkdir(path);
    return path;
  }

  async function newPostgres(): Promise<string> {
    const { url, program } = await startPostgres(await newFolder());
    stops.push(program.stop);
    return url;
  }

  async function newRedis(settings: string[] = []): Promise<string> {
    const { url, program } = await startRedis(await newFolder(), undefined, settings);
    stops.push(program.stop);
    return url;
  }

  async function newCluster(): Promise<string> {
    const url = await newRedis(['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1']);
    const redis = new Redis(url);
    try {
      await redis.call('CLUSTER', 'ADDSLOTSRANGE', 0, 16_383);
      while (!(await redis.cluster('INFO')).includes('cluster_state:ok')) await pause(50);
    } finally {
      redis.disconnect();
    }
    return `${url}?cluster=true`;
  }

  async function databaseUrl(): Promise<string> {
    postgres ??= newPostgres();
    return postgres;
  }

  return {
    async shared() {
      redis ??= newRedis();
      return { databaseUrl: await databaseUrl(), redisUrl: await redis, secretKey };
    },
    async withRedisOfItsOwn() {
      return { databaseUrl: await databaseUrl(), redisUrl: await newRedis(), secretKey };
    },
    async withClusterOfItsOwn() {
      return { databaseUrl: await databaseUrl(), redisUrl: await newCluster(), secretKey };
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
