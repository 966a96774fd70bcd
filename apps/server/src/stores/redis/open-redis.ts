import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { explainFailure, RedisOutage, withoutArguments } from './outage.ts';
import { openSubscription } from './subscription.ts';

/**
 * A connection that is silent for so long is dropped and made anew, and what waited for it fails: a caller is answered
 * within two seconds (threat model T46).
 */
const silenceMs = 1500;
const maxReconnectDelayMs = 1000;
/** A cluster tells its clients nothing of a failover: they ask. */
const slotsRefreshMs = 1000;

export interface RedisConnection {
  /** For calls whose failure is nobody's to hear; all others go through `ask`. */
  readonly redis: Redis | Cluster;
  readonly isCluster: boolean;
  /** @throws RedisOutage at once when there is no connection now: nothing is kept for later */
  requireReady(): void;
  /** @throws RedisOutage when Redis cannot be asked, cannot serve, or does not answer in time */
  ask<T>(question: (redis: Redis | Cluster) => Promise<T>): Promise<T>;
  /**
   * Hears one channel over a connection of its own; in a cluster any node will do. `onBack` is called when that was lost and is there
   * again: messages in between were missed.
   */
  subscribe(channel: string, onMessage: (message: string) => void, onBack: () => void): Promise<void>;
  /**
   * Rejects when Redis does not answer. A cluster that lost some of its nodes does: it serves what the others hold, and every node of ours
   * would turn away at once.
   */
  ping(): Promise<void>;
  close(): void;
}

/**
 * Redis or Valkey: `redis://user:password@host:6379/0`, `rediss://` for TLS. Several hosts with commas between them, or
 * `?cluster=true`, mean a cluster.
 */
export async function openRedis({ url, log }: { url: string; log: Logger }): Promise<RedisConnection> {
  const address = parseRedisUrl(url);
  const isCluster = address.isCluster;
  const redis = isCluster ? openCluster(address) : new Redis(standaloneOptions(address));
  const subscriptions: { close(): void }[] = [];
  let turn = 0;
  let firstFailure: Error | null = null;
  let isDown = false;

  redis.on('error', (error: Error) => {
    firstFailure ??= withoutArguments(error);
    // Each try to connect fails with an error of its own: one line an outage.
    if (!isDown && isOpen) log.error({ err: withoutArguments(error) }, 'Redis does not answer');
    isDown = true;
  });
  redis.on('ready', () => {
    if (isDown && isOpen) log.info('Redis answers again');
    isDown = false;
  });

  let isOpen = false;
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    const reason = firstFailure ?? withoutArguments(error);
    throw new Error(`cannot reach Redis of REDIS_URL (${address.place}): ${explain(reason)}`, { cause: reason });
  }
  isOpen = true;
  await warnOfEviction(redis, log);

  function requireReady(): void {
    if (redis.status !== 'ready') throw new RedisOutage('Redis is not connected', { mayBeDone: false });
  }

  async function ask<T>(question: (redis: Redis | Cluster) => Promise<T>): Promise<T> {
    requireReady();
    try {
      const answer = question(redis);
      // A cluster's client asks again elsewhere when a node is lost, each time for as long.
      return await (isCluster ? inTime(answer) : answer);
    } catch (error) {
      throw explainFailure(error);
    }
  }

  /** In a cluster to one node after the other. */
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
      await ask((any) =>
        any instanceof Cluster ? Promise.any(any.nodes('master').map((node) => node.ping())) : any.ping(),
      );
    },
    close() {
      isOpen = false;
      redis.disconnect();
      for (const subscription of subscriptions) subscription.close();
    },
  };
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
  /** For messages: without credentials. */
  place: string;
}

function parseRedisUrl(text: string): RedisAddress {
  // URL knows one host, so the others are taken out first.
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
    // What was asked of a lost connection fails; asking again is for the caller to decide.
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
    // What a lost connection was asked may have been done. Asked once more, a move would find itself made, and pass for lost.
    retryDelayOnFailover: 0,
    maxRedirections: 3,
  };
  return new Cluster(address.hosts, options);
}

function reconnectDelay(attempt: number): number {
  return Math.min(50 * attempt, maxReconnectDelayMs);
}

/** What is evicted is lost before its time: codes, and with the counters of limits the limits. */
async function warnOfEviction(redis: Redis | Cluster, log: Logger): Promise<void> {
  const memory = await redis.info('memory').catch(() => '');
  const [, policy = null] = /^maxmemory_policy:(\S+)/m.exec(memory) ?? [];
  if (policy === 'noeviction') return;
  log.warn(
    { policy },
    policy === null
      ? 'Redis does not tell its maxmemory-policy: see to it that it is noeviction'
      : 'Redis evicts keys when its memory is full: set its maxmemory-policy to noeviction',
  );
}

/** What the operator can do about it. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^(WRONGPASS|NOAUTH|NOPERM)/.test(message))
    return `it refuses this user: check user name and password (${message})`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the host name is not known: check it (${message})`;
  if (/CERT|SSL|TLS|ALTNAME|SELF_SIGNED/.test(code)) return `no encrypted connection could be made (${message})`;
  return `it does not answer: check host and port, and that it runs (${message || code})`;
}
