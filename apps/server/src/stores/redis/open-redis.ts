import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { greet } from './greet.ts';
import { readyKey } from './keys.ts';
import { explainFailure, RedisOutage, withoutArguments } from './outage.ts';
import { openSubscription } from './subscription.ts';

/** A connection that is silent this long is replaced and its commands fail: a caller is answered within two seconds (threats T46). */
const silenceMs = 1500;
const maxReconnectDelayMs = 1000;
const readyKeptMs = 60_000;
/** How often the slots of a cluster are read again: a cluster does not announce a failover. */
const slotsRefreshMs = 1000;

export interface RedisConnection {
  /** The bare client, for calls whose failure nobody needs to hear of; all others go through `ask`. */
  readonly redis: Redis | Cluster;
  readonly isCluster: boolean;
  /** @throws RedisOutage at once when there is no connection now: commands are never queued for later */
  requireReady(): void;
  /** @throws RedisOutage when Redis cannot be asked, cannot serve, or does not answer in time */
  ask<T>(question: (redis: Redis | Cluster) => Promise<T>): Promise<T>;
  /** Subscribes over a connection of its own. After `onBack`, which tells that a lost one is back, messages may have been missed. */
  subscribe(channel: string, onMessage: (message: string) => void, onBack: () => void): Promise<void>;
  /** Rejects when Redis does not answer or takes no writes. A partly lost cluster is up, or all our nodes would turn unready at once. */
  ping(): Promise<void>;
  close(): void;
}

/** Redis or Valkey: `redis://user:password@host:6379/0`, `rediss://` for TLS. Commas between hosts, or `?cluster=true`, mean a cluster. */
export async function openRedis({ url, log }: { url: string; log: Logger }): Promise<RedisConnection> {
  const address = parseRedisUrl(url);
  const isCluster = address.isCluster;
  const redis = isCluster ? openCluster(address) : new Redis(standaloneOptions(address));
  const subscriptions: { close(): void }[] = [];
  let turn = 0;
  let isDown = false;
  /** True after Redis refused the database number of the address: the client would silently use number 0 and whatever else is there. */
  let isElsewhere = false;

  redis.on('error', (error: Error) => {
    if (isRefusedSelect(error)) {
      isElsewhere = true;
      redis.disconnect(true);
    }
    // Each try to connect fails with an error of its own: the log gets one line per outage.
    if (!isDown && isOpen) log.error({ err: withoutArguments(error) }, 'Redis does not answer');
    isDown = true;
  });
  redis.on('connect', () => {
    isElsewhere = false;
  });
  redis.on('ready', () => {
    if (isDown && isOpen) log.info('Redis answers again');
    isDown = false;
  });

  let isOpen = false;
  try {
    await greet(redis, { ...address, log });
  } catch (error) {
    redis.disconnect();
    const { message, cause } = error as Error;
    throw new Error(`cannot use Redis of REDIS_URL (${address.place}): ${message}`, { cause });
  }
  isOpen = true;

  function requireReady(): void {
    if (redis.status !== 'ready' || isElsewhere) throw new RedisOutage('Redis is not connected', { mayBeDone: false });
  }

  async function ask<T>(question: (redis: Redis | Cluster) => Promise<T>): Promise<T> {
    requireReady();
    try {
      const answer = question(redis);
      // When a node is lost, a cluster's client asks another one, each time for the full time-out: `inTime` bounds the whole.
      return await (isCluster ? inTime(answer) : answer);
    } catch (error) {
      throw explainFailure(error);
    }
  }

  /** A connection for a subscription; in a cluster each new one goes to the next node. */
  function newSubscriber(): Redis {
    const nodes = redis instanceof Cluster ? redis.nodes('all') : [];
    const { host, port } = nodes[turn++ % nodes.length]?.options ?? {};
    return new Redis({
      ...standaloneOptions(address),
      ...(host === undefined ? {} : { host, port }),
      enableOfflineQueue: true,
      retryStrategy: () => null,
    });
  }

  return {
    redis,
    isCluster,
    requireReady,
    ask,
    async subscribe(channel, onMessage, onBack) {
      subscriptions.push(await openSubscription({ newSubscriber, channel, onMessage, onBack }));
    },
    async ping() {
      await ask((client) =>
        client instanceof Cluster
          ? Promise.any(client.nodes('master').map((node) => node.ping()))
          : client.set(readyKey, '1', 'PX', readyKeptMs),
      );
    },
    close() {
      isOpen = false;
      redis.disconnect();
      for (const subscription of subscriptions) subscription.close();
    },
  };
}

function isRefusedSelect(error: Error & { command?: { name?: string } }): boolean {
  return error.command?.name === 'select';
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new RedisOutage('Redis does not answer', { mayBeDone: true })), silenceMs);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface RedisAddress {
  hosts: { host: string; port: number }[];
  isCluster: boolean;
  username: string | undefined;
  password: string | undefined;
  db: number;
  isEncrypted: boolean;
  place: string;
}

function parseRedisUrl(text: string): RedisAddress {
  // `URL` knows a single host, so the list of hosts is cut out first.
  const [, scheme, credentials = '', hostList = '', rest = ''] =
    /^(rediss?):\/\/(?:([^@/]*)@)?([^/?#]+)(.*)$/.exec(text) ?? [];
  const url = new URL(`redis://${credentials === '' ? '' : `${credentials}@`}host${rest}`);
  const hosts = hostList.split(',').map((entry) => {
    const { hostname, port } = new URL(`redis://${entry}`);
    return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 6379 : Number(port) };
  });
  return {
    hosts,
    isCluster: hosts.length > 1 || url.searchParams.get('cluster') === 'true',
    username: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    db: Number(url.pathname.slice(1) || 0),
    isEncrypted: scheme === 'rediss',
    place: hostList,
  };
}

function connectionOptions({ username, password, isEncrypted }: RedisAddress): RedisOptions {
  return {
    username,
    password,
    ...(isEncrypted ? { tls: {} } : {}),
    connectTimeout: silenceMs,
    socketTimeout: silenceMs,
    // Commands on a lost connection fail: whether to repeat them is for the caller to decide.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    maxLoadingRetryTime: maxReconnectDelayMs,
  };
}

function standaloneOptions(address: RedisAddress): RedisOptions {
  return {
    ...address.hosts[0],
    ...connectionOptions(address),
    db: address.db,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: reconnectDelay,
    // READONLY says that this server has become a replica: a new connection finds the one that took over.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  };
}

function openCluster(address: RedisAddress): Cluster {
  const options: ClusterOptions = {
    redisOptions: connectionOptions(address),
    lazyConnect: true,
    enableOfflineQueue: false,
    // Commands of one tick go to each node together.
    enableAutoPipelining: true,
    clusterRetryStrategy: reconnectDelay,
    slotsRefreshTimeout: silenceMs,
    slotsRefreshInterval: slotsRefreshMs,
    // A lost connection may have carried the command out. Repeated, a move would find itself made already and count as a lost race.
    retryDelayOnFailover: 0,
    maxRedirections: 3,
  };
  return new Cluster(address.hosts, options);
}

function reconnectDelay(attempt: number): number {
  return Math.min(50 * attempt, maxReconnectDelayMs);
}
