import { randomBytes } from 'node:crypto';
import { startPostgres } from '@passbeam/workshop/postgres';
import { startRedis } from '@passbeam/workshop/redis';

/** What several nodes share: a temporary PostgreSQL whose commits reach the disk, and a temporary Redis. */
export interface SharedState {
  databaseUrl: string;
  redisUrl: string;
  secretKey: string;
}

export interface Engines {
  /** One PostgreSQL and one Redis, started at the first call. @throws Error when the machine has no such program */
  shared(): Promise<SharedState>;
  /** The same PostgreSQL with another, empty Redis. */
  withRedisOfItsOwn(): Promise<SharedState>;
  /** The same PostgreSQL with a new Redis cluster of one node. */
  withClusterOfItsOwn(): Promise<SharedState>;
  stop(): Promise<void>;
}

export function createEngines(): Engines {
  const stops: (() => Promise<void>)[] = [];
  const secretKey = randomBytes(32).toString('base64url');
  let databaseUrl: Promise<string> | null = null;
  let redisUrl: Promise<string> | null = null;

  async function urlOf(starting: Promise<{ url: string; stop(): Promise<void> }>): Promise<string> {
    const { url, stop } = await starting;
    stops.push(stop);
    return url;
  }

  async function beside(redis: Promise<string>): Promise<SharedState> {
    databaseUrl ??= urlOf(startPostgres({ isDurable: true }));
    return { databaseUrl: await databaseUrl, redisUrl: await redis, secretKey };
  }

  return {
    shared() {
      redisUrl ??= urlOf(startRedis());
      return beside(redisUrl);
    },
    withRedisOfItsOwn: () => beside(urlOf(startRedis())),
    withClusterOfItsOwn: () => beside(urlOf(startRedis({ isCluster: true }))),
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
}
