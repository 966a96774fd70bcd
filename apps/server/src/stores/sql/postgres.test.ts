import { execFileSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../core/ground/ports.ts';
import type { UserSearch } from '../../core/users/search.ts';
import {
  aLoginSession,
  aNewQrSession,
  anApplication,
  anEvent,
  aPool,
  aRedemption,
  aRoom,
  aSigningKey,
  aUser,
} from '../conformance/builders.ts';
import { race } from '../conformance/opened.ts';
import { describeStores } from '../conformance.ts';
import { handedInNow } from './handed-in-now.fixture.ts';
import { openPostgres } from './open-postgres.ts';
import { openSqlite } from './open-sqlite.ts';
import { isStoreOutage } from './outage.ts';
import { openPostgresEngine } from './postgres/engine.ts';
import { createSqlStores, type SqlStores } from './stores.ts';

const sealer = {
  seal: (plain: string) => Buffer.from(plain).toString('base64'),
  unseal: (sealed: string) => Buffer.from(sealed, 'base64').toString(),
};
const clock = { now: () => 1_000_000 };

describe.skipIf(isPostgresMissing())('on PostgreSQL', () => {
  let server: PostgresServer;
  let admin: pg.Client;
  /** A connection that is never in a transaction: inside one, PostgreSQL repeats its first picture of the other connections. */
  let observer: pg.Client;
  beforeAll(async () => {
    server = await startPostgres();
    admin = new pg.Client({ connectionString: server.url });
    observer = new pg.Client({ connectionString: server.url });
    await Promise.all([admin.connect(), observer.connect()]);
  });
  afterAll(async () => {
    await Promise.all([admin.end(), observer.end()]);
    await server.stop();
  });

  /** Empty stores. Patient, for a test must not fail because the machine is busy. */
  async function openEmpty(given: Clock) {
    await empty();
    return openPostgres({ url: server.url, ...sealer, now: handedInNow(given), isPatient: true });
  }

  async function empty(): Promise<void> {
    const tables = `select tablename from pg_tables where schemaname = 'public' and tablename !~ 'kysely|version'`;
    const { rows } = await admin.query<{ tablename: string }>(tables);
    if (rows.length > 0) await admin.query(rows.map(({ tablename }) => `delete from ${tablename}`).join(';'));
  }

  describeStores('PostgreSQL', openEmpty);

  describe('a writer beside another', () => {
    let stores: SqlStores;
    const opened = async () => {
      stores = await openEmpty(clock);
      return stores;
    };
    afterEach(async () => {
      await admin.query('rollback');
      await stores.close();
    });

    /** Resolves when so many connections wait for a lock that `admin` holds. */
    const waiting = (count: number) =>
      vi.waitFor(
        async () => {
          const { rows } = await observer.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock'`);
          expect(rows).toHaveLength(count);
        },
        { timeout: 10_000, interval: 5 },
      );

    it('does not redeem a code that is being cancelled', async () => {
      const { qrSessions, redemptions } = await opened();
      const code = await qrSessions.insert(aNewQrSession({ status: 'AUTHORIZED' }), 120, anEvent());
      await admin.query('begin');
      await admin.query(`update qr_sessions set status = 'CANCELLED' where id_hash = $1`, [code.idHash]);
      const redeemed = redemptions.redeem({
        redemption: aRedemption({ codeHash: code.idHash }),
        loginSession: aLoginSession(),
        room: aRoom(),
        refreshToken: null,
        events: [],
      });
      await waiting(1);
      await admin.query('commit');
      expect(await redeemed).toBe(false);
    });

    it('counts every guess before it compares it', async () => {
      const { passcodes } = await opened();
      await passcodes.put({ slotHash: 'slot', passcodeHash: 'right', sentAt: 1, expiresAt: 2_000_000 }, 0);
      expect(await race(40, null, (index) => passcodes.take('slot', `wrong${index}`, { by: `${index}`, at: 5 }))).toBe(
        40,
      );
      const { rows } = await admin.query('select failures from passcodes');
      expect(rows).toEqual([{ failures: 5 }]);
      expect(await passcodes.take('slot', 'right', { by: 'caller', at: 5 })).toBeNull();
    });

    it('retires the key that was made meanwhile', async () => {
      const { signingKeys } = await opened();
      await signingKeys.insertFirst(aSigningKey({ createdAt: 1 }));
      await admin.query('begin');
      await admin.query('select kid from signing_keys where retired_at is null for update');
      const rotations = [2, 3].map((at) => signingKeys.rotate(aSigningKey({ createdAt: at }), at, anEvent()));
      await waiting(2);
      await admin.query('commit');
      await Promise.all(rotations);
      const keys = await signingKeys.list();
      expect(keys).toHaveLength(3);
      expect(keys.filter((key) => key.retiredAt === null)).toHaveLength(1);
    });

    it('purges no row that is being renewed, and does not wait for it', async () => {
      const { signInFailures } = await opened();
      await signInFailures.add('renewed', 1_000, 0);
      await signInFailures.add('old', 1_000, 0);
      await admin.query('begin');
      await admin.query(`update sign_in_failures set last_failed_at = 9000 where account_hash = 'renewed'`);
      expect(await signInFailures.purge(5_000, 10)).toBe(1);
      await admin.query('commit');
      expect(await signInFailures.find('renewed')).not.toBeNull();
      expect(await signInFailures.find('old')).toBeNull();
    });

    it('deletes the events around one that another is deleting, and does not wait for it', async () => {
      const { audit } = await opened();
      for (const id of ['a', 'b', 'c']) await audit.append(anEvent({ id, at: 1 }));
      await admin.query('begin');
      await admin.query(`delete from audit_events where id = 'b'`);
      expect(await audit.purge(5, 10)).toBe(2);
      await admin.query('commit');
      expect(await audit.list({ limit: 9 })).toEqual([]);
    });

    it('runs exclusive work of one node at a time', async () => {
      const first = await opened();
      const second = await openPostgres({ url: server.url, ...sealer });
      const steps: string[] = [];
      const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
      const slow = first.exclusively(async () => {
        steps.push('first begins');
        await mayEnd;
        steps.push('first ends');
      });
      await vi.waitFor(() => expect(steps).toHaveLength(1), { timeout: 10_000 });
      const other = second.exclusively(async () => steps.push('second'));
      await waiting(1);
      end();
      await Promise.all([slow, other]);
      expect(steps).toEqual(['first begins', 'first ends', 'second']);
      await second.close();
    });
  });

  it('keeps one sealed text per name, that of the first writer', async () => {
    const stores = await openEmpty(clock);
    const texts = await Promise.all(
      Array.from({ length: 5 }, (_, index) => stores.sealedKeys.keepOnce('key', async () => `text ${index}`)),
    );
    expect(new Set(texts).size).toBe(1);
    expect(await stores.sealedKeys.keepOnce('key', async () => 'later')).toBe(texts[0]);
    expect(await stores.sealedKeys.keepOnce('other', async () => 'its own')).toBe('its own');
    await stores.close();
  });

  it('numbers every change of pools and applications', async () => {
    const stores = await openEmpty(clock);
    const application = anApplication();
    const seen = [await stores.directoryVersion()];
    for (const write of [
      () => stores.pools.put(aPool()),
      () => stores.applications.put(application),
      () => stores.applications.putEndingLogins({ ...application, enabled: false }, 5, anEvent()),
      () => stores.applications.remove(application.id, 5, anEvent()),
    ]) {
      await write();
      seen.push(await stores.directoryVersion());
    }
    expect(new Set(seen).size).toBe(5);
    expect(await stores.directoryVersion()).toBe(seen.at(-1));
    await stores.close();
  });

  it('parses the hot statements once a connection', async () => {
    const engine = openPostgresEngine({ url: server.url, maxConnections: 1, isPatient: true });
    const { qrSessions } = createSqlStores(engine, sealer);
    for (let time = 0; time < 3; time++) await qrSessions.find('any');
    const { rows } = await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(engine.db);
    expect(rows.filter(({ statement }) => statement.includes('"qr_sessions"'))).toHaveLength(1);
    await engine.close();
  });

  it('stamps with the clock of the database, in whole milliseconds', async () => {
    await empty();
    const stores = await openPostgres({ url: server.url, ...sealer, isPatient: true });
    const { createdAt, expiresAt } = await stores.qrSessions.insert(aNewQrSession(), 120, anEvent());
    const { rows } = await admin.query<{ ms: number }>(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
    );
    expect(Number.isInteger(createdAt)).toBe(true);
    expect(expiresAt - createdAt).toBe(120_000);
    expect(createdAt).toBeLessThanOrEqual(rows[0]?.ms ?? 0);
    expect(createdAt).toBeGreaterThan((rows[0]?.ms ?? 0) - 60_000);
    await stores.close();
  });

  it('keeps a NUL, which its texts cannot hold, as the character for what cannot be shown', async () => {
    const stores = await openEmpty(clock);
    const code = await stores.qrSessions.insert(aNewQrSession({ generatorUserAgent: 'a\0b' }), 120, anEvent());
    expect((await stores.qrSessions.find(code.idHash))?.session.generatorUserAgent).toBe('a\ufffdb');
    expect(await stores.users.findByLogin('pool-1', 'account', 'nobody\0')).toBeNull();
    await stores.close();
  });

  describe('a search', () => {
    const names = [
      'École',
      'ÉCOLE',
      'école',
      'Zoë',
      'zoe',
      '100%',
      '100 percent',
      'a_b',
      'axb',
      'back\\slash',
      'ß',
      null,
    ];
    const all: Omit<UserSearch, 'sort' | 'keywords' | 'conditions'> = { userPoolId: 'pool-1', offset: 0, limit: 50 };
    const searches: Partial<UserSearch>[] = [
      ...['école', 'ÉCOLE', 'École', 'ZOE', 'zoë', '%', '_', 'a_b', '\\', 'SS', 'ß', ''].map((text) => ({
        keywords: { text, fields: ['name' as const, 'username' as const] },
      })),
      ...(['name', 'username', 'lastLogin', 'emailVerified', 'id'] as const).flatMap((field) =>
        (['asc', 'desc'] as const).map((direction) => ({ sort: [{ field, direction }] })),
      ),
      ...(['EQUAL', 'NOT_EQUAL', 'CONTAINS', 'NOT_CONTAINS', 'GREATER', 'LESSER'] as const).map((operator) => ({
        conditions: [{ field: 'name' as const, operator, values: ['École'] }],
      })),
      ...(['EQUAL', 'NOT_EQUAL', 'GREATER', 'LESSER'] as const).flatMap((operator) =>
        [3, 3.5, 1e300].map((value) => ({
          conditions: [{ field: 'loginsCount' as const, operator, values: [value] }],
        })),
      ),
      { conditions: [{ field: 'loginsCount', operator: 'BETWEEN', values: [2.5, 6] }] },
      { conditions: [{ field: 'loginsCount', operator: 'IN', values: [1, 2.5, 7] }] },
      { conditions: [{ field: 'name', operator: 'IS_NULL', values: [] }] },
      { conditions: [{ field: 'gender', operator: 'EQUAL', values: ['U'] }], limit: 3, offset: 2 },
    ];

    it('finds the same in the same order on both engines', async () => {
      const postgres = await openEmpty(clock);
      const sqlite = await openSqlite({ path: ':memory:', clock, ...sealer });
      for (const [index, name] of names.entries()) {
        const user = aUser({
          id: `user-${index}`,
          username: index % 3 === 0 ? null : `${name}${index}`,
          profile: name === null ? {} : { name },
          loginsCount: index,
          lastLogin: index % 2 === 0 ? null : index,
          email: null,
          phone: null,
          externalId: null,
          createdAt: 1_000 - (index % 4),
        });
        for (const stores of [postgres, sqlite]) expect(await stores.users.insert(user, anEvent())).toBeNull();
      }
      for (const part of searches) {
        const search: UserSearch = { ...all, keywords: null, conditions: [], sort: [], ...part };
        const [here, there] = [await postgres.users.search(search), await sqlite.users.search(search)];
        expect(here, JSON.stringify(part)).toEqual(there);
      }
      await Promise.all([postgres.close(), sqlite.close()]);
    });
  });

  describe('opening', () => {
    let databases = 0;
    async function freshDatabase(options = ''): Promise<string> {
      databases += 1;
      await admin.query(`create database fresh${databases} ${options}`);
      return server.url.replace(/postgres$/, `fresh${databases}`);
    }

    it('migrates once when four nodes start together', async () => {
      const url = await freshDatabase();
      const nodes = await Promise.all(
        Array.from({ length: 4 }, () => openPostgres({ url, ...sealer, isPatient: true })),
      );
      const code = await nodes[0]?.qrSessions.insert(aNewQrSession(), 120, anEvent());
      for (const node of nodes) expect(await node.qrSessions.find(code?.idHash ?? '')).not.toBeNull();
      await Promise.all(nodes.map((node) => node.close()));
    });

    it('takes the index that was built beforehand, beside the logins', async () => {
      const url = await freshDatabase();
      await (await openPostgres({ url, ...sealer })).close();
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`delete from kysely_migration where name = '0008-redemptions-by-age'`);
      await (await openPostgres({ url, ...sealer })).close();
      const { rows } = await client.query(`select indexname from pg_indexes where indexdef like '%(redeemed_at)'`);
      expect(rows).toEqual([{ indexname: 'redemptions_redeemed_at' }]);
      await client.end();
    });

    it('refuses a database that a newer release has upgraded', async () => {
      const url = await freshDatabase();
      await (await openPostgres({ url, ...sealer })).close();
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query(`insert into kysely_migration values ('9999-from-the-future', '2099-01-01T00:00:00.000Z')`);
      await client.end();
      await expect(openPostgres({ url, ...sealer })).rejects.toThrow(/newer release.*9999-from-the-future/);
    });

    it.each<[string, (url: string) => string | Promise<string>, RegExp]>([
      [
        'a port where nothing listens',
        (url) => url.replace(/:\d+\//, ':1/'),
        /127\.0\.0\.1:1\/postgres\): the server does not answer/,
      ],
      [
        'a host that does not exist',
        () => 'postgres://u:s3cret@nowhere.invalid/x',
        /nowhere\.invalid\/x\): the host name is not known/,
      ],
      ['a database that does not exist', (url) => url.replace(/postgres$/, 'missing'), /no such database/],
      ['a wrong password', guarded('wrong-s3cret'), /refuses this user: check user name, password/],
      ['encryption that the server does not offer', (url) => `${url}?sslmode=verify-full`, /check sslmode/],
      [
        'an encoding that cannot hold every name',
        () => freshDatabase(`encoding 'LATIN1' template template0`),
        /create a database with encoding UTF8/,
      ],
      ['a user who may not make tables', guarded('right-s3cret'), /make it the owner/],
    ])('refuses %s with a sentence that holds no password', async (_, urlOf, sentence) => {
      const refusal = await openPostgres({ url: await urlOf(server.url), ...sealer }).catch((error: Error) => error);
      expect(refusal).toBeInstanceOf(Error);
      expect((refusal as Error).message).toMatch(/^cannot open the database of DATABASE_URL \(/);
      expect((refusal as Error).message).toMatch(sentence);
      expect((refusal as Error).message).not.toContain('s3cret');
    });

    function guarded(password: string) {
      return async (url: string) => {
        await admin.query(`drop role if exists guarded`);
        await admin.query(`create role guarded login password 'right-s3cret'`);
        const fresh = new URL(await freshDatabase());
        expect(fresh.host).toBe(new URL(url).host);
        fresh.username = 'guarded';
        fresh.password = password;
        return fresh.href;
      };
    }
  });

  it('encrypts its connections where the address asks for it', async () => {
    const { rows } = await admin.query<{ data_directory: string }>('show data_directory');
    const folder = rows[0]?.data_directory ?? '';
    const [key, certificate] = [join(folder, 'server.key'), join(folder, 'server.crt')];
    const request = '-x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 2 -subj /CN=localhost';
    const files = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', ...request.split(' '), ...files], { stdio: 'pipe' });
    const { uid, gid } = statSync(folder);
    chownSync(key, uid, gid);
    await admin.query('alter system set ssl = on');
    await admin.query('select pg_reload_conf()');
    const trusted = `${server.url}?sslmode=verify-full&sslrootcert=${certificate}`;
    await vi.waitFor(async () => (await openPostgres({ url: trusted, ...sealer })).close(), { timeout: 15_000 });
    const engine = openPostgresEngine({ url: trusted, isPatient: true });
    const used = await sql`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(engine.db);
    expect(used.rows).toEqual([{ ssl: true }]);
    await engine.close();
    const untrusted = `${server.url}?sslmode=verify-full`;
    await expect(openPostgres({ url: untrusted, ...sealer })).rejects.toThrow(
      /check sslmode and sslrootcert \(self-signed/,
    );
    const missing = `${server.url}?sslrootcert=${folder}/missing`;
    await expect(openPostgres({ url: missing, ...sealer })).rejects.toThrow(
      'a file that the address names cannot be read',
    );
  });

  describe('an outage', () => {
    it.each([
      ['57P01', true],
      ['57P03', true],
      ['53300', true],
      ['53100', true],
      ['25006', true],
      ['40001', true],
      ['40P01', true],
      ['57014', true],
      ['08006', true],
      ['23505', false],
      ['42P01', false],
      ['22P02', false],
    ])('is told from a mistake: %s', async (state, isOutage) => {
      const engine = openPostgresEngine({ url: server.url, isPatient: true });
      const raising = sql.raw(`do $$ begin raise exception using errcode = '${state}', message = 'made up'; end $$`);
      const failure = await raising.execute(engine.db).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(pg.DatabaseError);
      expect(isStoreOutage(failure)).toBe(isOutage);
      await engine.close();
    });

    it('is also reported by a start that cannot get its turn', async () => {
      const engine = openPostgresEngine({ url: 'postgres://passbeam@127.0.0.1:1/postgres' });
      const failure = await engine.exclusively(async () => 'work').catch((error: unknown) => error);
      expect(isStoreOutage(failure)).toBe(true);
      await engine.close();
    });

    it('ends no process and needs no restart when connections are cut', async () => {
      const stores = await openEmpty(clock);
      await Promise.all(Array.from({ length: 5 }, () => stores.ping()));
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
        'passbeam',
      ]);
      await vi.waitFor(() => stores.ping(), { timeout: 10_000, interval: 5 });
      await stores.close();
      await stores.close();
      await expect(stores.ping()).rejects.toThrow();
    });

    it('is also a database that takes no writes, as readiness reports', async () => {
      const stores = await openEmpty(clock);
      await stores.ping();
      const cutAll = () =>
        admin.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', ['passbeam']);
      // As on a standby or during a switch-over. Connections that are open keep the old setting, so they are cut.
      await admin.query(`alter role passbeam set default_transaction_read_only = on`);
      await cutAll();
      await vi.waitFor(() => expect(stores.ping()).rejects.toThrow('takes no writes'), { timeout: 10_000 });
      await admin.query(`alter role passbeam reset default_transaction_read_only`);
      await cutAll();
      await vi.waitFor(() => stores.ping(), { timeout: 10_000 });
      await stores.close();
    });

    it('undoes a transaction whose connection is cut in the middle', async () => {
      const stores = await openEmpty(clock);
      const [first, second] = [aUser({ username: 'first' }), aUser({ username: 'second' })];
      await stores.users.insert(first, anEvent());
      await admin.query('begin');
      await admin.query('select id from users for update');
      const deleting = stores.users.delete(first.userPoolId, [
        { id: first.id, event: anEvent(), end: { at: 5, event: anEvent() } },
      ]);
      const failure = deleting.catch((error: unknown) => error);
      await vi.waitFor(
        async () => {
          const cut = `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`;
          expect((await observer.query(cut)).rows).toHaveLength(1);
        },
        { timeout: 10_000, interval: 5 },
      );
      await admin.query('commit');
      expect(isStoreOutage(await failure)).toBe(true);
      expect(await stores.users.find(first.id)).not.toBeNull();
      expect(await stores.users.insert(second, anEvent())).toBeNull();
      await stores.close();
    });
  });
});
