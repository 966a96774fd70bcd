import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { pino } from 'pino';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Clock } from '../../core/ground/ports.ts';
import { describeQrSessions } from '../conformance/qr-sessions.ts';
import { describeRedemptions } from '../conformance/redemptions.ts';
import { openSqlite } from '../sql/open-sqlite.ts';
import type { SqlStores } from '../sql/stores.ts';
import { asGuideSays } from './as-guide-says.fixture.ts';
import type { FunctionClock } from './library.ts';
import { openRedis, type RedisConnection } from './open-redis.ts';
import { withCodesInRedis } from './stores.ts';

const log = pino({ level: 'silent' });
const plain = { seal: (text: string) => text, unseal: (text: string) => text };

/** A clock for the scripts that a test sets: its time travels with each call. */
const handedIn = (clock: Clock): FunctionClock => ({ lua: 'local now = tonumber(ARGV[#ARGV])', argument: clock.now });

describe.skipIf(isRedisMissing()).each([
  ['Redis', {}],
  // One node that serves every slot refuses a script whose keys are not of one slot, as any cluster does.
  ['a Redis cluster', { isCluster: true }],
])('%s with SQLite keeps the contract of', (_, options) => {
  let redis: RedisServer;
  let connection: RedisConnection;

  beforeAll(async () => {
    redis = await startRedis(options);
    connection = await openRedis({ url: await asGuideSays(redis, options), log });
  });
  afterAll(async () => {
    connection?.close();
    await redis?.stop();
  });

  async function open(clock: Clock): Promise<SqlStores> {
    await redis.flush();
    const stores = await openSqlite({ path: ':memory:', clock, ...plain });
    return withCodesInRedis({ stores, connection: { ...connection, close() {} }, log, clock: handedIn(clock) });
  }

  describe('QR sessions', () => describeQrSessions(open));
  describe('redemptions', () => describeRedemptions(open));
});
