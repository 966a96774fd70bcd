import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newEvent } from '../../../../core/audit/event.ts';
import type { Lease } from '../../../../core/ground/leases.ts';
import { createLogFollower } from '../../../../core/management/codes/follow-log.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../../testing.ts';
import { callSigned, type SigningKey, signedRequest } from '../signed-call.fixture.ts';

/** What operators read and do, on each set of stores: the same tests. */
function describeOperators(environment: () => Promise<{ url?: string; redisUrl?: string }>): void {
  let passbeam: TestPassbeam;
  let other: SigningKey;

  beforeEach(async () => {
    const { url, redisUrl } = await environment();
    passbeam = await openTestPassbeam(
      url === undefined ? {} : { DATABASE_URL: url, SECRET_KEY: 'a-test-key-that-nobody-else-has-0123456789abcdef' },
      {
        redisUrl,
      },
    );
    other = await passbeam.addPool('pool2');
  });
  afterEach(() => passbeam.close());

  const call = async (path: string, body: Record<string, unknown> = {}, key?: SigningKey) =>
    (await callSigned(passbeam, 'POST', path, { body, key })).body;
  const data = async (path: string, body: Record<string, unknown> = {}, key?: SigningKey) => {
    const reply = await call(path, body, key);
    expect(reply, path).toMatchObject({ statusCode: 200 });
    return reply.data;
  };
  const code = async () =>
    (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data.qrcodeId as string;
  const move = async (qrcodeId: string, action: string, token: string) =>
    (await passbeam.v3('POST', 'change-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } })).body;
  const status = async (qrcodeId: string) =>
    (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data.status;
  const standing = async () => (await data('list-user-sessions', { userId: passbeam.alice.id })).list;

  describe('the log of everything', () => {
    const list = (body: Record<string, unknown> = {}, key?: SigningKey) => data('list-audit-events', body, key);
    const types = async (body: Record<string, unknown> = {}) =>
      (await list(body)).list.map(({ type }: { type: string }) => type);

    it('tells the story of a code, with names and no secret', async () => {
      const token = await passbeam.signIn();
      const qrcodeId = await code();
      await move(qrcodeId, 'SCAN', token);
      const [scanned] = (await list({ types: ['qr.scanned'] })).list;
      expect(scanned).toMatchObject({
        ...{ type: 'qr.scanned', outcome: 'success', userId: passbeam.alice.id, userName: 'Alice' },
        ...{ appId: 'site', appName: 'Application site', code: passbeam.secrets.hash(qrcodeId), ip: '127.0.0.1' },
      });
      expect(JSON.stringify(await list())).not.toContain(qrcodeId);
      expect(await types({ code: scanned.code, order: 'oldest' })).toEqual(['qr.created', 'qr.scanned']);
      expect(await types({ code: scanned.code.slice(0, 16), types: ['qr.*'] })).toEqual(['qr.scanned', 'qr.created']);
      expect(await types({ code: 'x'.repeat(16) })).toEqual([]);
    });

    it('is filtered by time, person, application, address, request, outcome and who acted', async () => {
      const at = passbeam.clock.now();
      await code();
      await passbeam.signIn();
      await data('update-security-settings', { registerDisabled: true });
      const [changed] = (await list({ types: ['admin.*'] })).list;
      expect(changed).toMatchObject({ type: 'admin.security_settings_updated', accessKeyId: 'pool1' });
      expect(await types({ accessKeyId: 'pool1' })).toEqual(['admin.security_settings_updated']);
      expect(await types({ requestId: changed.requestId })).toEqual(['admin.security_settings_updated']);
      expect(await types({ appId: 'phone' })).toEqual(['session.created']);
      expect(await types({ userId: passbeam.alice.id, types: ['session.*'] })).toEqual(['session.created']);
      expect(await types({ ip: '::ffff:127.0.0.1', types: ['qr.*'] })).toEqual(['qr.created']);
      expect(await types({ ip: '192.0.2.9' })).toEqual([]);
      expect(await types({ outcome: 'alarm' })).toEqual([]);
      expect(await types({ from: at, types: ['qr.*'] })).toEqual(['qr.created']);
      expect(await types({ to: at - 1, types: ['qr.*'] })).toEqual([]);
      expect(await types({ administratorId: 'nobody' })).toEqual([]);
    });

    it('goes on by cursor, which fits that request alone', async () => {
      for (let n = 0; n < 5; n++) await code();
      const asked = { types: ['qr.created'], limit: 2 };
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await list({ ...asked, cursor });
        seen.push(...page.list.map(({ eventId }: { eventId: string }) => eventId));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(5);
      expect(seen).toHaveLength(5);
      const { nextCursor } = await list(asked);
      for (const body of [
        { ...asked, types: ['qr.scanned'], cursor: nextCursor },
        { ...asked, cursor: 'nonsense' },
      ]) {
        expect(await call('list-audit-events', body)).toMatchObject({
          statusCode: 400,
          message: expect.stringContaining('cursor'),
        });
      }
    });

    it('refuses a type that there is not, and shows nothing of another pool', async () => {
      await code();
      expect(await call('list-audit-events', { types: ['qr.*', 'qr.nonsense'] })).toMatchObject({
        statusCode: 400,
        message: expect.stringContaining('types.1'),
      });
      expect((await list({}, other)).list).toEqual([]);
    });
  });

  describe('an export', () => {
    const exported = async (body: Record<string, unknown>) => {
      const url = '/api/v3/export-audit-events';
      return passbeam.app.inject(signedRequest(passbeam.pool, passbeam.clock.now(), 'POST', url, { body }));
    };

    it('has the events that fit, oldest first, and is recorded', async () => {
      const qrcodeId = await code();
      await code();
      const csv = await exported({ format: 'csv', types: ['qr.*'] });
      expect(csv.headers).toMatchObject({
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': expect.stringMatching(/^attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"$/),
      });
      const lines = csv.body.split('\r\n');
      expect(lines).toHaveLength(4);
      expect(lines[1]).toContain(passbeam.secrets.hash(qrcodeId));
      const jsonl = await exported({ format: 'jsonl', types: ['admin.audit_exported'] });
      expect(JSON.parse(jsonl.body.split('\n')[0] ?? '')).toMatchObject({
        type: 'admin.audit_exported',
        detail: { format: 'csv' },
      });
    });

    it('of a pool is one at a time', async () => {
      const lease = { name: 'export:pool1', holder: 'another', ms: 60_000 };
      await passbeam.stores.leases.take(lease, passbeam.clock.now());
      expect((await exported({ format: 'csv' })).statusCode).toBe(429);
      await passbeam.stores.leases.giveBack(lease);
      expect((await exported({ format: 'csv' })).statusCode).toBe(200);
      expect((await exported({ format: 'csv' })).statusCode).toBe(200);
    });
  });

  describe('the logins of a person', () => {
    it('are listed with what ends with them, and end one by one', async () => {
      await passbeam.signIn();
      passbeam.pass(1);
      const token = await passbeam.signIn();
      const [newest, oldest] = await standing();
      expect(newest).toMatchObject({
        appId: 'phone',
        appName: 'Application phone',
        amr: ['pwd'],
        endedAt: null,
        confirmedCount: 0,
      });
      const ended = await data('end-user-sessions', {
        userId: passbeam.alice.id,
        sessionIds: [newest.sessionId, 'unknown'],
      });
      expect(ended).toEqual({ ended: 1 });
      expect((await standing()).map(({ sessionId }: { sessionId: string }) => sessionId)).toEqual([oldest.sessionId]);
      expect((await passbeam.v3('GET', 'get-profile', { app: 'phone', token })).body.statusCode).toBe(401);
      const gone = await data('list-user-sessions', { userId: passbeam.alice.id, state: 'ended' });
      expect(gone.list).toMatchObject([{ sessionId: newest.sessionId, endedAt: expect.any(String) }]);
    });

    it('are paged, and end all together', async () => {
      for (let n = 0; n < 3; n++) await passbeam.signIn();
      const first = await data('list-user-sessions', { userId: passbeam.alice.id, limit: 2 });
      const second = await data('list-user-sessions', {
        userId: passbeam.alice.id,
        limit: 2,
        cursor: first.nextCursor,
      });
      expect([first.list.length, second.list.length, second.nextCursor]).toEqual([2, 1, null]);
      expect(await data('end-user-sessions', { userId: passbeam.alice.id, all: true })).toEqual({ ended: 3 });
      expect(await standing()).toEqual([]);
    });

    it('are closed to another pool, and both kinds of naming them exclude each other', async () => {
      await passbeam.signIn();
      const userId = passbeam.alice.id;
      for (const path of ['list-user-sessions', 'end-user-sessions']) {
        expect(await call(path, { userId, ...(path.startsWith('end') && { all: true }) }, other)).toMatchObject({
          apiCode: 2004,
        });
      }
      expect(await call('end-user-sessions', { userId })).toMatchObject({ statusCode: 400 });
      expect(await call('end-user-sessions', { userId, all: true, sessionIds: ['a'] })).toMatchObject({
        statusCode: 400,
      });
      expect(await standing()).toHaveLength(1);
    });
  });

  describe('logins by where they came from', () => {
    it('are counted without an end first, then ended, with those they confirmed', async () => {
      const token = await passbeam.signIn();
      const bob = await passbeam.addUser({ username: 'bob' });
      await passbeam.signIn('bob');
      const meant = { appId: 'phone', userId: passbeam.alice.id, amr: 'pwd' };
      expect(await data('end-sessions', { ...meant, dryRun: true })).toEqual({
        n: 1,
        isCapped: false,
        nextCursor: null,
      });
      expect(await standing()).toHaveLength(1);
      expect(await data('end-sessions', { ...meant, dryRun: false })).toMatchObject({ n: 1 });
      expect(await data('end-sessions', { ...meant, dryRun: false })).toMatchObject({ n: 0 });
      expect((await passbeam.v3('GET', 'get-profile', { app: 'phone', token })).body.statusCode).toBe(401);
      expect((await data('list-user-sessions', { userId: bob.id })).list).toHaveLength(1);
      expect(await data('end-sessions', { from: passbeam.clock.now(), dryRun: false })).toMatchObject({ n: 1 });
      const { list } = await data('list-audit-events', { types: ['admin.sessions_ended'] });
      expect(list).toHaveLength(2);
    });

    it('stay when they do not fit', async () => {
      await passbeam.signIn();
      for (const meant of [{ appId: 'site' }, { amr: 'qr' }, { to: 1 }, { code: 'y'.repeat(20) }]) {
        expect(await data('end-sessions', { ...meant, dryRun: false })).toMatchObject({ n: 0 });
      }
      expect(await standing()).toHaveLength(1);
    });

    it('of another pool stay, and a call that narrows nothing is refused', async () => {
      await passbeam.signIn();
      expect(
        (await callSigned(passbeam, 'POST', 'end-sessions', { body: { appId: 'phone', dryRun: false }, key: other }))
          .body.data.n,
      ).toBe(0);
      expect(await call('end-sessions', { dryRun: true })).toMatchObject({ statusCode: 400 });
      expect(await standing()).toHaveLength(1);
    });
  });

  describe('a search of people', () => {
    const found = async (body: Record<string, unknown>, key?: SigningKey) =>
      (await data('search-users', body, key)).list.map(({ username }: { username: string }) => username);

    beforeEach(async () => {
      passbeam.pass(1);
      await passbeam.addUser({ username: 'Albert', email: 'first@example.org', nickname: 'Zed' });
      passbeam.pass(1);
      await passbeam.addUser({ username: 'carol', password: null, phone: '+8613800000077' });
    });

    it('finds by the beginning of an identifier', async () => {
      for (const [text, expected] of [
        ['al', ['Albert', 'alice']],
        ['ALICE@', ['alice']],
        ['first@', ['Albert']],
        ['+86 138', ['alice', 'carol']],
        ['lice', []],
        ['%', []],
        ['zed', []],
      ] as const) {
        expect((await found({ text })).sort(), text).toEqual(expected);
      }
    });

    it('looks through all for anything else, in this pool alone', async () => {
      for (const [body, expected] of [
        [{ text: 'lice', deep: true }, ['alice']],
        [{ text: 'zed', deep: true }, ['Albert']],
        [{ where: { hasPassword: false } }, ['carol']],
        [{ where: { status: ['Suspended'] } }, []],
        [{ where: { status: ['Activated'] } }, ['carol', 'Albert', 'alice']],
        [{ where: { createdFrom: 1_800_000_002_000 } }, ['carol']],
        [{ where: { createdTo: 1_800_000_000_000 } }, ['alice']],
        [{}, ['carol', 'Albert', 'alice']],
      ] as const) {
        expect(await found(body), JSON.stringify(body)).toEqual(expected);
        expect(await found(body, other), JSON.stringify(body)).toEqual([]);
      }
    });

    it('finds those who are suspended by their own index', async () => {
      await data('update-user', { userId: passbeam.alice.id, status: 'Suspended' });
      expect(await found({ where: { status: ['Suspended', 'Archived'] } })).toEqual(['alice']);
    });

    it('goes on by cursor, which fits that request alone', async () => {
      for (const body of [{ text: 'al' }, {}, { text: 'a', deep: true }]) {
        const all = await found(body);
        const one = await data('search-users', { ...body, limit: 1 });
        const [next] = await found({ ...body, limit: 1, cursor: one.nextCursor });
        expect([one.list[0].username, next]).toEqual(all.slice(0, 2));
        const foreign = { ...body, text: 'other', limit: 1, cursor: one.nextCursor };
        expect(await call('search-users', foreign)).toMatchObject({ statusCode: 400 });
      }
    });
  });

  describe('unfinished codes', () => {
    it('are listed newest first by their hashes, with who scanned, and counted', async () => {
      const token = await passbeam.signIn();
      const first = await code();
      await code();
      await move(first, 'SCAN', token);
      const { list, unfinished, applications } = await data('list-live-codes');
      expect(unfinished).toMatchObject({ n: 2, isCapped: false });
      expect(applications).toEqual([{ appId: 'site', unfinished: { n: 2, isCapped: false } }]);
      expect(list).toHaveLength(2);
      const scanned = await data('list-live-codes', { status: 'SCANNED', appId: 'site' });
      expect(scanned.list).toMatchObject([
        {
          ...{ code: passbeam.secrets.hash(first), status: 'SCANNED', appId: 'site', foreignPoll: false },
          ...{ scanner: { userId: passbeam.alice.id, name: 'Alice' }, maker: { isServer: false, ip: '127.0.0.1' } },
        },
      ]);
      expect(JSON.stringify(list)).not.toContain(first);
      expect((await data('list-live-codes', {}, other)).list).toEqual([]);
      expect(await call('list-live-codes', { appId: 'site' }, other)).toMatchObject({ statusCode: 404 });
    });

    it('are ended by the beginning of their hashes, as lists and logs show it', async () => {
      const [one, two] = [await code(), await code()];
      const codes = [one, two].map((id) => passbeam.secrets.hash(id).slice(0, 16));
      expect(await data('end-qrcodes', { codes }, other)).toEqual({ ended: 0, isCapped: false });
      expect(await data('end-qrcodes', { codes: codes.slice(0, 1) })).toEqual({ ended: 1, isCapped: false });
      expect(await Promise.all([one, two].map(status))).toEqual(['CANCELLED', 'PENDING']);
    });

    it('end when an operator says so: nobody can confirm them, and their pages hear of it', async () => {
      const token = await passbeam.signIn();
      const [one, two, three] = [await code(), await code(), await code()];
      await move(one, 'SCAN', token);
      const codes = [one, two].map((id) => passbeam.secrets.hash(id));
      expect(await data('end-qrcodes', { codes }, other)).toEqual({ ended: 0, isCapped: false });
      expect(await data('end-qrcodes', { codes })).toEqual({ ended: 2, isCapped: false });
      expect(await data('end-qrcodes', { codes })).toEqual({ ended: 0, isCapped: false });
      expect(await Promise.all([one, two, three].map(status))).toEqual(['CANCELLED', 'CANCELLED', 'PENDING']);
      expect((await move(one, 'CONFIRM', token)).statusCode).not.toBe(200);
      expect(await data('end-qrcodes', { appId: 'site' })).toEqual({ ended: 1, isCapped: false });
      expect((await data('list-live-codes')).list).toEqual([]);
      const { list } = await data('list-audit-events', { types: ['qr.ended'] });
      expect(list).toHaveLength(3);
      const scanned = { userId: passbeam.alice.id, accessKeyId: 'pool1', appId: 'site' };
      expect(list).toContainEqual(expect.objectContaining(scanned));
      expect(await call('end-qrcodes')).toMatchObject({ statusCode: 400 });
    });
  });

  describe('scans over time', () => {
    /** As another node that begins to count: its own lease, taken when that of the node before has run out. */
    const follow = async () => {
      passbeam.pass(120);
      await createLogFollower({ ...passbeam, ...passbeam.stores }).follow();
    };
    const minute = 60_000;
    const statistics = async (body: Record<string, unknown> = {}) => {
      const now = passbeam.clock.now();
      return data('get-scan-statistics', { from: now - 30 * minute, to: now, step: 60, ...body });
    };
    const scan = async () => {
      const token = await passbeam.signIn();
      const qrcodeId = await code();
      passbeam.pass(3);
      await move(qrcodeId, 'SCAN', token);
      passbeam.pass(6);
      await move(qrcodeId, 'CONFIRM', token);
    };

    it('are counted behind the log, each once, whichever node counts', async () => {
      expect((await statistics()).totals.created).toBe(0);
      await scan();
      await code();
      await follow();
      await follow();
      const { totals, medianSeconds, series, before, computedUpTo } = await statistics();
      expect(totals).toEqual({ created: 2, scanned: 1, confirmed: 1, cancelled: 0, expired: 0, exchanged: 0 });
      expect(medianSeconds.scan).toBeCloseTo(3, 0);
      expect(medianSeconds.confirm).toBeCloseTo(6, 0);
      expect(medianSeconds.exchange).toBeNull();
      expect(before.totals.created).toBe(0);
      expect(series.length).toBeLessThanOrEqual(31);
      expect(series.filter(({ created }: { created: number }) => created > 0)).toHaveLength(1);
      expect(Date.parse(computedUpTo)).toBe(passbeam.clock.now() - 10_000);
      expect((await statistics({ appId: 'phone' })).totals.created).toBe(0);
      expect((await statistics({ appId: 'site' })).totals.created).toBe(2);
    });

    it('wait until events that come late have come', async () => {
      await code();
      passbeam.pass(5);
      await createLogFollower({ ...passbeam, ...passbeam.stores }).follow();
      expect((await statistics({ to: passbeam.clock.now() + minute })).totals.created).toBe(0);
      await follow();
      expect((await statistics()).totals.created).toBe(1);
    });

    it('are not counted while another node holds the lease', async () => {
      await code();
      passbeam.pass(120);
      await passbeam.stores.leases.take({ name: 'statistics', holder: 'another', ms: 60_000 }, passbeam.clock.now());
      await createLogFollower({ ...passbeam, ...passbeam.stores }).follow();
      expect((await statistics()).totals.created).toBe(0);
    });

    it('become hours after two days, the same in sum', async () => {
      await scan();
      await follow();
      const day = 86_400;
      passbeam.pass(3 * day);
      await follow();
      const now = passbeam.clock.now();
      const asked = { from: now - 4 * day * 1000, to: now, step: day };
      const { totals, medianSeconds } = await statistics(asked);
      expect(totals).toMatchObject({ created: 1, scanned: 1, confirmed: 1 });
      expect(medianSeconds.scan).toBeCloseTo(3, 0);
      expect(await call('get-scan-statistics', { ...asked, step: 60 })).toMatchObject({ statusCode: 400 });
      expect(await passbeam.stores.statistics.purge(now, 100)).toBeGreaterThan(0);
      expect((await statistics(asked)).totals.created).toBe(0);
    });

    it('become hours once, though the node that did it lost its lease meanwhile', async () => {
      await scan();
      await follow();
      passbeam.pass(3 * 86_400);
      const now = passbeam.clock.now();
      const [lost, holding] = ['lost', 'holding'].map((holder) => ({ name: 'statistics', holder, ms: 60_000 })) as [
        Lease,
        Lease,
      ];
      await passbeam.stores.leases.take(holding, now);
      expect(await passbeam.stores.statistics.rollUp(now, lost)).toBe(false);
      expect(await passbeam.stores.statistics.rollUp(now, holding)).toBe(true);
      expect((await statistics({ from: now - 4 * 86_400_000, step: 86_400 })).totals.scanned).toBe(1);
    });

    it('show alarms, and nothing of another pool', async () => {
      await passbeam.stores.audit.append(
        newEvent(passbeam.secrets, 'qr.ticket_replayed', null, { userPoolId: 'pool1', applicationId: 'site' }),
      );
      await follow();
      expect((await statistics()).alarms).toEqual({ 'qr.ticket_replayed': 1 });
      const now = passbeam.clock.now();
      expect(await call('get-scan-statistics', { from: 0, to: now, step: 86_400 })).toMatchObject({ statusCode: 400 });
      expect((await data('get-scan-statistics', { from: now - minute, to: now, step: 60 }, other)).alarms).toEqual({});
      expect(
        await call('get-scan-statistics', { from: now - minute, to: now, step: 60, appId: 'site' }, other),
      ).toMatchObject({ statusCode: 404 });
    });
  });

  it('a pool is summed up', async () => {
    expect(await data('get-userpool-summary')).toMatchObject({
      users: { n: 1, isCapped: false },
      applications: { n: 2, isCapped: false },
      accessKeys: { n: 0, isCapped: false },
    });
    expect(await data('get-userpool-summary', {}, other)).toMatchObject({ users: { n: 0 }, applications: { n: 0 } });
  });
}

describe('operators, on SQLite', () => {
  describeOperators(async () => ({}));
});

describe.skipIf(isPostgresMissing() || isRedisMissing())('operators, on PostgreSQL and Redis', () => {
  let postgres: PostgresServer;
  let redis: RedisServer;
  let admin: pg.Client;
  let client: Redis;
  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
    client = new Redis(redis.url);
  });
  afterAll(async () => {
    client?.disconnect();
    await admin?.end();
    await Promise.all([postgres?.stop(), redis?.stop()]);
  });

  describeOperators(async () => {
    await client.flushall();
    const tables = `select tablename from pg_tables where schemaname = 'public' and tablename !~ 'kysely|version|signing|sealed'`;
    const { rows } = await admin.query<{ tablename: string }>(tables);
    if (rows.length > 0) await admin.query(rows.map(({ tablename }) => `delete from ${tablename}`).join(';'));
    return { url: postgres.url, redisUrl: redis.url };
  });
});
