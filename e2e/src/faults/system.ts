import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Passbeam, serverProgram, startPassbeam } from '@passbeam/workshop/passbeam';
import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { type RedisCluster, startRedisCluster } from '@passbeam/workshop/redis-cluster';
import pg from 'pg';

/** One process of the server. */
export type ServerNode = Passbeam;

/** The product as an operator runs it: one node on its own file, or several on PostgreSQL and Redis. */
export interface System {
  readonly nodes: ServerNode[];
  readonly postgres: PostgresServer | null;
  readonly redis: RedisServer | null;
  readonly redisCluster: RedisCluster | null;
  /** How many logins by scan the database holds, read from the database itself. */
  countLogins(): Promise<number>;
  stop(): Promise<void>;
}

export interface SystemSettings {
  nodes?: number;
  /** By node: how far its clock is ahead. The stores' clocks stay right. */
  clockOffsetsMs?: number[];
  /** By node: the program to run, such as an older release's. Default: this tree's server. */
  programs?: (string | undefined)[];
  /** The folder of the embedded store; default: a new one. */
  dataDir?: string;
  /** Where PostgreSQL keeps its data: a small file system. */
  smallVolume?: string;
  /** Starts three masters with a replica each, instead of one Redis. */
  isRedisClustered?: boolean;
  qrcodeExpiresIn?: number;
  /** Hosts with internal addresses that the nodes may call. */
  outboundAllow?: string;
  /** Where the phone's application is told of logouts. */
  phoneIsToldAt?: string;
}

export const site = { id: 'fault-site', secret: 'fault-site-secret-of-more-than-32-characters' };
export const phone = { id: 'fault-phone', secret: 'fault-phone-secret-of-more-than-32-characters' };
export const people = ['alice', 'bob'] as const;
export const password = 'correct horse battery';

/** True, with a message, when PostgreSQL or Redis is not installed. */
export function isManyMissing(): boolean {
  return [isPostgresMissing(), isRedisMissing()].includes(true);
}

export async function startEmbedded(settings: SystemSettings = {}): Promise<System> {
  const node = await startServer(0, { DATA_DIR: settings.dataDir }, settings);
  return {
    nodes: [node],
    postgres: null,
    redis: null,
    redisCluster: null,
    async countLogins() {
      const database = new DatabaseSync(join(node.dataDir, 'passbeam.db'), { readOnly: true });
      const row = database.prepare(scanLogins).get() as { count: number };
      database.close();
      return row.count;
    },
    async stop() {
      await node.kill();
      await node.remove();
    },
  };
}

export async function startMany(settings: SystemSettings = {}): Promise<System> {
  const [postgres, redis, redisCluster] = await Promise.all([
    startPostgres({ isDurable: true, smallVolume: settings.smallVolume }),
    settings.isRedisClustered ? null : startRedis(),
    settings.isRedisClustered ? startRedisCluster() : null,
  ]);
  const shared = {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis?.url ?? redisCluster?.url ?? '',
    SECRET_KEY: 'Zk3vQ9xT1mB7rW5nY2cL8pD4hF6jS0aGeUiOqXtR',
  };
  const startOne = (index: number) => startServer(index, shared, settings);
  const nodes: ServerNode[] = [];
  const indices = Array.from({ length: settings.nodes ?? 2 }, (_, index) => index);
  // Nodes that differ start in turn: an older release refuses to start on newer tables, and the first node creates the people.
  if (settings.programs || settings.clockOffsetsMs) for (const index of indices) nodes.push(await startOne(index));
  else nodes.push(...(await Promise.all(indices.map(startOne))));
  return {
    nodes,
    postgres,
    redis,
    redisCluster,
    async countLogins() {
      const client = new pg.Client({ connectionString: postgres.url });
      await client.connect();
      const { rows } = await client.query<{ count: number }>(scanLogins);
      await client.end();
      return Number(rows[0]?.count);
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.kill()));
      await Promise.all([postgres.stop(), redis?.stop(), redisCluster?.stop(), ...nodes.map((node) => node.remove())]);
    },
  };
}

const scanLogins = "select count(*) as count from login_sessions where amr like '%qr%'";

function startServer(
  index: number,
  environment: NodeJS.ProcessEnv,
  { clockOffsetsMs = [], programs = [], outboundAllow, ...configured }: SystemSettings,
): Promise<ServerNode> {
  const offset = clockOffsetsMs[index] ?? 0;
  const clock = `data:text/javascript,const now=Date.now;Date.now=()=>now()+(${offset})`;
  return startPassbeam({
    command: [process.execPath, ...(offset === 0 ? [] : ['--import', clock]), programs[index] ?? serverProgram],
    configuration: configuration(configured),
    environment: {
      // All nodes share one public address, as behind a load balancer, because it is the issuer of their tokens.
      PUBLIC_URL: 'http://localhost:8080',
      DEMO: 'off',
      RATE_LIMITS: 'off',
      LOG_LEVEL: 'fatal',
      ...(outboundAllow === undefined ? {} : { OUTBOUND_ALLOW: outboundAllow }),
      ...environment,
    },
  });
}

function configuration({ qrcodeExpiresIn = 120, phoneIsToldAt: backchannelLogoutUri }: SystemSettings) {
  return {
    userPools: [
      {
        id: 'fault-pool',
        secret: 'fault-pool-secret-of-more-than-32-characters',
        name: 'Faults',
        securitySettings: { qrcodeLoginStrategy: { qrcodeExpiresIn, ticketExpiresIn: 300 } },
        applications: [
          // Here several actors poll one QR code, so it must not be bound to the first of them.
          { ...site, name: 'Site', tokenEndpointAuthMethod: 'client_secret_post', pollBinding: 'none' },
          { ...phone, name: 'Phone', tokenEndpointAuthMethod: 'none', backchannelLogoutUri },
        ],
        users: people.map((username) => ({ username, password })),
      },
    ],
  };
}
