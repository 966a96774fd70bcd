import { inspect } from 'node:util';
import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { newEvent } from '../../core/audit/event.ts';
import type { QrSession } from '../../core/qr/session.ts';
import { createLimits } from '../../http/limits/limits.ts';
import { aLoginSession, aNewQrSession, anEvent, aRedemption, aRoom } from '../conformance/builders.ts';
import { openSqlite } from '../sql/open-sqlite.ts';
import type { SqlStores } from '../sql/stores.ts';
import { asGuideSays } from './as-guide-says.fixture.ts';
import { createLimiters } from './limiters.ts';
import { createNonceStore } from './nonces.ts';
import { openNotices, type RedisNotices } from './notices.ts';
import { openRedis, type RedisConnection } from './open-redis.ts';
import { isRedisOutage } from './outage.ts';
import { withCodesInRedis } from './stores.ts';

const log = pino({ level: 'silent' });
const caller = { ip: '192.0.2.1', userAgent: null, requestId: 'r' };
const secrets = { randomToken: () => 'token' } as Parameters<typeof createLimits>[0]['secrets'];

interface Node {
  connection: RedisConnection;
  notices: RedisNotices;
  stores: SqlStores;
  /** How often this node was told to load pools and applications again. */
  reloads: number;
}

describe.skipIf(isRedisMissing())('two nodes on one Redis', () => {
  let redis: RedisServer;
  let here: Node;
  let there: Node;
  let database: SqlStores;
  let url: string;

  beforeAll(async () => {
    redis = await startRedis();
    url = await asGuideSays(redis);
  });
  afterAll(() => redis?.stop());
  beforeEach(async () => {
    await redis.flush();
    database = await openSqlite({ path: ':memory:', seal: (text) => text, unseal: (text) => text });
    [here, there] = [await openNode(), await openNode()];
  });
  afterEach(async () => {
    for (const { connection } of [here, there]) connection.close();
    await database.close();
  });

  async function openNode(): Promise<Node> {
    const connection = await openRedis({ url, log });
    const stores = withCodesInRedis({ stores: database, connection, log });
    const node: Omit<Node, 'notices'> = { connection, stores, reloads: 0 };
    const notices = await openNotices({ connection });
    notices.onDirectoryChanged(() => {
      node.reloads += 1;
    });
    return Object.assign(node, { notices });
  }

  const insert = (given: Parameters<typeof aNewQrSession>[0] = {}): Promise<QrSession> =>
    here.stores.qrSessions.insert(aNewQrSession(given), 120, anEvent());
  const by = (userId: string) => ({ userId, loginSessionId: 'login-1', displayName: 'Alice', photo: '' });
  const move = (node: Node, session: QrSession, part: Partial<QrSession>) => {
    const next = { ...session, ...part, version: session.version + 1 };
    return node.stores.qrSessions.replace(next, session.expiresAt, null);
  };

  describe('notices', () => {
    it('tell every node of each new status of a code, and nobody else of it', async () => {
      const [watched, other] = [await insert(), await insert()];
      const heard: string[] = [];
      const leave = [
        here.notices.subscribe(watched.idHash, () => heard.push('here')),
        there.notices.subscribe(watched.idHash, () => heard.push('there')),
        there.notices.subscribe('another', () => heard.push('another')),
      ];
      await move(here, watched, { isBound: true });
      await move(here, other, { status: 'SCANNED', scanner: by('u') });
      await move(there, { ...watched, version: 2 }, { status: 'SCANNED', scanner: by('u') });
      await vi.waitFor(() => expect(heard.toSorted()).toEqual(['here', 'there']));
      for (const end of leave) end();
      expect([here.notices.count(), there.notices.count()]).toEqual([
        { codes: 0, listeners: 0 },
        { codes: 0, listeners: 0 },
      ]);
    });

    it('tell of changed pools and applications', async () => {
      here.notices.announceDirectory();
      await vi.waitFor(() => expect([here.reloads, there.reloads]).toEqual([1, 1]));
    });

    it('come again after a lost connection, and what may have been missed is looked at', async () => {
      const session = await insert();
      let heard = 0;
      there.notices.subscribe(session.idHash, () => {
        heard += 1;
      });
      await redis.command('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await vi.waitFor(() => expect([heard, there.reloads]).toEqual([1, 1]), { timeout: 10_000 });
      // The first node may be back before the other has subscribed, so the notice is repeated until it is heard.
      await vi.waitFor(
        async () => {
          here.notices.announceDirectory();
          expect(there.reloads).toBeGreaterThan(1);
        },
        { timeout: 10_000 },
      );
      await move(here, session, { status: 'SCANNED', scanner: by('u') });
      await vi.waitFor(() => expect(heard).toBe(2));
    });
  });

  describe('places for scanned codes', () => {
    it('are five for one person, whichever nodes the scans reach', async () => {
      const codes = await Promise.all(Array.from({ length: 12 }, () => insert()));
      const taken = await Promise.all(
        codes.map((code, index) => (index % 2 ? here : there).stores.qrSessions.takePlace('user-1', code, 5)),
      );
      expect(taken.filter(Boolean)).toHaveLength(5);
      expect(await here.stores.qrSessions.takePlace('user-2', codes[0] as QrSession, 5)).toBe(true);
    });

    it('are kept by a code that asks again', async () => {
      const { qrSessions } = here.stores;
      const [code, other] = [await insert(), await insert()];
      expect(await qrSessions.takePlace('user-1', code, 1)).toBe(true);
      expect(await qrSessions.takePlace('user-1', code, 1)).toBe(true);
      expect(await qrSessions.takePlace('user-1', other, 1)).toBe(false);
    });

    it('are free again when another person was first, and when the code is confirmed', async () => {
      const { qrSessions } = here.stores;
      const [lost, won] = [await insert(), await insert()];
      await qrSessions.takePlace('user-1', lost, 1);
      expect(await move(there, lost, { status: 'SCANNED', scanner: by('user-2') })).toBe(true);
      expect(await move(here, lost, { status: 'SCANNED', scanner: by('user-1') })).toBe(false);
      expect(await qrSessions.takePlace('user-1', won, 1)).toBe(true);
      const scanned: Partial<QrSession> = { status: 'SCANNED', scanner: by('user-1') };
      await move(here, won, scanned);
      expect(await qrSessions.countOutstanding({ scannedBy: 'user-1' }, 9)).toBe(1);
      await move(here, { ...won, ...scanned, version: 2 }, { status: 'AUTHORIZED' });
      expect(await qrSessions.countOutstanding({ scannedBy: 'user-1' }, 9)).toBe(0);
    });

    it('stay taken when the same person was first with the other phone', async () => {
      const code = await insert();
      await here.stores.qrSessions.takePlace('user-1', code, 1);
      expect(await move(there, code, { status: 'SCANNED', scanner: by('user-1') })).toBe(true);
      expect(await move(here, code, { status: 'SCANNED', scanner: by('user-1') })).toBe(false);
      expect(await here.stores.qrSessions.countOutstanding({ scannedBy: 'user-1' }, 9)).toBe(1);
    });
  });

  it('record an expired code once though both purge it', async () => {
    await insert({ idHash: 'late' });
    await redis.command('HSET', 'passbeam:{late}', 'expiresAt', 1);
    await redis.command('ZADD', 'passbeam:deadlines', 1, 'late');
    const purged = await Promise.all([here, there].map(({ stores }) => stores.qrSessions.purge(0, 10)));
    expect(purged.reduce((sum, { expired }) => sum + expired, 0)).toBe(1);
    expect(await database.audit.list({ type: 'qr.expired', limit: 9 })).toHaveLength(1);
    expect(await redis.command('ZCARD', 'passbeam:deadlines')).toBe(0);
  });

  it('do not record as expired a code that was redeemed, though Redis was never told', async () => {
    const session = await insert({ status: 'AUTHORIZED' });
    const redemption = aRedemption({ codeHash: session.idHash });
    await database.redemptions.redeem({
      redemption,
      loginSession: aLoginSession(),
      room: aRoom(),
      refreshToken: null,
      events: [],
    });
    await redis.command('HSET', `passbeam:{${session.idHash}}`, 'expiresAt', 1);
    await redis.command('ZADD', 'passbeam:deadlines', 1, session.idHash);
    expect(await here.stores.qrSessions.purge(0, 10)).toEqual({ deleted: 1, expired: 0 });
    expect(await database.audit.list({ type: 'qr.expired', limit: 9 })).toEqual([]);
  });

  it('leave nothing in Redis for ever but the deadlines', async () => {
    const session = await insert();
    await here.stores.qrSessions.takePlace('user-1', session, 5);
    await createNonceStore({ connection: here.connection, clock: { now: () => 0 } }).take('n', 60_000);
    const limits = createLimits({ audit: database.audit, secrets, newLimiter: createLimiters(here.connection) });
    await limits.consume('signIn', 'key', caller);
    const keys = (await redis.command('KEYS', '*')) as string[];
    expect(keys.length).toBeGreaterThan(5);
    for (const key of keys.filter((name) => name !== 'passbeam:deadlines')) {
      expect(await redis.command('PTTL', key), key).toBeGreaterThan(0);
    }
  });

  it('take a nonce once between them', async () => {
    const clock = { now: () => 1_000 };
    const take = (node: Node) => createNonceStore({ connection: node.connection, clock }).take('nonce', 61_000);
    const outcomes = await Promise.all([take(here), take(there), take(here), take(there)]);
    expect(outcomes.toSorted()).toEqual(['taken', 'used', 'used', 'used']);
  });

  it('share one budget, and have none without Redis', async () => {
    const events: ReturnType<typeof newEvent>[] = [];
    const audit = { append: async (event: ReturnType<typeof newEvent>) => void events.push(event) };
    const [first, second] = [here, there].map(({ connection }) =>
      createLimits({ audit, secrets, newLimiter: createLimiters(connection) }),
    ) as [ReturnType<typeof createLimits>, ReturnType<typeof createLimits>];
    for (let index = 0; index < 10; index++) await (index % 2 ? first : second).consume('clientSecret', 'k', caller);
    await expect(first.check('clientSecret', 'k')).rejects.toMatchObject({ code: 'too_many_requests' });
    await expect(second.consume('clientSecret', 'k', caller)).rejects.toMatchObject({
      code: 'too_many_requests',
      detail: { retryAfterSeconds: expect.toSatisfy((seconds) => seconds >= 1 && seconds <= 60) },
    });
    expect(events).toHaveLength(1);
    there.connection.close();
    await vi.waitFor(() => expect(there.connection.redis.status).toBe('end'));
    await expect(second.check('clientSecret', 'k')).rejects.toSatisfy(isRedisOutage);
    await expect(second.consume('clientSecret', 'k', caller)).rejects.toSatisfy(isRedisOutage);
  });

  it('warn at the start when Redis may evict', async () => {
    const warned: unknown[] = [];
    const warning = pino({ level: 'warn' }, { write: (line) => void warned.push(JSON.parse(line)) });
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    (await openRedis({ url: redis.url, log: warning })).close();
    await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    (await openRedis({ url: redis.url, log: warning })).close();
    expect(warned).toMatchObject([{ policy: 'allkeys-lru', msg: expect.stringContaining('noeviction') }]);
  });

  it('log a password that is refused when they come back, but not the password', async () => {
    const lines: string[] = [];
    const logging = pino({ level: 'info' }, { write: (line) => void lines.push(line) });
    await redis.command('ACL', 'SETUSER', 'rotated', 'on', '>first-password', '~*', '&*', '+@all');
    const connection = await openRedis({ url: redis.url.replace('//', '//rotated:first-password@'), log: logging });
    await redis.command('ACL', 'SETUSER', 'rotated', 'resetpass', '>next-password');
    await redis.command('CLIENT', 'KILL', 'USER', 'rotated');
    await vi.waitFor(() => expect(lines).not.toEqual([]), { timeout: 10_000 });
    await redis.command('ACL', 'SETUSER', 'rotated', '>first-password');
    await vi.waitFor(() => expect(lines.at(-1)).toContain('answers again'), { timeout: 10_000 });
    expect(lines.join('')).toContain('WRONGPASS');
    expect(lines.join('')).not.toContain('first-password');
    connection.close();
  });

  it('say what is wrong with an address, without its password', async () => {
    const port = new URL(redis.url).port;
    await redis.command('CONFIG', 'SET', 'requirepass', 'right');
    const opening = openRedis({ url: `redis://:wrong-password@127.0.0.1:${port}`, log });
    await expect(opening).rejects.toThrow(/127\.0\.0\.1:\d+.*check user name and password/);
    const failure = await opening.catch((error: Error) => error);
    expect(inspect(failure, { depth: 9 })).not.toContain('wrong-password');
    await redis.command('CONFIG', 'SET', 'requirepass', '');
    await expect(openRedis({ url: 'redis://127.0.0.1:1', log })).rejects.toThrow(/127\.0\.0\.1:1.*does not answer/);
  });
});
