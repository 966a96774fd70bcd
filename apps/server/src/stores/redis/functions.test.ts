import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QrSession } from '../../core/qr/session.ts';
import { aNewQrSession, anEvent } from '../conformance/builders.ts';
import { openSqlite } from '../sql/open-sqlite.ts';
import type { SqlStores } from '../sql/stores.ts';
import { createFunctions } from './functions.ts';
import { deadlinesKey } from './keys.ts';
import { serverClock } from './library.ts';
import { openRedis, type RedisConnection } from './open-redis.ts';
import { isRedisOutage } from './outage.ts';
import { withCodesInRedis } from './stores.ts';

const log = pino({ level: 'silent' });
const scanner = { userId: 'user-1', loginSessionId: 'login-1', displayName: 'Alice', photo: '' };
const outage = expect.toSatisfy(isRedisOutage);
const atOnce = { settings: { 'repl-diskless-sync-delay': 0, 'repl-backlog-ttl': 0 } };

describe.skipIf(isRedisMissing())('a server of Redis whose history changes under a connection that stays', () => {
  let redis: RedisServer;
  let other: RedisServer;
  let connection: RedisConnection;
  let stores: SqlStores;
  let id: unknown;

  beforeEach(async () => {
    [redis, other] = await Promise.all([startRedis(atOnce), startRedis(atOnce)]);
    await follows(other, redis);
    connection = await openRedis({ url: redis.url, log });
    const database = await openSqlite({ path: ':memory:', seal: (text) => text, unseal: (text) => text });
    stores = withCodesInRedis({ stores: database, connection, log });
    id = await connection.redis.call('CLIENT', 'ID');
  });
  afterEach(async () => {
    await stores?.close();
    await Promise.all([redis?.stop(), other?.stop()]);
  });

  /** Makes a server the replica of another, and resolves when it has everything of it. */
  async function follows(replica: RedisServer, master: RedisServer): Promise<void> {
    await replica.command('REPLICAOF', '127.0.0.1', master.port);
    const isLinked = async () => expect(await replica.command('INFO', 'replication')).toContain('link_status:up');
    await vi.waitFor(isLinked, { timeout: 10_000 });
    await vi.waitFor(async () => expect(await offsetOf(replica)).toBe(await offsetOf(master)), { timeout: 10_000 });
  }
  const offsetOf = async (server: RedisServer) =>
    /master_repl_offset:(\d+)/.exec(String(await server.command('INFO', 'replication')))?.[1];
  const fullSynchronisations = async (server: RedisServer) =>
    Number(/sync_full:(\d+)/.exec(String(await server.command('INFO', 'stats')))?.[1]);
  const promote = (server: RedisServer) => server.command('REPLICAOF', 'NO', 'ONE');
  const insert = (): Promise<QrSession> => stores.qrSessions.insert(aNewQrSession(), 120, anEvent());
  const statusOf = async ({ idHash }: QrSession) => (await stores.qrSessions.find(idHash))?.session.status ?? null;
  const move = (session: QrSession, status: QrSession['status']) => {
    const next: QrSession = { ...session, status, scanner, version: session.version + 1 };
    return stores.qrSessions.replace(next, session.expiresAt, null);
  };

  it('shows no earlier status after it was synchronised with older data and promoted', async () => {
    const session = await insert();
    await vi.waitFor(async () => expect(await offsetOf(other)).toBe(await offsetOf(redis)));
    await promote(other);
    expect(await move(session, 'SCANNED')).toBe(true);
    expect(await statusOf(session)).toBe('SCANNED');
    await follows(redis, other);
    await promote(redis);
    expect(await redis.command('HGET', `passbeam:{${session.idHash}}`, 'status')).toBe('PENDING');
    expect(await statusOf(session)).toBeNull();
    expect(await move(session, 'SCANNED')).toBe(false);
    expect(await statusOf(await insert())).toBe('PENDING');
    expect(await connection.redis.call('CLIENT', 'ID')).toBe(id);
  });

  it('counts no earlier QR session after it was promoted with its own data and its functions as they were', async () => {
    const session = await insert();
    expect(await statusOf(session)).toBe('PENDING');
    await vi.waitFor(async () => expect(await offsetOf(other)).toBe(await offsetOf(redis)));
    await promote(other);
    await follows(redis, other);
    expect(await fullSynchronisations(other)).toBe(0);
    await promote(redis);
    expect(await statusOf(session)).toBeNull();
    expect(await move(session, 'SCANNED')).toBe(false);
    expect(await statusOf(await insert())).toBe('PENDING');
    expect(await connection.redis.call('CLIENT', 'ID')).toBe(id);
  });

  it('is rid of earlier QR sessions when their time is over, as of its own', async () => {
    const session = await insert();
    await vi.waitFor(async () => expect(await offsetOf(other)).toBe(await offsetOf(redis)));
    await promote(other);
    await follows(redis, other);
    await promote(redis);
    expect(await stores.qrSessions.purge(0, 10)).toEqual({ deleted: 0, expired: 0 });
    await redis.command('ZADD', deadlinesKey, 1, session.idHash);
    expect(await stores.qrSessions.purge(0, 10)).toEqual({ deleted: 1, expired: 0 });
    expect(await redis.command('EXISTS', `passbeam:{${session.idHash}}`)).toBe(0);
    expect(await redis.command('ZCARD', deadlinesKey)).toBe(0);
  });

  it.each(['yes', 'no'])('answers nothing while it is a replica, read-only: %s', async (isReadOnly) => {
    const session = await insert();
    await redis.command('CONFIG', 'SET', 'replica-read-only', isReadOnly);
    await redis.command('REPLICAOF', '127.0.0.1', other.port);
    await expect(statusOf(session)).rejects.toEqual(outage);
    await vi.waitFor(() => connection.requireReady(), { timeout: 5_000 });
    await expect(move(session, 'SCANNED')).rejects.toEqual(outage);
  });
});

describe.skipIf(isRedisMissing()).each([
  ['Redis', {}],
  ['a Redis cluster', { isCluster: true }],
])('the functions in %s', (_, options) => {
  let redis: RedisServer;
  let connection: RedisConnection;

  beforeEach(async () => {
    redis = await startRedis(options);
    connection = await openRedis({ url: redis.url, log });
  });
  afterEach(async () => {
    connection?.close();
    await redis?.stop();
  });

  const libraries = async () => ((await redis.command('FUNCTION', 'LIST')) as unknown[]).length;
  const overdue = (run: ReturnType<typeof createFunctions>) => run('overdue', [deadlinesKey], [0, 9]);

  it('are known from the start, and loaded again after they were lost', async () => {
    expect(await libraries()).toBe(1);
    await redis.command('FUNCTION', 'FLUSH');
    const run = createFunctions(connection, serverClock);
    expect(await Promise.all([overdue(run), overdue(run)])).toEqual([[], []]);
    expect(await libraries()).toBe(1);
  });

  it('of another release stand beside them, and neither replaces the other', async () => {
    const ours = createFunctions(connection, serverClock);
    const theirs = createFunctions(connection, { lua: `${serverClock.lua} -- another release` });
    for (let round = 0; round < 2; round++) {
      expect(await overdue(ours)).toEqual([]);
      expect(await overdue(theirs)).toEqual([]);
      expect(await libraries()).toBe(2);
    }
  });
});
