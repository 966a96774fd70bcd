import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { ownerOf } from '../owner.fixture.ts';
import { rowsATurn } from './import.ts';
import { createUserImports } from './jobs.ts';
import { createRowJudge } from './judge.ts';
import { piece } from './records.ts';
import { createImportWorker } from './worker.ts';

const caller = { ip: '192.0.2.1', userAgent: null, requestId: 'request' };
const turnOfLoop = () => new Promise<void>((resolve) => setImmediate(resolve));
let passbeam: TestPassbeam;
afterEach(() => passbeam.close());

/** A node that works when it is told to. The server's own looks once a second, and finds each import taken. */
function aNode(over: Partial<TestPassbeam['stores']> = {}) {
  const parts = { ...passbeam, ...passbeam.stores, ...over };
  return createImportWorker({ ...parts, judge: createRowJudge({ ...parts, giveWay: turnOfLoop }) });
}

async function begin(text: string, { isDryRun = false, giveWay = turnOfLoop } = {}): Promise<string> {
  const { userImports, admin } = operators(giveWay);
  const made = await userImports.create(admin, { format: 'csv', dryRun: isDryRun }, caller);
  const length = 500_000;
  for (let part = 0; part * length < text.length; part++) {
    const isLast = (part + 1) * length >= text.length;
    const cut = { importId: made.id, part, text: text.slice(part * length, (part + 1) * length), isLast };
    await userImports.upload(admin, cut, caller);
  }
  return made.id;
}

function operators(giveWay = turnOfLoop) {
  const userImports = createUserImports({ ...passbeam, imports: passbeam.stores.imports, giveWay });
  return { userImports, admin: ownerOf('pool1') };
}

const found = (id: string) => passbeam.stores.imports.find('pool1', id);
const people = (n: number) =>
  ['username,name', ...Array.from({ length: n }, (_, index) => `person-${index},Person ${index}`)].join('\n');
/** How many people there are beside Alice, and how many of them were announced: each once. */
async function made() {
  const events = await passbeam.stores.audit.list({ type: 'admin.user_created', limit: 1_000 });
  return [
    (await passbeam.stores.users.count('pool1')) - 1,
    new Set(events.map(({ userId }) => userId)).size,
    events.length,
  ];
}

function describeNodes(environment: () => Promise<Record<string, string>>): void {
  beforeEach(async () => {
    passbeam = await openTestPassbeam(await environment());
    // The node under test is the only one: the server's own would take its work.
    await passbeam.stores.leases.take(
      { name: 'import:pool1', holder: 'held for the test', ms: 3_600_000 },
      passbeam.clock.now(),
    );
  });
  const release = () => passbeam.stores.leases.giveBack({ name: 'import:pool1', holder: 'held for the test' });

  it('a node that dies in the middle is followed by another, and no row is done twice', async () => {
    const id = await begin(people(120));
    await release();
    const dies = Promise.withResolvers<void>();
    let turns = 0;
    const dead = aNode().work(() => (++turns === 3 ? dies.promise : turnOfLoop()));
    await vi.waitFor(() => expect(turns).toBe(3));
    const before = await found(id);
    expect(before).toMatchObject({ state: 'running', created: 3 * rowsATurn });
    const next = aNode();
    expect(await next.work(turnOfLoop)).toBe(false);
    expect(await found(id)).toEqual(before);
    passbeam.pass(11);
    while ((await found(id))?.endedAt === null) await next.work(turnOfLoop);
    // The dead one was only slow, and goes on as if nothing had happened.
    dies.resolve();
    await dead;
    expect(await found(id)).toMatchObject({ state: 'finished', created: 120, refused: 0 });
    expect(await made()).toEqual([120, 120, 120]);
  });

  it('two that work on it at the same time do each row once', async () => {
    const id = await begin(people(150));
    const taking = { leases: { take: async () => true, giveBack: async () => {} } };
    const [one, other] = [aNode(taking), aNode(taking)];
    while ((await found(id))?.endedAt === null) await Promise.all([one.work(turnOfLoop), other.work(turnOfLoop)]);
    expect(await found(id)).toMatchObject({ created: 150, refused: 0 });
    expect(await made()).toEqual([150, 150, 150]);
  });

  it('a node that stops leaves its import to another at once', async () => {
    const id = await begin(people(150));
    await release();
    const one = aNode();
    await one.work(turnOfLoop, () => true);
    expect((await found(id))?.created).toBe(rowsATurn);
    await one.leave();
    const other = aNode();
    while ((await found(id))?.endedAt === null) await other.work(turnOfLoop);
    expect(await made()).toEqual([150, 150, 150]);
  });

  it('who takes an identifier between the look and the write costs its row alone', async () => {
    const id = await begin(people(12));
    await release();
    const { imports } = passbeam.stores;
    let isFirst = true;
    const late = {
      imports: {
        ...imports,
        async settle(step: Parameters<typeof imports.settle>[0]) {
          if (isFirst) await passbeam.addUser({ username: 'person-4' });
          isFirst = false;
          return imports.settle(step);
        },
      },
    };
    const node = aNode(late);
    while ((await found(id))?.endedAt === null) await node.work(turnOfLoop);
    expect(await found(id)).toMatchObject({ created: 11, refused: 1 });
    expect(await imports.report(id, null, 10)).toMatchObject([
      { row: 5, line: 6, field: 'username', code: 'user_exists' },
    ]);
  });

  it('an import that fails holds up no other, and ends when its rows cannot be opened', async () => {
    const { imports } = passbeam.stores;
    await passbeam.addPool('pool2');
    const id = await begin(people(20));
    const { userImports, admin } = operators();
    const second = { ...admin, userPoolId: 'pool2' };
    const made = await userImports.create(second, { format: 'csv', dryRun: false }, caller);
    await userImports.upload(second, { importId: made.id, part: 0, text: people(5), isLast: true }, caller);
    const broken = (rowsOf: () => Promise<null>) =>
      aNode({
        imports: { ...imports, rowsOf: (of, batch) => (of === id ? rowsOf() : imports.rowsOf(of, batch)) },
        leases: { take: async () => true, giveBack: async () => {} },
      });
    await expect(broken(() => Promise.reject(new Error('away'))).work(turnOfLoop)).rejects.toThrow('away');
    expect(await imports.find('pool2', made.id)).toMatchObject({ state: 'finished', created: 5 });
    await broken(async () => null).work(turnOfLoop);
    expect(await found(id)).toMatchObject({ state: 'failed', failure: 'importUnreadable' });
  });

  it('is paused by a full hasher and nothing else: no row is refused for it', async () => {
    const { userImports, admin } = operators();
    const asked = { format: 'csv', dryRun: false, passwords: 'plain' } as const;
    const { id } = await userImports.create(admin, asked, caller);
    await userImports.upload(
      admin,
      { importId: id, part: 0, text: 'username,password\nann,a long old word\n', isLast: true },
      caller,
    );
    await release();
    const { DomainError } = await import('../../ground/errors.ts');
    const full = { ...passbeam.passwords, hash: () => Promise.reject(new DomainError('too_many_requests')) };
    const parts = { ...passbeam, ...passbeam.stores };
    const busy = createImportWorker({
      ...parts,
      judge: createRowJudge({ ...parts, passwords: full, giveWay: turnOfLoop }),
    });
    expect(await busy.work(turnOfLoop)).toBe(false);
    expect(await found(id)).toMatchObject({ state: 'running', created: 0, refused: 0 });
    await aNode().work(turnOfLoop);
    expect(await found(id)).toMatchObject({ state: 'finished', created: 1 });
  });
}

describe('imports and nodes, on SQLite', () => describeNodes(async () => ({})));

describe.skipIf(isPostgresMissing())('imports and nodes, on PostgreSQL', () => {
  let postgres: PostgresServer;
  let databases = 0;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());
  describeNodes(async () => {
    databases += 1;
    const url = new URL(postgres.url);
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    await client.query(`create database imports${databases}`);
    await client.end();
    url.pathname = `/imports${databases}`;
    return { DATABASE_URL: url.href, SECRET_KEY: 'a-test-key-that-nobody-else-has-0123456789abcdef' };
  });
});

describe('twenty thousand rows', () => {
  beforeEach(async () => {
    passbeam = await openTestPassbeam();
  });

  it('are read, looked at and written a few at a time, with turns for everybody else between', async () => {
    const { imports, users, leases } = passbeam.stores;
    await leases.take({ name: 'import:pool1', holder: 'held for the test', ms: 3_600_000 }, passbeam.clock.now());
    const seen = { turns: 0, rows: 0, most: 0, lookUps: 0, mostLookUps: 0, batch: 0, sincePolled: 0 };
    const text = people(20_500);
    let readSince = 0;
    const id = await begin(text, {
      async giveWay() {
        readSince += 1;
        await turnOfLoop();
      },
    });
    expect(readSince).toBeGreaterThanOrEqual(Math.floor(text.length / piece));
    await leases.giveBack({ name: 'import:pool1', holder: 'held for the test' });

    const counted =
      <T extends unknown[], R>(call: (...given: T) => Promise<R>) =>
      (...given: T) => {
        seen.lookUps += 1;
        return call(...given);
      };
    const node = aNode({
      users: { ...users, findByLogin: counted(users.findByLogin), findLookAlikes: counted(users.findLookAlikes) },
      imports: {
        ...imports,
        async rowsOf(importId, batch) {
          const rows = await imports.rowsOf(importId, batch);
          seen.batch = Math.max(seen.batch, rows?.length ?? 0);
          return rows;
        },
        settle(step) {
          seen.rows += step.people.length + step.refusals.length;
          return imports.settle(step);
        },
      },
    });
    const rest = async () => {
      seen.turns += 1;
      seen.most = Math.max(seen.most, seen.rows);
      seen.mostLookUps = Math.max(seen.mostLookUps, seen.lookUps);
      seen.rows = 0;
      seen.lookUps = 0;
      if (seen.turns % 100 === 0) {
        const poll = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId: 'unknown' } });
        expect(poll.http).toBe(200);
      }
      await turnOfLoop();
    };
    while ((await found(id))?.endedAt === null) await node.work(rest);
    expect(await found(id)).toMatchObject({ state: 'finished', rows: 20_500, created: 20_500, refused: 0 });
    expect(await passbeam.stores.users.count('pool1')).toBe(20_501);
    expect(seen.most).toBe(rowsATurn);
    expect(seen.mostLookUps).toBeLessThanOrEqual(4 * rowsATurn);
    expect(seen.batch).toBe(100);
    expect(seen.turns).toBeGreaterThanOrEqual(20_500 / rowsATurn - 1);
  }, 120_000);
});
