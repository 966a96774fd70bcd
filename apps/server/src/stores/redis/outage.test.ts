import { connect, createServer } from 'node:net';
import { freePort } from '@passbeam/workshop/free-port';
import { clusterSettings, isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { QrSession } from '../../core/qr/session.ts';
import { openTestPassbeam } from '../../testing.ts';
import { aLoginSession, aNewQrSession, anEvent, aRedemption, aRoom } from '../conformance/builders.ts';
import { openSqlite } from '../sql/open-sqlite.ts';
import type { SqlStores } from '../sql/stores.ts';
import { codeKey } from './keys.ts';
import { openRedis, type RedisConnection } from './open-redis.ts';
import { isRedisOutage } from './outage.ts';
import { withCodesInRedis } from './stores.ts';

const log = pino({ level: 'silent' });
const scanner = { userId: 'user-1', loginSessionId: 'login-1', displayName: 'Alice', photo: '' };

describe.skipIf(isRedisMissing())('without its Redis', () => {
  let redis: RedisServer;
  let connection: RedisConnection;
  let stores: SqlStores;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());
  beforeEach(async () => {
    await redis.flush();
    connection = await openRedis({ url: redis.url, log });
    const database = await openSqlite({ path: ':memory:', seal: (text) => text, unseal: (text) => text });
    stores = withCodesInRedis({ stores: database, connection, log });
  });
  afterEach(async () => {
    redis.resume();
    await stores.close();
  });

  const insert = (given: Parameters<typeof aNewQrSession>[0] = {}): Promise<QrSession> =>
    stores.qrSessions.insert(aNewQrSession(given), 120, anEvent());

  const scan = (session: QrSession, codeHash = session.idHash): Promise<boolean> => {
    const next: QrSession = { ...session, status: 'SCANNED', scanner, version: session.version + 1 };
    return stores.qrSessions.replace(next, session.expiresAt, anEvent({ type: 'qr.scanned', codeHash }));
  };

  const redeem = ({ idHash }: QrSession, ticketHash: string): Promise<boolean> => {
    const redemption = aRedemption({ codeHash: idHash, ticketHash });
    const loginSession = aLoginSession({ id: redemption.loginSessionId });
    return stores.redemptions.redeem({ redemption, loginSession, room: aRoom(), refreshToken: null, events: [] });
  };

  const eventsOf = async (codeHash: string) =>
    (await stores.audit.list({ codeHash, limit: 9 })).map(({ type }) => type);
  const backAgain = () => vi.waitFor(() => stores.ping(), { timeout: 10_000, interval: 50 });
  const outage = expect.toSatisfy(isRedisOutage);

  it('fails while Redis stands still, and goes on when it moves again', async () => {
    const session = await insert();
    redis.pause();
    await expect(stores.qrSessions.find(session.idHash)).rejects.toEqual(outage);
    await expect(stores.ping()).rejects.toEqual(outage);
    redis.resume();
    await backAgain();
    expect(await stores.qrSessions.find(session.idHash)).toMatchObject({ session });
    expect(await scan(session)).toBe(true);
  });

  it('fails while a cluster stands still, and goes on when it moves again', async () => {
    const cluster = await startRedis({ isCluster: true });
    const clustered = await openRedis({ url: cluster.url, log });
    try {
      cluster.pause();
      await expect(clustered.ping()).rejects.toEqual(outage);
      cluster.resume();
      await vi.waitFor(() => clustered.ping(), { timeout: 10_000 });
    } finally {
      clustered.close();
      await cluster.stop();
    }
  });

  it('asks a cluster nothing twice when the answer got lost on its way', async () => {
    const [port, bus, otherBus] = [await freePort(), await freePort(), await freePort()];
    const quickly = { 'repl-diskless-sync-delay': 0, 'repl-ping-replica-period': 1 };
    const settings = { ...clusterSettings(bus), ...quickly, 'cluster-announce-port': port };
    const cluster = await startRedis({ isCluster: true, settings });
    // With a single node the Redis client would take the whole cluster for lost, and repeat nothing.
    const other = await startRedis({ settings: clusterSettings(otherBus) });
    /** The answer to the next question with these words gets lost, and the connection with it. */
    let words: string | null = null;
    const way = createServer((client) => {
      const server = connect(cluster.port, '127.0.0.1');
      let isLost = false;
      client.on('data', (question) => {
        isLost ||= words !== null && question.includes(words);
        if (isLost) words = null;
        server.write(question);
      });
      server.on('data', (answer) => (isLost ? client.destroy() : client.write(answer)));
      client.on('error', () => {}).on('close', () => server.destroy());
      server.on('error', () => {}).on('close', () => client.destroy());
    }).listen(port, '127.0.0.1');
    await other.command('CLUSTER', 'MEET', '127.0.0.1', cluster.port, bus);
    const master = String(await cluster.command('CLUSTER', 'MYID'));
    await vi.waitFor(() => other.command('CLUSTER', 'REPLICATE', master), { timeout: 10_000 });
    const isKnown = async () => JSON.stringify(await cluster.command('CLUSTER', 'SLOTS')).includes(`${other.port}`);
    await vi.waitFor(async () => expect(await isKnown()).toBe(true), { timeout: 15_000 });
    const clustered = await openRedis({ url: `redis://127.0.0.1:${port}?cluster=true`, log });
    const database = await openSqlite({ path: ':memory:', seal: (text) => text, unseal: (text) => text });
    const { qrSessions, audit } = withCodesInRedis({ stores: database, connection: clustered, log });
    try {
      const scanOf = (session: QrSession) => {
        const next: QrSession = { ...session, status: 'SCANNED', scanner, version: session.version + 1 };
        const event = anEvent({ type: 'qr.scanned', codeHash: session.idHash });
        return qrSessions.replace(next, session.expiresAt, event);
      };
      // From here on the server knows the script.
      expect(await scanOf(await qrSessions.insert(aNewQrSession({ idHash: 'other' }), 120, anEvent()))).toBe(true);
      const session = await qrSessions.insert(aNewQrSession(), 120, anEvent());
      words = 'SCANNED';
      await expect(scanOf(session)).rejects.toEqual(outage);
      await vi.waitFor(() => clustered.ping(), { timeout: 10_000 });
      expect((await qrSessions.find(session.idHash))?.session.status).toBe('SCANNED');
      expect(await audit.list({ codeHash: session.idHash, limit: 9 })).toMatchObject([{ type: 'qr.scanned' }]);
    } finally {
      clustered.close();
      way.close();
      await database.close();
      await Promise.all([cluster.stop(), other.stop()]);
    }
  });

  it('fails while Redis is gone, writing nothing, and goes on with the next one', async () => {
    const session = await insert();
    await redis.kill();
    await vi.waitFor(() => expect(connection.redis.status).not.toBe('ready'), { timeout: 10_000 });
    await expect(scan(session)).rejects.toEqual(outage);
    await expect(insert({ idHash: 'never' })).rejects.toEqual(outage);
    expect(await eventsOf(session.idHash)).toEqual([]);
    await redis.restart();
    await backAgain();
    expect(await stores.qrSessions.find(session.idHash)).toBeNull();
    expect(await scan(await insert())).toBe(true);
  });

  it('keeps the audit event of a move that Redis may have made', async () => {
    const session = await insert();
    redis.pause();
    await expect(scan(session)).rejects.toEqual(outage);
    expect(await eventsOf(session.idHash)).toEqual(['qr.scanned']);
    redis.resume();
    await backAgain();
  });

  it('takes back the audit event of a move that a full Redis refused', async () => {
    const session = await insert();
    await redis.command('CONFIG', 'SET', 'maxmemory', 1);
    await expect(scan(session)).rejects.toEqual(outage);
    expect(await eventsOf(session.idHash)).toEqual([]);
    await redis.command('CONFIG', 'SET', 'maxmemory', 0);
    expect(await scan(session)).toBe(true);
  });

  it('exchanges a ticket once though its QR session could not be marked', async () => {
    const session = await insert({ status: 'AUTHORIZED', scanner });
    await redis.command('CONFIG', 'SET', 'maxmemory', 1);
    expect(await redeem(session, 'ticket-1')).toBe(true);
    await redis.command('CONFIG', 'SET', 'maxmemory', 0);
    expect((await stores.qrSessions.find(session.idHash))?.session.status).toBe('AUTHORIZED');
    expect(await redeem(session, 'ticket-1')).toBe(false);
    expect((await stores.qrSessions.find(session.idHash))?.session.status).toBe('CONSUMED');
  });

  it('knows no QR session after a flush, and takes no ticket twice', async () => {
    const session = await insert({ status: 'AUTHORIZED', scanner });
    expect(await redeem(session, 'ticket-2')).toBe(true);
    await redis.flush();
    expect(await stores.qrSessions.find(session.idHash)).toBeNull();
    expect(await redeem(session, 'ticket-2')).toBe(false);
  });

  it('knows no QR session and gives no second login when an old snapshot is restored', async () => {
    const session = await insert({ status: 'AUTHORIZED', scanner });
    const before = await redis.snapshot();
    expect(await redeem(session, 'ticket-3')).toBe(true);
    await redis.restart(before);
    await backAgain();
    expect(await redis.command('EXISTS', codeKey(session.idHash))).toBe(1);
    expect(await stores.qrSessions.find(session.idHash)).toBeNull();
    expect(await scan({ ...session, status: 'PENDING' })).toBe(false);
    expect(await redeem(session, 'ticket-3')).toBe(false);
    expect(await redeem(session, 'ticket-4')).toBe(false);
  });

  it('answers 503 with Retry-After, says that it is not ready but alive, and recovers by itself', async () => {
    const passbeam = await openTestPassbeam({}, { redisUrl: redis.url });
    try {
      const made = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
      const poll = () => passbeam.v3('GET', 'check-qrcode-status', { query: { qrcodeId: made.body.data.qrcodeId } });
      expect((await poll()).body.data.status).toBe('PENDING');
      redis.pause();
      const refused = await poll();
      expect(refused).toMatchObject({ http: 503, headers: { 'retry-after': '1' } });
      expect((await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).http).toBe(503);
      expect((await passbeam.v3('GET', '/readyz')).http).toBe(503);
      expect((await passbeam.v3('GET', '/healthz')).http).toBe(200);
      redis.resume();
      await vi.waitFor(async () => expect((await passbeam.v3('GET', '/readyz')).http).toBe(200), { timeout: 10_000 });
      expect((await poll()).body.data.status).toBe('PENDING');
    } finally {
      redis.resume();
      await passbeam.close();
    }
  });
});
