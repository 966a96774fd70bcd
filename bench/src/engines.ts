import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
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
  withRedisOfItsOwn(): Promise<SharedState & { stopRedis(): Promise<void> }>;
  stop(): Promise<void>;
}

export function createEngines(folder: string): Engines {
  const stops: (() => Promise<unknown>)[] = [];
  const secretKey = randomBytes(32).toString('base64url');
  let postgres: Promise<string> | null = null;
  let redis: Promise<{ url: string }> | null = null;
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

  async function newRedis(): Promise<{ url: string; stop(): Promise<void> }> {
    const { url, program } = await startRedis(await newFolder());
    stops.push(program.stop);
    return { url, stop: async () => void (await program.stop()) };
  }

  async function databaseUrl(): Promise<string> {
    postgres ??= newPostgres();
    return postgres;
  }

  return {
    async shared() {
      redis ??= newRedis();
      return { databaseUrl: await databaseUrl(), redisUrl: (await redis).url, secretKey };
    },
    async withRedisOfItsOwn() {
      const { url, stop } = await newRedis();
      return { databaseUrl: await databaseUrl(), redisUrl: url, secretKey, stopRedis: stop };
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
