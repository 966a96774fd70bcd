import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startPassbeam } from '@passbeam/workshop/passbeam';
import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { startProgram } from '@passbeam/workshop/program';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compose, type Passbeam } from '../compose.ts';
import { loadConfig } from '../config/config.ts';
import { callSigned } from '../http/routes/management/signed-call.fixture.ts';
import { handedInNow } from '../stores/sql/handed-in-now.fixture.ts';
import { openPostgres } from '../stores/sql/open-postgres.ts';
import { testPassword, v3Of } from '../testing.ts';
import { dataLeftBehind } from './data-left-behind.ts';
import { type Moved, moveData } from './move-data.ts';
import {
  answersOf,
  exchange,
  type Held,
  liveOnSqlite,
  passwordSignIn,
  post,
  rotatedSecret,
  type Served,
  scanToLogin,
  site,
  siteSecret,
} from './move-to-postgres.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'passbeam-move-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const dataDir = join(folder, 'data');
const source = join(dataDir, 'passbeam.db');
const nothing = () => {};

const fileHash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

describe.skipIf(isPostgresMissing())('a move from the embedded store to PostgreSQL', () => {
  let server: PostgresServer;
  let admin: pg.Client;
  let databases = 0;
  let held: Held;
  let hashBefore: string;

  beforeAll(async () => {
    server = await startPostgres();
    admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    held = await liveOnSqlite(dataDir);
    hashBefore = fileHash(source);
  });
  afterAll(async () => {
    await admin?.end();
    await server?.stop();
  });

  async function freshDatabase(): Promise<string> {
    databases += 1;
    await admin.query(`create database moved${databases}`);
    return server.url.replace(/postgres$/, `moved${databases}`);
  }

  async function inDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  const tablesIn = (url: string) =>
    inDatabase(url, async (client) => {
      const { rows } = await client.query<{ tablename: string }>(
        `select tablename from pg_tables where schemaname = 'public'`,
      );
      return rows.map(({ tablename }) => tablename);
    });

  const exchangesIn = (url: string) =>
    inDatabase(url, async (client) => {
      const { rows } = await client.query(`select 1 from audit_events where type = 'qr.exchanged'`);
      return rows.length;
    });

  const clock = { now: () => 1_800_000_100_000 };
  function startNode(url: string): Promise<Passbeam> {
    const key = { SECRET_KEY_FILE: join(dataDir, 'secret.key') };
    const config = loadConfig({ ...key, DATABASE_URL: url, DATA_DIR: folder, RATE_LIMITS: 'off', DEMO: 'off' });
    const world = { log: pino({ level: 'silent' }), version: '0.0.0', links: [], clock };
    return compose(config, { ...world, database: { now: handedInNow(clock), isPatient: true } });
  }

  /** An empty database of this release with a trigger that runs `body` for each row of `revoked_tokens`. */
  async function databaseWithTrigger(body: string): Promise<string> {
    const url = await freshDatabase();
    await (await openPostgres({ url, seal: String, unseal: String })).close();
    await inDatabase(url, async (client) => {
      await client.query(`create function arrive() returns trigger language plpgsql as 'begin ${body}; end'`);
      await client.query(
        'create trigger arrive before insert on revoked_tokens for each row execute function arrive()',
      );
    });
    return url;
  }

  /** The data folder of a stopped server, to be spoilt. */
  function copyOfData(): string {
    const copy = mkdtempSync(join(folder, 'copy-'));
    cpSync(dataDir, copy, { recursive: true });
    return copy;
  }

  const move = (url: string, from = dataDir, more: Record<string, string> = {}): Promise<Moved> =>
    moveData({ DATA_DIR: from, DATABASE_URL: url, ...more }, nothing);

  describe('that is done', () => {
    let url: string;
    let node: Passbeam;
    let served: Served;

    beforeAll(async () => {
      url = await freshDatabase();
      await move(url);
      node = await startNode(url);
      const { app } = node;
      served = { app, clock, pool: held.pool, v3: v3Of(app) };
    });
    afterAll(() => node?.close());

    it('leaves the file as it was', () => {
      expect(fileHash(source)).toBe(hashBefore);
      expect(existsSync(`${source}-wal`)).toBe(false);
    });

    it('keeps keys, people, applications, settings and logs', async () => {
      const answers = await answersOf(served);
      for (const [question, answer] of Object.entries(held.answers))
        expect(answers[question], question).toEqual(answer);
    });

    it('keeps passwords, as they are and as apps encrypt them', async () => {
      expect((await passwordSignIn(served, 'alice', 'wrong')).body.statusCode).not.toBe(200);
      expect((await passwordSignIn(served, 'alice', testPassword)).body.statusCode).toBe(200);
      for (const [passwordEncryptType, encrypted] of Object.entries(held.encryptedPasswords)) {
        const { body } = await passwordSignIn(served, 'alice', encrypted, { passwordEncryptType });
        expect(body.statusCode, passwordEncryptType).toBe(200);
      }
    });

    it('keeps logins: access tokens, revoked ones, refresh tokens', async () => {
      const profile = await served.v3('GET', 'get-profile', { token: held.accessToken });
      expect(profile.body.data).toMatchObject({ userId: held.aliceId, nickname: 'Alice' });
      expect((await served.v3('GET', 'get-profile', { token: held.revokedToken })).body.statusCode).toBe(401);
      const refresh = { grant_type: 'refresh_token', refresh_token: held.refreshToken };
      expect(await post(served, '/oidc/token', { ...refresh, ...site(siteSecret) })).toMatchObject({
        error: 'invalid_client',
      });
      expect(await post(served, '/oidc/token', { ...refresh, ...site(rotatedSecret) })).toMatchObject({
        refresh_token: expect.stringMatching(/^rt_/),
      });
    });

    it('keeps used tickets used', async () => {
      expect((await exchange(served, held.usedTicket, rotatedSecret)).body.statusCode).not.toBe(200);
      expect(await exchangesIn(url)).toBe(1);
    });

    it('keeps access keys, which sign calls', async () => {
      const reply = await callSigned(served, 'GET', 'list-access-key', { key: held.accessKey });
      expect(reply.body.statusCode).toBe(200);
    });

    it('goes on: people log in by scan, and events are numbered on', async () => {
      await scanToLogin(served, rotatedSecret);
      expect(await exchangesIn(url)).toBe(2);
    });

    it('is refused the second time, for the data that is there', async () => {
      await expect(move(url)).rejects.toThrow(/already holds data: user_pools \(1\), .*write the address of an empty/);
    });
  });

  it('moves every row of every table but the few that are named', async () => {
    const leftBehind = ['qr_sessions', 'nodes', 'directory_version', 'kysely_migration', 'kysely_migration_lock'];
    const url = await freshDatabase();
    const { tables } = await move(url);
    const database = new DatabaseSync(join(copyOfData(), 'passbeam.db'));
    const names = database
      .prepare(`select name from sqlite_schema where type = 'table' and name not like 'sqlite%'`)
      .all();
    const moved = tables.map(({ table }) => table);
    expect([...moved, ...leftBehind].sort()).toEqual(names.map(({ name }) => String(name)).sort());
    await inDatabase(url, async (client) => {
      for (const { table, rows } of tables) {
        if (table === 'sealed_keys') continue;
        const here = database.prepare(`select * from ${table}`).all().map(plain).sort();
        const there = (await client.query(`select * from ${table}`)).rows.map(plain).sort();
        expect(here.length, `${table} has no row in the fixture: give it one`).toBeGreaterThan(0);
        expect(there, table).toEqual(here);
        expect(rows, table).toBe(here.length);
      }
      const keys = await client.query('select * from sealed_keys order by name');
      const sealed = (file: string) => readFileSync(join(dataDir, file), 'utf8').trim();
      expect(keys.rows).toEqual([
        { name: 'password-key', sealed_text: sealed('password-key.pem.sealed') },
        { name: 'sm2-password-key', sealed_text: sealed('sm2-password-key.sealed') },
      ]);
    });
    database.close();
  });

  it('goes on without a missing key of encrypted passwords, and says so', async () => {
    const data = copyOfData();
    rmSync(join(data, 'sm2-password-key.sealed'));
    const url = await freshDatabase();
    expect((await move(url, data)).missingKeyFiles).toEqual(['sm2-password-key.sealed']);
    const names = await inDatabase(url, (client) => client.query('select name from sealed_keys'));
    expect(names.rows).toEqual([{ name: 'password-key' }]);
  });

  it('is waited for by a node that starts meanwhile', async () => {
    const url = await databaseWithTrigger('perform pg_advisory_xact_lock(1); return new');
    await inDatabase(url, async (holder) => {
      await holder.query('select pg_advisory_lock(1)');
      /** Resolves when so many connections to the database wait for a lock. */
      const waiting = (count: number) =>
        vi.waitFor(
          async () => {
            const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
            expect((await holder.query(waits)).rows).toHaveLength(count);
          },
          { timeout: 10_000, interval: 5 },
        );
      const moving = move(url);
      await waiting(1);
      const starting = startNode(url);
      await waiting(2);
      await holder.query('select pg_advisory_unlock(1)');
      await moving;
      const node = await starting;
      expect(node.directory.pools()).toHaveLength(1);
      expect((await node.app.inject('/oidc/.well-known/jwks.json')).json()).toEqual(held.answers.keys);
      await node.close();
    });
  });

  describe('that is refused', () => {
    let untouched: string;
    beforeAll(async () => {
      untouched = await freshDatabase();
    });
    const otherKey = { SECRET_KEY: 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9' };

    it.each<[string, RegExp, (data: string) => void, Record<string, string>?]>([
      [
        'a folder without a database',
        /DATA_DIR is ".*no passbeam\.db\. Write/,
        (data) => rmSync(join(data, 'passbeam.db')),
      ],
      [
        'a file that is no database',
        /is not a database of this product/,
        (data) => writeFileSync(join(data, 'passbeam.db'), 'x'.repeat(9_000)),
      ],
      [
        'a database of something else',
        /passbeam\.db is no database of passbeam\. Write the DATA_DIR/,
        (data) => {
          rmSync(join(data, 'passbeam.db'));
          change(data, 'create table users (id text)');
        },
      ],
      [
        'an older release',
        /older release of passbeam: start this release once on it/,
        (data) => change(data, `delete from kysely_migration where name like '0007%'`),
      ],
      [
        'a newer release',
        /newer release of passbeam: move it with that release/,
        (data) => change(data, `insert into kysely_migration values ('9999-later', '2099-01-01')`),
      ],
      [
        'no key',
        /SECRET_KEY is not set, and .*secret\.key is not there\. Write/,
        (data) => rmSync(join(data, 'secret.key')),
      ],
      [
        'another key',
        /SECRET_KEY does not open what is sealed in signing_keys: sealed with key .*start with the SECRET_KEY/,
        (data) => {
          for (const file of ['password-key.pem.sealed', 'sm2-password-key.sealed']) rmSync(join(data, file));
        },
        otherKey,
      ],
      ['another key of passwords', /SECRET_KEY does not open .*password-key\.pem\.sealed/, () => {}, otherKey],
      [
        'another key of passwords encrypted with SM2',
        /SECRET_KEY does not open .*sm2-password-key\.sealed/,
        (data) => rmSync(join(data, 'password-key.pem.sealed')),
        otherKey,
      ],
    ])('for %s, and touches neither side', async (_, sentence, spoil, more) => {
      const data = copyOfData();
      spoil(data);
      const file = join(data, 'passbeam.db');
      const before = existsSync(file) && fileHash(file);
      await expect(move(untouched, data, more)).rejects.toThrow(sentence);
      expect(existsSync(file) && fileHash(file)).toBe(before);
      expect(await tablesIn(untouched)).toEqual([]);
    });

    it('while a server has the file open, even an idle one; once that is killed everything is copied, and no server can open the file meanwhile', async () => {
      const url = await freshDatabase();
      const data = copyOfData();
      const source = ['--no-warnings', '--input-type=module', '-e', idleServer(join(data, 'passbeam.db'))];
      const idle = startProgram('an idle server', [process.execPath, ...source]);
      await idle.untilLine(/open/);
      await expect(move(url, data)).rejects.toThrow(/passbeam\.db: another process holds the database: stop it/);
      expect(await tablesIn(url)).toEqual([]);
      await idle.kill();

      let refusal: unknown;
      const { tables } = await moveData({ DATA_DIR: data, DATABASE_URL: url }, () => {
        const late = new DatabaseSync(join(data, 'passbeam.db'));
        try {
          late.exec('update directory_version set version = version + 1');
        } catch (error) {
          refusal = error;
        } finally {
          late.close();
        }
      });
      expect(refusal).toMatchObject({ errcode: 5 });
      expect(tables).toContainEqual({ table: 'revoked_tokens', rows: 2 });
    });

    it('where PostgreSQL does not answer, in a sentence without the password', async () => {
      const url = server.url.replace(/passbeam@(.*):\d+/, 'passbeam:s3cret@$1:1');
      const refusal: Error = await move(url).then(
        () => new Error('moved'),
        (error: Error) => error,
      );
      expect(refusal.message).toMatch(/DATABASE_URL \(127\.0\.0\.1:1\/postgres\): the server does not answer/);
      expect(refusal.message).not.toContain('s3cret');
    });

    it('halfway, and PostgreSQL is as it was', async () => {
      const url = await freshDatabase();
      await expect(
        moveData({ DATA_DIR: dataDir, DATABASE_URL: url }, (table) => {
          if (table === 'audit_events') throw new Error('the disk is gone');
        }),
      ).rejects.toThrow('the disk is gone');
      expect(await tablesIn(url)).toEqual([]);
    });

    it('when PostgreSQL goes away in the middle, and can be done again', async () => {
      const url = await freshDatabase();
      const killed = moveData({ DATA_DIR: dataDir, DATABASE_URL: url }, (table) => {
        if (table !== 'users') return;
        cut ??= admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
          new URL(url).pathname.slice(1),
        ]);
      });
      let cut: Promise<unknown> | undefined;
      await expect(killed).rejects.toThrow(/PostgreSQL refused or went away: .*run this command again/);
      await cut;
      expect(await tablesIn(url)).toEqual([]);
      expect((await move(url)).tables.length).toBeGreaterThan(10);
    });

    it('when a row does not arrive', async () => {
      const url = await databaseWithTrigger('return null');
      await expect(move(url)).rejects.toThrow(/of 1 rows of revoked_tokens 0 arrived, so nothing is kept/);
      const users = await inDatabase(url, (client) => client.query('select 1 from users'));
      expect(users.rows).toEqual([]);
    });
  });

  it('is named by a server that begins anew beside the file, in one line', async () => {
    const env = { DATABASE_URL: await freshDatabase(), DATA_DIR: copyOfData(), DEMO: 'off' };
    const output = await startAndStop({ ...env, SECRET_KEY_FILE: join(env.DATA_DIR, 'secret.key') });
    expect(output.match(/"level":"warn".*passbeam\.db is not read: .*npm run move-to-postgres/g)).toHaveLength(1);
  });

  it('is not named where there are pools, or no file, or no PostgreSQL', () => {
    const config = { databaseUrl: server.url, dataDir };
    const [none, some] = [{ pools: () => [] }, { pools: () => [held.pool] }];
    expect(dataLeftBehind(config, none)).not.toBeNull();
    expect(dataLeftBehind(config, some)).toBeNull();
    expect(dataLeftBehind({ ...config, dataDir: folder }, none)).toBeNull();
    expect(dataLeftBehind({ ...config, databaseUrl: null }, none)).toBeNull();
  });

  describe('the command', () => {
    const run = (env: Record<string, string>, ...parameters: string[]) =>
      new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
        const options = { env: { PATH: process.env.PATH ?? '', ...env }, encoding: 'utf8' as const };
        execFile(
          process.execPath,
          [join(import.meta.dirname, 'move-to-postgres.ts'), ...parameters],
          options,
          (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
        );
      });

    it('ends with 0 and says what to set, with 1 when refused, with 2 when called wrongly; and shows no secret', async () => {
      const url = (await freshDatabase()).replace('passbeam@', 'passbeam:s3cret@');
      const env = { DATA_DIR: dataDir, DATABASE_URL: url };
      const wrong = [await run({ DATA_DIR: dataDir }), await run(env, '--force')];
      expect(wrong.map(({ code }) => code)).toEqual([2, 2]);
      expect(wrong.map(({ stderr }) => stderr).join()).toMatch(/DATABASE_URL is missing.*--force.*npm run move-to/s);
      const done = await run(env);
      expect(done).toMatchObject({ code: 0, stderr: '' });
      expect(done.stdout).toMatch(/user_pools +1\n/);
      expect(done.stdout).toContain(`SECRET_KEY    the text in ${join(dataDir, 'secret.key')}`);
      const again = await run(env);
      expect(again).toMatchObject({ code: 1, stdout: '' });
      expect(again.stderr).toMatch(/^could not move: the database of DATABASE_URL already holds data/);
      const shown = JSON.stringify([wrong, done, again]);
      expect(shown).not.toContain('s3cret');
      expect(shown).not.toContain(readFileSync(join(dataDir, 'secret.key'), 'utf8').trim());
    });
  });
});

/** A row in a form that both drivers share: one gives bigints as texts, and only the other keeps a NUL. */
function plain(row: Record<string, unknown>): string {
  const columns = Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(columns.map(([name, value]) => [name, value === null ? null : String(value)])).replaceAll(
    '\\u0000',
    '\ufffd',
  );
}

function change(data: string, statement: string): void {
  const database = new DatabaseSync(join(data, 'passbeam.db'));
  database.exec(statement);
  database.close();
}

/** Starts a server and stops it; returns what it printed until it listened. */
async function startAndStop(environment: Record<string, string>): Promise<string> {
  const server = await startPassbeam({ environment });
  await server.remove();
  return server.program.lines.join('\n');
}

/** A program that has the file open like a server nobody talks to; its last commit is in the WAL. */
const idleServer = (path: string) => `
  import { DatabaseSync } from 'node:sqlite';
  const database = new DatabaseSync(${JSON.stringify(path)});
  database.exec("insert into revoked_tokens values ('in the WAL', 1)");
  setInterval(() => {}, 1_000);
  console.log('open');`;
