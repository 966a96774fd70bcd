import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { hashSync } from 'bcryptjs';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRowJudge } from '../../../../core/management/imports/judge.ts';
import { createImportWorker } from '../../../../core/management/imports/worker.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../../testing.ts';
import { createConsoleBrowser, setUpOwner } from '../../../console/browser.fixture.ts';
import { callSigned, type SigningKey, signedRequest } from '../signed-call.fixture.ts';

const secretKey = 'a-test-key-that-nobody-else-has-0123456789abcdef';
const noRest = async () => {};

function workerOf(passbeam: TestPassbeam) {
  const parts = { ...passbeam, ...passbeam.stores };
  return createImportWorker({ ...parts, judge: createRowJudge({ ...parts, giveWay: noRest }) });
}

/** Imports of people on each set of stores: the same tests. */
function describeImports(environment: () => Promise<Record<string, string>>): void {
  let passbeam: TestPassbeam;
  let other: SigningKey;

  beforeEach(async () => {
    passbeam = await openTestPassbeam(await environment());
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
  const create = async (asked: Record<string, unknown> = {}) =>
    (await data('create-user-import', { format: 'csv', dryRun: false, ...asked })).importId as string;
  const upload = (importId: string, text: string, part = 0, isLast = true) =>
    data('upload-user-import', { importId, part, text, isLast });
  const get = (importId: string) => data('get-user-import', { importId });
  const report = async (importId: string) => (await data('get-user-import-report', { importId })).list;
  const people = async (text: string) => (await data('search-users', { text })).list;

  /** Works until the import has ended, beside the node that may do so itself. */
  async function finish(importId: string) {
    const worker = workerOf(passbeam);
    for (;;) {
      await worker.work(noRest);
      const found = await get(importId);
      if (found.endedAt !== null) return found;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  /** Imports a file from beginning to end. */
  async function run(text: string, asked: Record<string, unknown> = {}) {
    const importId = await create(asked);
    await upload(importId, text);
    const found = await finish(importId);
    return { ...found, report: await report(importId) };
  }
  const counts = ({ created, changed, unchanged, refused }: Record<string, number>) => [
    created,
    changed,
    unchanged,
    refused,
  ];

  describe('a file of people', () => {
    it('makes those who are good and reports the others by line, field and reason', async () => {
      const text = [
        'username;email;emailVerified;phone;name;gender;customData.team',
        'ann;ann@example.com;yes;;Ann;F;blue',
        'bob;not an address;;;Bob;;',
        ';;;;Nobody;;',
        'alice;;;;Alice again;;',
        'cy;;perhaps;;Cy;;',
        'dan;;;+8613900000001;Dan;X;',
        'eve;;;+8613900000002;Eve;;',
        'Ann;;;;Ann again;;',
      ].join('\n');
      const done = await run(text);
      expect(done).toMatchObject({ state: 'finished', rows: 8, done: 8, progress: 1, failure: null });
      expect(counts(done)).toEqual([2, 0, 0, 6]);
      expect(done.report.map(({ line, field }: { line: number; field: string }) => [line, field])).toEqual([
        [3, 'email'],
        [4, 'username'],
        [5, 'username'],
        [6, 'emailVerified'],
        [7, 'gender'],
        [9, 'username'],
      ]);
      expect(done.report.at(-1)).toMatchObject({ row: 8, reason: 'is the same as in line 2' });
      const [ann] = await people('ann');
      expect(ann).toMatchObject({
        email: 'ann@example.com',
        emailVerified: true,
        gender: 'F',
        userSourceType: 'excel',
      });
      const whole = await callSigned(passbeam, 'GET', 'get-user', {
        query: { userId: ann.userId, withCustomData: 'true' },
      });
      expect(whole.body.data.customData).toEqual({ team: 'blue' });
      expect((await people('eve'))[0]).toMatchObject({ phone: '13900000002', emailVerified: false });
    });

    it('in JSON makes them with custom data', async () => {
      const done = await run(
        '[{"username":"ann","customData":{"team":"blue"}},{"username":"bob","resetPasswordOnNextLogin":true}]',
        {
          format: 'json',
        },
      );
      expect(counts(done)).toEqual([2, 0, 0, 0]);
      expect((await people('bob'))[0]).toMatchObject({ resetPasswordOnNextLogin: true });
    });

    it('is checked alone by default: nobody is written, and the report is what it would be', async () => {
      const text = 'username,email\nann,\nann,\nalice,\nbob,nothing\n';
      const { importId } = await data('create-user-import', { format: 'csv' });
      await upload(importId, text);
      const dry = await finish(importId);
      expect(dry).toMatchObject({ dryRun: true, created: 1, refused: 3 });
      expect(await people('ann')).toEqual([]);
      const real = await run(text);
      expect(counts(real)).toEqual(counts(dry));
      expect(real.report).toEqual(await report(importId));
      expect(await people('ann')).toHaveLength(1);
    });

    it('comes in parts, cut anywhere; a part that comes again changes nothing, and one too early is refused', async () => {
      const importId = await create();
      expect(await upload(importId, 'username,na', 0, false)).toMatchObject({ state: 'uploading', parts: 1, rows: 0 });
      expect(await upload(importId, 'username,na', 0, false)).toMatchObject({ parts: 1, rows: 0 });
      expect(await call('upload-user-import', { importId, part: 2, text: 'x', isLast: true })).toMatchObject({
        statusCode: 400,
        message: expect.stringContaining('part must be 1'),
      });
      await upload(importId, 'me\nann,Ann\nbo', 1, false);
      expect(await upload(importId, 'b,Bob\n', 2)).toMatchObject({ state: 'running', parts: 3, rows: 2 });
      expect(counts(await finish(importId))).toEqual([2, 0, 0, 0]);
      expect(await upload(importId, 'b,Bob\n', 2)).toMatchObject({ state: 'finished' });
    });

    it('with columns that are no field is refused before any row, and can be tried again', async () => {
      const importId = await create();
      const refused = await call('upload-user-import', {
        importId,
        part: 0,
        text: 'username,shoe\na,4\n',
        isLast: true,
      });
      expect(refused).toMatchObject({ statusCode: 400, message: expect.stringContaining('columns.shoe') });
      expect(await get(importId)).toMatchObject({ state: 'uploading', parts: 0, rows: 0 });
      await data('stop-user-import', { importId });
      expect(counts(await run('username,shoe\nann,4\n', { columns: { shoe: '' } }))).toEqual([1, 0, 0, 0]);
    });

    it('without rows is refused', async () => {
      const importId = await create();
      const body = { importId, part: 0, text: 'username\n', isLast: true };
      expect(await call('upload-user-import', body)).toMatchObject({ statusCode: 400 });
    });

    it('is bounded in size', async () => {
      const importId = await create();
      const standing = await passbeam.stores.imports.findWithReader('pool1', importId);
      if (standing?.reader == null) throw new Error('the import is gone');
      const { found, reader } = standing;
      await passbeam.stores.imports.stage({ ...found, parts: 1, rows: 200_000, bytes: 10 }, reader, [], null);
      const body = { importId, part: 1, text: 'username\nann\nbob\n', isLast: true };
      expect(await call('upload-user-import', body)).toMatchObject({ message: expect.stringContaining('200000 rows') });
      const long = { ...body, text: 'x'.repeat(512 * 1024 + 1) };
      expect(await call('upload-user-import', long)).toMatchObject({ statusCode: 400 });
    });
  });

  describe('people who are there already', () => {
    it('are changed where that is asked for; what the file leaves empty stays', async () => {
      await run('username,externalId,name,company\nann,e1,Ann,Acme\nbob,e2,Bob,\n');
      const text = 'username,externalId,name,company\nann,e1,Anna,\nrobert,e2,Bob,\ncy,e3,Cy,\n';
      const done = await run(text, { mode: 'newAndChanged' });
      expect(counts(done)).toEqual([1, 2, 0, 0]);
      expect((await people('ann'))[0]).toMatchObject({ name: 'Anna', company: 'Acme' });
      expect((await people('robert'))[0]).toMatchObject({ externalId: 'e2', name: 'Bob' });
      expect(counts(await run(text, { mode: 'newAndChanged' }))).toEqual([0, 0, 3, 0]);
      const { list } = await data('list-audit-events', { types: ['admin.user_created', 'admin.user_updated'] });
      expect(list).toHaveLength(5);
      expect(list[0]).toMatchObject({ accessKeyId: 'pool1', detail: { importId: expect.any(String) } });
    });

    it('keep an externalId of their own: a row that names somebody else by it is refused', async () => {
      await run('username,externalId,email\nann,e1,ann@example.com\nbob,e2,bob@example.com\n');
      const text = 'username,externalId,email\nann,e9,\n,e1,bob@example.com\nann,,bob@example.com\n';
      const done = await run(text, { mode: 'newAndChanged' });
      expect(counts(done)).toEqual([0, 0, 0, 3]);
      expect(done.report.map(({ field }: { field: string }) => field)).toEqual(['username', 'email', 'email']);
    });

    it('who registered by themselves are not taken for a person of the file by what they never proved', async () => {
      const source = { userSourceType: 'register' } as const;
      await passbeam.addUser({ username: 'mallory', email: 'ceo@example.com', emailVerified: false, ...source });
      await passbeam.addUser({ username: 'eve', email: 'eve@example.com', emailVerified: true, ...source });
      const text =
        'externalId,username,email,name\nc1,,ceo@example.com,Chief\nc2,mallory,,M\nc3,,eve@example.com,Eve E\n';
      const done = await run(text, { mode: 'newAndChanged' });
      expect(counts(done)).toEqual([0, 1, 0, 2]);
      expect((await people('mallory'))[0]).toMatchObject({ externalId: null });
      expect((await people('eve'))[0]).toMatchObject({ externalId: 'c3', name: 'Eve E' });
      // Whose address the file vouches for gets it, and who only claimed it loses it.
      const vouched = await run('externalId,email,emailVerified\nc1,ceo@example.com,true\n', { mode: 'newAndChanged' });
      expect(counts(vouched)).toEqual([1, 0, 0, 0]);
      expect((await people('mallory'))[0]).toMatchObject({ email: null, externalId: null });
    });

    it('keep the ids of the file when they are new; an id that was used before is refused, in a check as well', async () => {
      const [ann, bob] = ['5f9d0c1e2b3a4d5e6f708192', '5f9d0c1e2b3a4d5e6f708193'];
      await data('create-user', { username: 'gone', userId: bob });
      await data('delete-users-batch', { userIds: [bob] });
      const text = `userId,username\n${ann},ann\n${bob},bob\n${ann},cy\nshort,dan\n`;
      for (const dryRun of [true, false]) {
        const done = await run(text, { dryRun });
        expect(counts(done)).toEqual([1, 0, 0, 3]);
        expect(done.report.map(({ line, field }: { line: number; field: string }) => [line, field])).toEqual([
          [3, 'userId'],
          [4, 'userId'],
          [5, 'userId'],
        ]);
        expect(done.report[0].reason).toContain('no id is given twice');
      }
      expect((await people('ann'))[0]).toMatchObject({ userId: ann });
    });

    it('are known by their id before all else, and an id that is not theirs is refused', async () => {
      const { data: alice } = (await callSigned(passbeam, 'GET', 'get-user', { query: { userId: passbeam.alice.id } }))
        .body;
      const text = `userId,username,name\n${alice.userId},alice,Alice A\n5f9d0c1e2b3a4d5e6f708192,alice,Alice B\n`;
      const [ofId, ofOther] = text.split('\n').slice(1);
      const changed = await run(`userId,username,name\n${ofId}\n`, { mode: 'newAndChanged' });
      expect(counts(changed)).toEqual([0, 1, 0, 0]);
      const refused = await run(`userId,username,name\n${ofOther}\n`, { mode: 'newAndChanged' });
      expect(counts(refused)).toEqual([0, 0, 0, 1]);
      expect(refused.report[0]).toMatchObject({ field: 'userId', reason: expect.stringContaining('ids never change') });
      expect((await people('alice'))[0]).toMatchObject({ name: 'Alice A' });
    });

    it('get no id from an operator', async () => {
      const [{ accessKeyId, accessKeySecret }] = await data('create-access-key', { role: 'operator' });
      const key = { id: accessKeyId, secret: accessKeySecret };
      const { importId } = await data('create-user-import', { format: 'csv', dryRun: false }, key);
      const file = 'userId,username\n5f9d0c1e2b3a4d5e6f708192,ann\n,bob\n';
      await data('upload-user-import', { importId, part: 0, text: file, isLast: true }, key);
      expect(counts(await finish(importId))).toEqual([1, 0, 0, 1]);
      expect((await report(importId))[0]).toMatchObject({ line: 2, field: 'userId' });
    });

    it('lose their logins when the file says that they left', async () => {
      await passbeam.signIn();
      await run('username,status\nalice,Resigned\n', { mode: 'newAndChanged' });
      const logins = await data('list-user-sessions', { userId: passbeam.alice.id });
      expect(logins.list).toEqual([]);
    });
  });

  describe('passwords', () => {
    const signIn = async (username: string, password: string) =>
      (
        await passbeam.v3('POST', 'signin', {
          app: 'phone',
          body: { connection: 'PASSWORD', passwordPayload: { username, password } },
        })
      ).body.statusCode;

    it('are taken as hashes, and whoever knows them signs in', async () => {
      const long = `${'correct horse '.repeat(6)}battery`;
      const text = [
        'username,password',
        `ann,${hashSync('correct horse', 4)}`,
        `bob,${hashSync(long, 4)}`,
        'cy,correct horse',
      ].join('\n');
      const done = await run(text, { passwords: 'hashes' });
      expect(counts(done)).toEqual([2, 0, 0, 1]);
      expect(done.report).toMatchObject([{ line: 4, field: 'password' }]);
      expect(JSON.stringify(done)).not.toContain('correct horse');
      expect(await signIn('ann', 'wrong horse')).not.toBe(200);
      expect(await signIn('ann', 'correct horse')).toBe(200);
      // bcrypt looks at 72 bytes: whatever stands behind them, the right password goes on to open the account.
      expect(Buffer.byteLength(long)).toBeGreaterThan(72);
      await signIn('bob', `${long.slice(0, -1)}X`);
      expect(await signIn('bob', long)).toBe(200);
    });

    it('are kept nowhere where the import takes none, and not changed where there is one', async () => {
      await run(`username,password\nann,${hashSync('a hash of hers', 4)}\n`);
      expect(await signIn('ann', 'a hash of hers')).not.toBe(200);
      const again = await run(
        `username,password\nann,${hashSync('her first one', 4)}\nalice,${hashSync('another', 4)}\n`,
        {
          mode: 'newAndChanged',
          passwords: 'hashes',
        },
      );
      expect(counts(again)).toEqual([0, 1, 1, 0]);
      expect(await signIn('ann', 'her first one')).toBe(200);
      expect(await signIn('alice', 'another')).not.toBe(200);
    });

    it('in plain text are for owners, with a proof that is fresh, and do not rest in the store as they are', async () => {
      const { browser } = await setUpOwner(passbeam);
      const asked = { format: 'csv', dryRun: false, passwords: 'plain' };
      passbeam.pass(301);
      expect(await browser.manage('create-user-import', asked)).toMatchObject({ refusal: 'fresh_proof_required' });
      expect(await browser.manage('create-user-import', { ...asked, passwords: 'hashes' })).toMatchObject({
        statusCode: 200,
      });
      const { importId: first } = (await data('list-user-imports'))[0];
      await data('stop-user-import', { importId: first });

      const importId = await create({ passwords: 'plain' });
      await upload(importId, 'username,password\nann,a plain old word\nbob,123456\n', 0, false);
      const standing = await passbeam.stores.imports.findWithReader('pool1', importId);
      expect(JSON.stringify(standing?.reader)).toContain('123456');
      await upload(importId, 'cy,', 1);
      const done = await finish(importId);
      expect(counts(done)).toEqual([2, 0, 0, 1]);
      expect(await signIn('ann', 'a plain old word')).toBe(200);
      expect(await report(importId)).toMatchObject([{ line: 3, field: 'password' }]);
    });
  });

  describe('an import', () => {
    const list = (rows: number) =>
      ['username', ...Array.from({ length: rows }, (_, index) => `person-${index}`)].join('\n');

    it('is one at a time in a pool, and is nobody else’s', async () => {
      const importId = await create();
      const second = await callSigned(passbeam, 'POST', 'create-user-import', { body: { format: 'csv' } });
      expect(second.body).toMatchObject({ statusCode: 429, message: expect.stringContaining(importId) });
      expect((await call('create-user-import', { format: 'csv' }, other)).statusCode).toBe(200);
      for (const path of ['get-user-import', 'stop-user-import', 'pause-user-import', 'get-user-import-report']) {
        expect(await call(path, { importId }, other)).toMatchObject({ refusal: 'import_not_found' });
      }
      const part = { importId, part: 0, text: 'username\nann\n', isLast: true };
      expect(await call('upload-user-import', part, other)).toMatchObject({ refusal: 'import_not_found' });
      expect(
        (await data('list-user-imports', {}, other)).map(({ importId }: { importId: string }) => importId),
      ).not.toContain(importId);
      await data('stop-user-import', { importId });
      await create();
    });

    it('is paused, goes on, and is stopped for good: what was written stays', async () => {
      const importId = await create();
      await upload(importId, list(150));
      const worker = workerOf(passbeam);
      const before = await data('pause-user-import', { importId });
      await worker.work(noRest);
      expect(await get(importId)).toMatchObject({ state: 'paused', done: before.done });
      expect(await data('pause-user-import', { importId })).toMatchObject({ state: 'paused' });
      await data('continue-user-import', { importId });
      await worker.work(noRest);
      const stopped = await data('stop-user-import', { importId });
      expect(stopped).toMatchObject({ state: 'stopped', endedAt: expect.any(String) });
      expect(stopped.done).toBeGreaterThanOrEqual(100);
      expect(await data('stop-user-import', { importId })).toMatchObject({ state: 'stopped' });
      expect(await call('continue-user-import', { importId })).toMatchObject({ statusCode: 400 });
      expect((await data('get-userpool-summary')).users.n).toBe(1 + stopped.created);
      await passbeam.stores.imports.purge(0, 500);
      expect(await passbeam.stores.imports.rowsOf(importId, 1)).toEqual([]);
      const { list: events } = await data('list-audit-events', {
        types: ['admin.user_import_ended'],
      });
      expect(events).toMatchObject([{ detail: { importId, outcome: 'stopped' } }]);
    });

    it('left half uploaded ends by itself, and reports are forgotten after a month', async () => {
      const importId = await create();
      await upload(importId, 'username\nann', 0, false);
      passbeam.pass(3601);
      await workerOf(passbeam).endIdle();
      expect(await get(importId)).toMatchObject({ state: 'failed', failure: expect.any(String) });
      passbeam.pass(31 * 86_400);
      for (let round = 0; round < 4; round++)
        await passbeam.stores.imports.purge(passbeam.clock.now() - 30 * 86_400_000, 500);
      expect(await call('get-user-import', { importId })).toMatchObject({ refusal: 'import_not_found' });
    });

    it('has a report to page through and to download, harmless to spreadsheets', async () => {
      const done = await run('[{"=cmd":1},{"=cmd":1},{"username":"alice"}]', { format: 'json' });
      const { importId } = done;
      const first = await data('get-user-import-report', { importId, limit: 2 });
      const second = await data('get-user-import-report', { importId, limit: 2, cursor: first.nextCursor });
      expect([...first.list, ...second.list]).toEqual(done.report);
      expect(second.nextCursor).toBeNull();
      const url = '/api/v3/export-user-import-report';
      const body = { importId };
      const csv = await passbeam.app.inject(signedRequest(passbeam.pool, passbeam.clock.now(), 'POST', url, { body }));
      expect(csv.headers).toMatchObject({
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': 'attachment; filename="import-report.csv"',
      });
      const lines = csv.body.trim().split('\r\n');
      expect(lines).toHaveLength(4);
      expect(lines[1]).toMatch(/^1,1,,"?'=cmd is no field/);
      const chinese = { 'x-authing-lang': 'zh-CN' };
      const zh = await callSigned(passbeam, 'POST', 'get-user-import-report', { body, headers: chinese });
      expect(zh.body.data.list[0].reason).toContain('不是用户字段');
    });

    it('says in the log who began it, and how it ended', async () => {
      const { importId } = await run('username\nann\nalice\n');
      const { list } = await data('list-audit-events', {
        types: ['admin.user_import_created', 'admin.user_import_begun', 'admin.user_import_ended'],
      });
      expect(list.map(({ type }: { type: string }) => type)).toEqual([
        'admin.user_import_ended',
        'admin.user_import_begun',
        'admin.user_import_created',
      ]);
      const counted = { importId, outcome: 'finished', rows: '2', created: '1', refused: '1' };
      expect(list[0]).toMatchObject({ accessKeyId: 'pool1', detail: counted });
    });
  });

  it('is no way for viewers', async () => {
    const { browser } = await setUpOwner(passbeam);
    const guest = createConsoleBrowser(passbeam);
    expect(await guest.manage('create-user-import', { format: 'csv' })).not.toMatchObject({ statusCode: 200 });
    expect(await browser.manage('list-user-imports', {})).toMatchObject({ statusCode: 200, data: [] });
  });
}

describe('imports of people, on SQLite', () => {
  describeImports(async () => ({}));
});

describe.skipIf(isPostgresMissing())('imports of people, on PostgreSQL', () => {
  let postgres: PostgresServer;
  let admin: pg.Client;
  beforeAll(async () => {
    postgres = await startPostgres();
    admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
  });
  afterAll(async () => {
    await admin?.end();
    await postgres?.stop();
  });

  describeImports(async () => {
    const tables = `select tablename from pg_tables where schemaname = 'public' and tablename !~ 'kysely|version|signing|sealed|census'`;
    const { rows } = await admin.query<{ tablename: string }>(tables);
    if (rows.length > 0) await admin.query(rows.map(({ tablename }) => `delete from ${tablename}`).join(';'));
    return { DATABASE_URL: postgres.url, SECRET_KEY: secretKey };
  });
});
