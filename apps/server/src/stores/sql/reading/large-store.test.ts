import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UserSearch } from '../../../core/users/search.ts';
import type { SqlEngine } from '../engine/engine.ts';
import { migrate } from '../migrations/migrate.ts';
import { openPostgresEngine } from '../postgres/engine.ts';
import { openSqliteEngine } from '../sqlite/engine.ts';
import { createSqlStores, type SqlStores } from '../stores.ts';
import { fillLargeStore, isLarge, lastEventAt, size } from './large-store.fixture.ts';

const sealer = { seal: (text: string) => text, unseal: (text: string) => text };
const hour = 3_600_000;
const everyone: UserSearch = {
  userPoolId: 'pool-1',
  keywords: null,
  conditions: [],
  sort: [],
  offset: 0,
  limit: 10,
};
const events = { userPoolId: 'pool-1', types: null, offset: 0, limit: 10 } as const;
const reading = { order: 'newest', after: null, limit: 50, budget: 20_000 } as const;

/** A read, how many rows of tables and of indexes it may look at, and whether it must find anything. */
interface Read {
  what: string;
  run(stores: SqlStores): Promise<readonly unknown[]>;
  rows: number;
  findsNothing?: boolean;
}

const keywords = (text: string) => ({ ...everyone, keywords: { text, fields: ['name', 'email'] as never } });

const reads: Read[] = [
  {
    what: 'the first people',
    run: async ({ users }) => (await users.search(everyone)).users,
    rows: 2 * size.people + 60_000,
  },
  {
    what: 'the last people',
    run: async ({ users }) => (await users.search({ ...everyone, offset: size.people - 5 })).users,
    rows: 4 * size.people,
  },
  {
    what: 'people by a word that nobody has',
    run: async ({ users }) => (await users.search(keywords('zebra'))).users,
    rows: 4 * size.people,
    findsNothing: true,
  },
  {
    what: 'people by a word that most have',
    run: async ({ users }) => (await users.search(keywords('person'))).users,
    rows: 2 * size.people + 200_000,
  },
  {
    what: 'people by their last login',
    run: async ({ users }) =>
      (await users.search({ ...everyone, sort: [{ field: 'lastLogin', direction: 'desc' }] })).users,
    rows: 4 * size.people,
  },
  {
    what: 'one person by e-mail',
    run: async ({ users }) =>
      (
        await users.search({
          ...everyone,
          conditions: [{ field: 'email', operator: 'EQUAL', values: ['name000000007@example.com'] }],
        })
      ).users,
    rows: 20,
  },
  { what: 'the first events', run: async ({ audit }) => (await audit.page(events)).events, rows: 60_000 },
  {
    what: 'logins',
    run: async ({ audit }) =>
      (await audit.page({ ...events, types: ['session.created', 'user.sign_in_failed'] })).events,
    rows: 250_000,
  },
  {
    what: 'what administrators did',
    run: async ({ audit }) =>
      (await audit.page({ ...events, types: ['admin.user_created', 'admin.user_deleted'] })).events,
    rows: 60_000,
  },
  {
    what: 'events of a person',
    run: async ({ audit }) => (await audit.page({ ...events, userId: 'user-5' })).events,
    rows: 6_000,
  },
  {
    what: 'events of the last hour',
    run: async ({ audit }) => (await audit.page({ ...events, from: lastEventAt - hour })).events,
    rows: 30_000,
  },
  {
    what: 'events of a request in an hour long ago',
    run: async ({ audit }) => {
      const at = lastEventAt - Math.floor(size.events / 2) * 1000;
      const requestId = `request-${Math.floor((size.events - Math.floor(size.events / 2)) / 3)}`;
      return (await audit.page({ ...events, requestId, from: at - hour, to: at + hour })).events;
    },
    rows: 60_000,
  },
  {
    what: 'events of an address that is not there, within a budget',
    run: async ({ audit }) => (await audit.read({ ...events, ip: '203.0.113.1' }, reading)).events,
    rows: 60_000,
    findsNothing: true,
  },
  {
    what: 'the newest events',
    run: async ({ audit }) => (await audit.read(events, reading)).events,
    rows: 2_000,
  },
];

/** What must hold on both engines, whatever the size. */
function describeReads(opened: () => SqlStores, touched: (read: () => Promise<void>) => Promise<number>): void {
  it.each(reads)('reads $what and looks at $rows rows at most', async ({ run, rows, findsNothing = false }) => {
    let found: readonly unknown[] = [];
    const looked = await touched(async () => {
      found = await run(opened());
    });
    expect(found.length > 0).toBe(!findsNothing);
    expect(looked).toBeLessThanOrEqual(rows);
  });

  it('says how many people there are, and estimates how many a word fits', async () => {
    const { users } = opened();
    expect((await users.search(everyone)).totalCount).toBe(size.people);
    const { totalCount } = await users.search(keywords('person'));
    expect(totalCount).toBeGreaterThan(size.people * 0.9);
    expect(totalCount).toBeLessThan(size.people * 1.1);
  });

  it('estimates how many events there are', async () => {
    const { totalCount } = await opened().audit.page({ ...events, types: ['session.created'] });
    // Every fifth event, three quarters of them of this pool.
    expect(totalCount).toBeGreaterThan(size.events * 0.15 * 0.85);
    expect(totalCount).toBeLessThan(size.events * 0.15 * 1.15);
  });

  it('goes on by cursor to events that a budget left out', async () => {
    const { audit } = opened();
    const selection = { ...events, requestId: `request-${Math.floor(size.events / 3) - 10_000}` };
    const first = await audit.read(selection, reading);
    expect(first).toMatchObject({ events: [], next: expect.any(Number), searchedTo: expect.any(Number) });
    const second = await audit.read(selection, { ...reading, after: first.next });
    expect(second.events.length).toBeGreaterThan(0);
  });

  it('says so when a page is beyond what one call reads', async () => {
    const budget = { looked: 5_000, lookedForCount: 1_000, counted: 100 };
    expect((await opened().audit.page({ ...events, ip: '203.0.113.1' }, budget)).isBeyond).toBe(true);
    expect((await opened().users.search(keywords('zebra'), budget)).isBeyond).toBe(true);
  });
}

const minutes = isLarge ? 15 : 1;

describe('a large store on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'large-'));
  let engine: SqlEngine;
  let stores: SqlStores;
  beforeAll(async () => {
    const path = join(folder, 'large.db');
    engine = await openSqliteEngine({ path });
    await migrate(engine);
    await fillLargeStore(engine);
    await engine.close();
    engine = await openSqliteEngine({ path });
    stores = createSqlStores(engine, sealer);
  }, minutes * 60_000);
  afterAll(async () => {
    await engine?.close();
    rmSync(folder, { recursive: true });
  });

  const { prepare } = DatabaseSync.prototype;
  /** SQLite does not tell how many rows it looked at, so the plan of each statement must show that it starts at an index. */
  async function touched(read: () => Promise<void>): Promise<number> {
    const plans = new Set<string>();
    DatabaseSync.prototype.prepare = function (text, ...rest) {
      if (/^select/i.test(text)) {
        for (const row of prepare.call(this, `EXPLAIN QUERY PLAN ${text}`).all()) plans.add(String(row.detail));
      }
      return prepare.call(this, text, ...rest);
    };
    try {
      await read();
    } finally {
      DatabaseSync.prototype.prepare = prepare;
    }
    const unbounded = [...plans].filter((plan) => /^SCAN (audit_events|users)/.test(plan) && !plan.includes('USING'));
    expect(unbounded).toEqual([]);
    return 0;
  }

  describeReads(() => stores, touched);

  it('never keeps the event loop for more than one slice', async () => {
    let turns = 0;
    let isReading = true;
    const beat = () => {
      turns += 1;
      if (isReading) setImmediate(beat);
    };
    setImmediate(beat);
    await stores.users.search(keywords('zebra'));
    isReading = false;
    expect(turns).toBeGreaterThanOrEqual(Math.floor(size.people / engine.sliceRows));
  });

  it('reads a sorted page far back, and in slices that are no smaller for it', async () => {
    let turns = 0;
    const turn = () => {
      turns += 1;
      return engine.turn();
    };
    const { users } = createSqlStores({ ...engine, turn }, sealer);
    const offset = Math.min(size.people, 100_000) - 10;
    const page = await users.search({ ...everyone, sort: [{ field: 'lastLogin', direction: 'asc' }], offset });
    const atOnce = engine.db.selectFrom('users').select('id').where('user_pool_id', '=', everyone.userPoolId);
    const wanted = await atOnce.orderBy('last_login').orderBy('id').limit(10).offset(offset).execute();
    expect(page.users.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
    expect(page.totalCount).toBe(size.people);
    expect(turns).toBeLessThanOrEqual(size.people / 100);
  });
});

describe.skipIf(isPostgresMissing())('a large store on PostgreSQL', () => {
  let server: PostgresServer;
  let engine: SqlEngine;
  let stores: SqlStores;
  beforeAll(async () => {
    server = await startPostgres();
    // One connection, so that its counters can be asked for.
    engine = openPostgresEngine({ url: server.url, maxConnections: 1, isPatient: true });
    await migrate(engine);
    await fillLargeStore(engine);
    await sql`analyze`.execute(engine.db);
    stores = createSqlStores(engine, sealer);
  }, minutes * 60_000);
  afterAll(async () => {
    await engine?.close();
    await server?.stop();
  });

  async function counters(): Promise<number> {
    await sql`select pg_stat_force_next_flush()`.execute(engine.db);
    const { rows } = await sql<{ looked: number }>`select (
        (select sum(seq_tup_read) from pg_stat_user_tables) + (select sum(idx_tup_read) from pg_stat_user_indexes)
      )::bigint as looked`.execute(engine.db);
    return Number(rows[0]?.looked);
  }

  describeReads(
    () => stores,
    async (read) => {
      const before = await counters();
      await read();
      return (await counters()) - before;
    },
  );
});
