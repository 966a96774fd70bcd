import type { Logger } from 'pino';
import { countRefusals } from '../core/audit/refusals.ts';
import type { Clock, Secrets } from '../core/ground/ports.ts';
import type { QrNotices } from '../core/qr/notices.ts';
import { startSharedClock } from '../upkeep/shared-clock.ts';
import { createNonceStore } from './process/nonces.ts';
import { createProcessNotices } from './process/notices.ts';
import { type ChangeListener, recording } from './recording.ts';
import { createLimiters } from './redis/limiters.ts';
import { createNonceStore as createSharedNonceStore } from './redis/nonces.ts';
import { openNotices } from './redis/notices.ts';
import { openRedis } from './redis/open-redis.ts';
import { isRedisOutage } from './redis/outage.ts';
import { withCodesInRedis } from './redis/stores.ts';
import { openPostgres, type PostgresOptions } from './sql/open-postgres.ts';
import { databaseFile, openSqlite } from './sql/open-sqlite.ts';
import { isStoreOutage } from './sql/outage.ts';
import type { ChangingSealer } from './sql/sealed-columns.ts';
import type { SqlStores } from './sql/stores.ts';

export interface StoreOptions {
  /** Null: one SQLite file in `dataDir`. */
  databaseUrl: string | null;
  dataDir: string;
  /** Null: QR sessions stay in the database, limits and nonces in this process. */
  redisUrl: string | null;
  sealer: ChangingSealer;
  /** Whether something may be sealed with an older key than the sealer's first. */
  isSealingAnew: boolean;
  secrets: Secrets;
  log: Logger;
  /** The machine's clock: it gives the time where a single process has the store to itself. */
  machineClock: Clock;
  /** The network that an address belongs to, as wide as one person's: refusals are counted per network. */
  networkOf(ip: string): string;
  listeners: ChangeListener[];
  /** Hears how many writes each commit of SQLite made durable. */
  onCommit?: (writes: number) => void;
  /** Wraps every store, before anything else does. */
  traced?: (stores: SqlStores) => SqlStores;
  /** For tests: replaces the store's clock. */
  clock?: Clock;
  databasePath?: string;
  database?: Pick<PostgresOptions, 'now' | 'isPatient'>;
}

/** The stores as the rest of the server uses them, with the clock, notices and limits that the same engines provide. */
export interface OpenStores {
  stores: SqlStores;
  /** The same instant on every node. */
  clock: Clock;
  notices: QrNotices;
  nonces: ReturnType<typeof createNonceStore>;
  /** Makes counters that all nodes share; absent without Redis. */
  newLimiter?: ReturnType<typeof createLimiters>;
  isRedisConnected?: () => boolean;
  /** True where other nodes may write without a notice reaching this one: whoever waits must then look regularly. */
  hearsNoOtherNode: boolean;
  isOutage(error: unknown): boolean;
  /** Seals again, with the first key of SECRET_KEY, rows that another key sealed; returns how many. Null where there is one key. */
  sealAnew: (() => Promise<number>) | null;
  announceDirectory(): void;
  /** Calls the listener when another node may have written a pool or an application. */
  onDirectoryChanged(listener: () => void): void;
  close(): Promise<void>;
}

/** Opens the configured stores, after migrating the database. Nothing else opens any for the server. */
export async function openStores(options: StoreOptions): Promise<OpenStores> {
  const { databaseUrl, redisUrl, log, secrets, networkOf } = options;
  const database = await openDatabase(options);
  const sharedClock =
    databaseUrl === null || options.clock ? null : await startSharedClock({ readTime: database.readTime, log });
  const clock = options.clock ?? sharedClock ?? options.machineClock;

  async function openShared() {
    if (redisUrl === null) return null;
    const connection = await openRedis({ url: redisUrl, log });
    return { connection, notices: await openNotices({ connection }) };
  }
  const redis = await openShared().catch(async (error: unknown) => {
    await sharedClock?.stop();
    await database.close();
    throw error;
  });

  const sealAnew = options.isSealingAnew ? () => database.resealAll(options.sealer) : null;
  if (sealAnew !== null) {
    const resealed = await sealAnew();
    log.info(
      { resealed },
      'the first key of SECRET_KEY has sealed everything; docs/guide/operate.md says when the others may go',
    );
  }

  const { traced = (stores) => stores } = options;
  const bare = traced(redis ? withCodesInRedis({ stores: database, connection: redis.connection, log }) : database);
  const counting = { ...bare, audit: countRefusals(bare.audit, { secrets, networkOf }) };
  const notices = redis?.notices ?? createProcessNotices();
  // With Redis the script that changes a code gives the notice, together with the change.
  const listeners = redis ? options.listeners : [...options.listeners, { codeChanged: notices.publish }];

  return {
    stores: recording(counting, listeners, clock),
    clock,
    notices,
    nonces: redis ? createSharedNonceStore({ connection: redis.connection, clock }) : createNonceStore({ clock }),
    newLimiter: redis ? createLimiters(redis.connection) : undefined,
    isRedisConnected: redis ? () => redis.connection.redis.status === 'ready' : undefined,
    hearsNoOtherNode: databaseUrl !== null && redis === null,
    isOutage: (error) => isStoreOutage(error) || isRedisOutage(error),
    sealAnew,
    announceDirectory: () => redis?.notices.announceDirectory(),
    onDirectoryChanged: (listener) => redis?.notices.onDirectoryChanged(listener),
    async close() {
      await sharedClock?.stop();
      await bare.close();
    },
  };
}

function openDatabase({ databaseUrl, dataDir, sealer, ...options }: StoreOptions): Promise<SqlStores> {
  if (databaseUrl !== null) return openPostgres({ ...options.database, url: databaseUrl, ...sealer });
  const { clock, onCommit } = options;
  return openSqlite({ path: options.databasePath ?? databaseFile(dataDir), clock, onCommit, ...sealer });
}
