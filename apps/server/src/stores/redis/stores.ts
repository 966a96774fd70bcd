import type { Logger } from 'pino';
import type { SqlStores } from '../sql/stores.ts';
import { createFunctions } from './functions.ts';
import { type FunctionClock, serverClock } from './library.ts';
import type { RedisConnection } from './open-redis.ts';
import { createQrSessionStore } from './qr-sessions.ts';
import { createRedemptionStore } from './redemptions.ts';

/** The database's stores with QR sessions moved to Redis; everything else stays in the database. */
export function withCodesInRedis(parts: {
  stores: SqlStores;
  connection: RedisConnection;
  log: Logger;
  /** For tests; nothing that is configured sets it. */
  clock?: FunctionClock;
}): SqlStores {
  const { stores, connection, log, clock = serverClock } = parts;
  const run = createFunctions(connection, clock);
  const qrSessions = createQrSessionStore({ connection, run, companionWrites: stores.companionWrites });
  return {
    ...stores,
    qrSessions,
    redemptions: createRedemptionStore({
      run,
      qrSessions,
      redemptions: stores.redemptions,
      onUnmarked: (error) => log.warn({ err: error }, 'a redeemed code could not be marked in Redis'),
    }),
    async ping() {
      await Promise.all([stores.ping(), connection.ping()]);
    },
    async close() {
      connection.close();
      await stores.close();
    },
  };
}
