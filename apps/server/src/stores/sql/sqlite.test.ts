import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import {
  aLoginSession,
  aNewQrSession,
  anApplication,
  anEvent,
  aPool,
  aRoom,
  aSigningKey,
  aUser,
} from '../conformance/builders.ts';
import { describeStores } from '../conformance.ts';
import { prepare } from './engine/engine.ts';
import { openSqlite } from './open-sqlite.ts';
import { isStoreOutage } from './outage.ts';
import { openSqliteEngine } from './sqlite/engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'stores-'));
let files = 0;
afterAll(() => rmSync(folder, { recursive: true }));

const sealer = {
  seal: (plain: string) => Buffer.from(plain).toString('base64'),
  unseal: (sealed: string) => Buffer.from(sealed, 'base64').toString(),
};
const clock = { now: () => 1_000_000 };

function freshPath(): string {
  files += 1;
  return join(folder, `${files}`, 'data', 'test.db');
}

const open = (path: string) => openSqlite({ path, clock, ...sealer });

describeStores('SQLite in memory', (testClock) => openSqlite({ path: ':memory:', clock: testClock, ...sealer }));
describeStores('SQLite in a file', (testClock) => openSqlite({ path: freshPath(), clock: testClock, ...sealer }));

describe('the file', () => {
  it('is made with its folder, for the owner alone', async () => {
    const path = freshPath();
    const stores = await open(path);
    await stores.pools.put(aPool());
    const modes = readdirSync(join(path, '..')).map((name) => statSync(join(path, '..', name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(1);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
    await stores.close();
  });

  it('is fsynced at each commit, which a killed process cannot show', async () => {
    const engine = await openSqliteEngine({ path: freshPath(), clock });
    const setting = async (name: string) => (await sql.raw(`PRAGMA ${name}`).execute(engine.db)).rows;
    expect(await setting('journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await setting('synchronous')).toEqual([{ synchronous: 2 }]);
    expect(await setting('foreign_keys')).toEqual([{ foreign_keys: 1 }]);
    await engine.close();
  });

  it("stamps with the machine's clock when no other is handed in, once a statement", async () => {
    const stores = await openSqlite({ path: freshPath(), ...sealer });
    const before = Date.now();
    const code = await stores.qrSessions.insert(aNewQrSession(), 120, anEvent());
    const found = await stores.qrSessions.find(code.idHash);
    const after = Date.now();
    expect(code.createdAt).toBeGreaterThanOrEqual(before);
    expect(code.expiresAt).toBe(code.createdAt + 120_000);
    expect(found?.now).toBeGreaterThanOrEqual(code.createdAt);
    expect(found?.now).toBeLessThanOrEqual(after);
    await stores.close();
  });

  it('shows readers each commit at once, and does not let them hold up the checkpoints of the log', async () => {
    const path = freshPath();
    const engine = await openSqliteEngine({ path });
    await sql`create table ballast (id integer primary key, bytes blob)`.execute(engine.db);
    const count = prepare<object, unknown>(engine, () => ({
      compile: () => sql<unknown>`select count(*) from ballast`.compile(engine.db),
    }));
    // Two of one tick share a transaction, which must have ended by the next.
    const counts = () => Promise.all([count.firstValues({}), count.firstValues({})]);
    const megabyte = new Uint8Array(2 ** 20);
    for (let commit = 1; commit <= 60; commit++) {
      expect(await counts()).toEqual([[commit - 1], [commit - 1]]);
      await sql`insert into ballast (bytes) values (${megabyte})`.execute(engine.db);
      expect(await counts()).toEqual([[commit], [commit]]);
    }
    expect(statSync(`${path}-wal`).size).toBeLessThan(45 * 2 ** 20);
    await engine.close();
  });

  it("shows readers another process's commit at once", async () => {
    const path = freshPath();
    const [engine, other] = [await openSqliteEngine({ path }), await openSqliteEngine({ path })];
    await sql`create table notes (id integer primary key)`.execute(engine.db);
    const count = prepare<object, unknown>(engine, () => ({
      compile: () => sql<unknown>`select count(*) from notes`.compile(engine.db),
    }));
    const counts = () => Promise.all([count.firstValues({}), count.firstValues({})]);
    expect(await counts()).toEqual([[0], [0]]);
    await sql`insert into notes default values`.execute(other.db);
    expect(await counts()).toEqual([[1], [1]]);
    await engine.close();
    await other.close();
  });

  it('refuses each read of a tick when the reads fail, and makes those of the next tick', async () => {
    const engine = await openSqliteEngine({ path: freshPath() });
    const query = (text: string) =>
      prepare<object, unknown>(engine, () => ({ compile: () => sql<unknown>`${sql.raw(text)}`.compile(engine.db) }));
    const [fine, broken] = [query('select 1'), query('select abs(-9223372036854775808)')];
    const outcomes = await Promise.allSettled([fine.firstValues({}), broken.firstValues({}), broken.firstValues({})]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await Promise.all([fine.firstValues({}), fine.firstValues({})])).toEqual([[1], [1]]);
    await engine.close();
  });

  it('keeps everything when opened again', async () => {
    const path = freshPath();
    const [pool, session] = [aPool(), aLoginSession()];
    const first = await open(path);
    await first.pools.put(pool);
    const code = await first.qrSessions.insert(aNewQrSession(), 120, anEvent());
    await first.loginSessions.insert(session, anEvent(), aRoom());
    await first.close();
    const second = await open(path);
    expect(await second.pools.list()).toEqual([pool]);
    expect((await second.qrSessions.find(code.idHash))?.session).toEqual(code);
    expect(await second.loginSessions.find(session.id)).toEqual(session);
    await second.close();
  });

  it('holds no secret in the clear', async () => {
    const path = freshPath();
    const stores = await open(path);
    await stores.pools.put(aPool({ name: 'VISIBLE-MARKER', secret: 'POOL-SECRET-MARKER' }));
    await stores.applications.put(anApplication({ secret: 'APP-SECRET-MARKER' }));
    await stores.signingKeys.insertFirst(aSigningKey({ privateKey: 'FIRST-KEY-MARKER' }));
    await stores.signingKeys.rotate(aSigningKey({ privateKey: 'SECOND-KEY-MARKER' }), 5, anEvent());
    const bytes = (name: string) => readFileSync(join(path, '..', name)).toString('latin1');
    const whileOpen = readdirSync(join(path, '..')).map(bytes).join('');
    await stores.close();
    for (const text of [whileOpen, bytes('test.db')]) {
      expect(text).toContain('VISIBLE-MARKER');
      expect(text.match(/SECRET-MARKER|KEY-MARKER/g)).toBeNull();
    }
  });

  it('is shared with a second process that opens it', async () => {
    const path = freshPath();
    const [first, second] = await Promise.all([open(path), open(path)]);
    const codes = await Promise.all(
      [first, second, first, second].map((stores) => stores.qrSessions.insert(aNewQrSession(), 120, anEvent())),
    );
    for (const { idHash } of codes) {
      expect(await first.qrSessions.find(idHash)).not.toBeNull();
      expect(await second.qrSessions.find(idHash)).not.toBeNull();
    }
    await Promise.all([first.close(), second.close()]);
  });

  it('answers a ping until it is closed', async () => {
    const stores = await open(freshPath());
    await stores.ping();
    await stores.close();
    await stores.close();
    await expect(stores.ping()).rejects.toThrow();
    await expect(stores.qrSessions.find('any')).rejects.toThrow();
    await expect(stores.pools.put(aPool())).rejects.toThrow();
  });

  it('finishes the writes under way before it closes', async () => {
    const path = freshPath();
    const stores = await open(path);
    const writes = Array.from({ length: 20 }, () => stores.qrSessions.insert(aNewQrSession(), 120, anEvent()));
    await Promise.resolve();
    const [codes] = await Promise.all([Promise.allSettled(writes), stores.close()]);
    const again = await open(path);
    for (const code of codes) {
      if (code.status === 'fulfilled') expect(await again.qrSessions.find(code.value.idHash)).not.toBeNull();
    }
    expect(codes.some((code) => code.status === 'fulfilled')).toBe(true);
    await again.close();
  });
});

describe('reads and writes', () => {
  it('show a row to readers only when it is durable', async () => {
    const stores = await open(freshPath());
    const given = aNewQrSession();
    const inserted = stores.qrSessions.insert(given, 120, anEvent());
    for (let turn = 0; turn < 200; turn++) await Promise.resolve();
    const count = () => stores.qrSessions.countOutstanding({ applicationId: given.applicationId }, 10);
    expect(await count()).toBe(0);
    await inserted;
    expect(await count()).toBe(1);
    expect(await stores.qrSessions.find(given.idHash)).not.toBeNull();
    await stores.close();
  });

  it('keep neighbours apart when one fails', async () => {
    const stores = await open(freshPath());
    const twice = aNewQrSession();
    const outcomes = await Promise.allSettled(
      [twice, aNewQrSession(), twice, aNewQrSession()].map((code) => stores.qrSessions.insert(code, 120, anEvent())),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    await stores.close();
  });

  it('use an index for every count and look-up of QR sessions, and for the oldest logins of a person', async () => {
    const path = freshPath();
    await (await open(path)).close();
    const database = new DatabaseSync(path);
    database.function('store_now', () => 0);
    const plan = (query: string) =>
      database
        .prepare(`EXPLAIN QUERY PLAN ${query}`)
        .all()
        .map((row) => row.detail)
        .join('; ');
    for (const column of ['application_id', 'generator_network', 'scanner_user_id']) {
      const count = `SELECT expires_at FROM qr_sessions WHERE ${column} = ? AND expires_at > store_now()`;
      expect(plan(`${count} AND status in ('PENDING', 'SCANNED') LIMIT ?`)).toContain(`outstanding_${column}`);
    }
    expect(plan('SELECT * FROM qr_sessions WHERE expires_at < ? ORDER BY expires_at LIMIT 9')).toBe(
      'SEARCH qr_sessions USING INDEX qr_sessions_expires_at (expires_at<?)',
    );
    const logins = 'SELECT id FROM login_sessions WHERE user_id = ? AND application_id = ? AND revoked_at IS NULL';
    expect(plan(`${logins} AND expires_at > ? ORDER BY created_at DESC LIMIT 10 OFFSET ?`)).toBe(
      'SEARCH login_sessions USING INDEX login_sessions_standing (user_id=? AND application_id=?)',
    );
    database.close();
  });

  it('tell an outage from a broken rule', async () => {
    const path = freshPath();
    const stores = await open(path);
    await stores.close();
    const [first, second] = [new DatabaseSync(path), new DatabaseSync(path)];
    first.exec('BEGIN IMMEDIATE');
    const failureOf = (statement: string) => {
      try {
        return second.exec(statement);
      } catch (error) {
        return error;
      }
    };
    expect(isStoreOutage(failureOf('BEGIN IMMEDIATE'))).toBe(true);
    first.exec('COMMIT');
    expect(isStoreOutage(failureOf('INSERT INTO revoked_tokens (jti) VALUES (1)'))).toBe(false);
    expect(isStoreOutage(new Error('a mistake of ours'))).toBe(false);
    first.close();
    second.close();
  });
});

describe('opening', () => {
  it('refuses a file that is no database, and says what to do', async () => {
    const path = join(folder, 'text.db');
    writeFileSync(path, 'this is not a database, it is a text that is long enough to be looked at '.repeat(20));
    await expect(open(path)).rejects.toThrow(/cannot open the database .*text\.db: .*restore a backup/);
  });

  it('refuses a folder and a path through a file', async () => {
    mkdirSync(join(folder, 'folder.db'));
    writeFileSync(join(folder, 'file'), '');
    await expect(open(join(folder, 'folder.db'))).rejects.toThrow('the path is a folder');
    await expect(open(join(folder, 'file', 'test.db'))).rejects.toThrow('check DATA_DIR');
  });

  it('refuses a file it may not write', async () => {
    const path = join(folder, 'read-only.db');
    await (await open(path)).close();
    chmodSync(path, 0o444);
    // Root may write anything, so for a moment this process becomes the user `nobody`.
    const isRoot = process.getuid?.() === 0;
    chmodSync(folder, 0o777);
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(open(path)).rejects.toThrow('needs permission');
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('knows of people whom an earlier release deleted, as long as their events are kept', async () => {
    const path = freshPath();
    const before = await open(path);
    const user = aUser();
    await before.users.insert(user, anEvent());
    const deleted = anEvent({ type: 'admin.user_deleted', userPoolId: user.userPoolId, userId: user.id });
    await before.users.delete(user.userPoolId, [{ id: user.id, event: deleted, end: { at: 7, event: anEvent() } }]);
    await before.close();
    const database = new DatabaseSync(path);
    database.exec(`DROP TABLE deleted_users; DELETE FROM kysely_migration WHERE name = '0057-deleted-users'`);
    database.close();
    const after = await open(path);
    expect(await after.users.isIdUsed(user.id)).toBe(true);
    await after.close();
  });

  it('refuses a database that a newer release has upgraded', async () => {
    const path = freshPath();
    await (await open(path)).close();
    const database = new DatabaseSync(path);
    database.exec(`INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2099-01-01T00:00:00.000Z')`);
    database.close();
    await expect(open(path)).rejects.toThrow(/newer release.*9999-from-the-future.*restore a backup/);
  });

  it('works for four processes that start together on no file', async () => {
    const path = freshPath();
    const children = Array.from({ length: 4 }, (_, index) => startWriter(path, `start${index}`));
    for (const child of children) await child.hasSaid(1);
    await Promise.all(children.map((child) => child.kill()));
    const stores = await open(path);
    for (const child of children) for (const step of child.steps()) await expectDurable(stores, step);
    await stores.close();
  }, 30_000);
});

describe('kill -9', () => {
  it('loses nothing that was acknowledged', async () => {
    const path = freshPath();
    let checked = 0;
    for (let round = 0; round < 4; round++) {
      const child = startWriter(path, `round${round}`);
      await child.hasSaid(100 + round * 37);
      await child.kill();
      const stores = await open(path);
      const steps = child.steps();
      for (const step of steps) await expectDurable(stores, step);
      await stores.close();
      checked += steps.length;
    }
    expect(checked).toBeGreaterThan(500);
  }, 30_000);
});

const writerScript = fileURLToPath(new URL('./sqlite/acknowledging-writer.fixture.ts', import.meta.url));
const order = ['PENDING', 'AUTHORIZED', 'CONSUMED'];

interface Step {
  status: string;
  id: string;
}

async function expectDurable(stores: Awaited<ReturnType<typeof open>>, { status, id }: Step): Promise<void> {
  const found = await stores.qrSessions.find(id);
  // The killed writer may have gone further than it could report.
  expect(order.indexOf(found?.session.status ?? '')).toBeGreaterThanOrEqual(order.indexOf(status));
  if (status !== 'CONSUMED') return;
  expect(await stores.redemptions.findByTicket(`ticket-${id}`)).not.toBeNull();
  expect(await stores.loginSessions.find(`login-${id}`)).not.toBeNull();
}

function startWriter(path: string, prefix: string) {
  const child = spawn(process.execPath, ['--no-warnings', writerScript, path, prefix]);
  let output = '';
  let complaints = '';
  let tell = () => {};
  child.stdout.on('data', (chunk) => {
    output += chunk;
    tell();
  });
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));

  return {
    /** What was acknowledged: whole lines only. */
    steps: (): Step[] =>
      output
        .split('\n')
        .slice(0, -1)
        .map((line) => {
          const [status = '', id = ''] = line.split(' ');
          return { status, id };
        }),
    hasSaid: (lines: number) =>
      new Promise<void>((resolve, reject) => {
        tell = () => {
          if (output.split('\n').length > lines) resolve();
        };
        tell();
        void closed.then(() => reject(new Error(`the writer ended: ${complaints}`)));
      }),
    kill: () => {
      child.kill('SIGKILL');
      return closed;
    },
  };
}
