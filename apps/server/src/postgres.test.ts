import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import pg from 'pg';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compose, type Passbeam } from './compose.ts';
import { loadConfig } from './config/config.ts';
import { maxLiveLogins } from './core/sessions/room.ts';
import { startFailure } from './process/start-failure.ts';
import { seed } from './seed/seed.ts';
import { aLoginSession, anEvent, aRoom } from './stores/conformance/builders.ts';
import { openTestPassbeam } from './testing.ts';
import { startRefresh } from './upkeep/refresh.ts';

const log = pino({ level: 'silent' });
const folder = mkdtempSync(join(tmpdir(), 'passbeam-postgres-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(isPostgresMissing())('the server on PostgreSQL', () => {
  let server: PostgresServer;
  let databases = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  async function freshDatabase(): Promise<string> {
    databases += 1;
    const admin = new pg.Client({ connectionString: server.url });
    await admin.connect();
    await admin.query(`create database node${databases}`);
    await admin.end();
    return server.url.replace(/postgres$/, `node${databases}`);
  }

  function environment(url: string) {
    return {
      DATABASE_URL: url,
      SECRET_KEY: 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9',
      DATA_DIR: join(folder, `data${databases}`),
      PORT: '0',
      // The test makes more calls about unknown QR sessions than the limits allow.
      RATE_LIMITS: 'off',
    };
  }

  const startNode = (url: string, { isPatient = true } = {}): Promise<Passbeam> =>
    compose(loadConfig(environment(url)), { log, version: '0.0.0', links: [], database: { isPatient } });

  it('signs in by scan, once, however often its caller asks at the same time', async () => {
    const { v3, signIn, stores, close } = await openTestPassbeam(environment(await freshDatabase()));
    const token = await signIn();
    const code = await v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = code.body.data;
    const headers = { cookie: String(code.headers['set-cookie']).split(';')[0] ?? '' };
    for (const action of ['SCAN', 'CONFIRM']) {
      const moved = await v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
      expect(moved.body.statusCode).toBe(200);
    }
    const { body } = await v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers });
    expect(body.data.status).toBe('AUTHORIZED');
    const exchange = () =>
      v3('POST', 'exchange-tokenset-with-qrcode-ticket', {
        body: {
          ticket: body.data.ticket,
          client_id: 'site',
          client_secret: 'site-secret-that-is-long-enough-to-be-one',
        },
      });
    const replies = await Promise.all(Array.from({ length: 10 }, exchange));
    for (const reply of replies) expect(reply.body.data).toEqual(replies[0]?.body.data);
    expect(replies[0]?.body.data).toMatchObject({ access_token: expect.any(String), qrcodeId });
    expect(await stores.audit.list({ type: 'qr.exchanged', limit: 10 })).toHaveLength(1);
    await close();
  });

  it('opens a login of somebody with few, whatever else is being written about them', async () => {
    const url = await freshDatabase();
    const { alice, stores, close } = await openTestPassbeam(environment(url));
    const other = new pg.Client({ connectionString: url });
    await other.connect();
    await other.query('begin');
    await other.query('select id from users where id = $1 for no key update', [alice.id]);
    const login = aLoginSession({ userId: alice.id });
    await stores.loginSessions.insert(login, anEvent(), aRoom({ max: maxLiveLogins }));
    await other.end();
    await close();
  });

  it('gives its nodes the same keys, and needs no folder', async () => {
    const url = await freshDatabase();
    const nodes = await Promise.all([startNode(url), startNode(url), startNode(url)]);
    const keySets = await Promise.all(nodes.map(({ app }) => app.inject('/oidc/.well-known/jwks.json')));
    expect(new Set(keySets.map(({ body }) => body)).size).toBe(1);
    const publicKeys = await Promise.all(nodes.map(({ app }) => app.inject('/api/v3/system')));
    expect(publicKeys[0]?.statusCode).toBe(200);
    expect(new Set(publicKeys.map((reply) => JSON.stringify({ ...reply.json(), requestId: '' }))).size).toBe(1);
    expect(existsSync(environment(url).DATA_DIR)).toBe(false);
    await Promise.all(nodes.map((node) => node.close()));
  });

  it('is seeded once by nodes that start together', async () => {
    const url = await freshDatabase();
    const nodes = await Promise.all([startNode(url), startNode(url), startNode(url)]);
    const config = loadConfig(environment(url));
    const seeded = await Promise.all(nodes.map((node) => seed(config, null, node, log)));
    expect(seeded.filter(({ sheet }) => sheet?.includes('Shown once'))).toHaveLength(1);
    expect(new Set(seeded.map(({ demo }) => demo?.userPoolId)).size).toBe(1);
    for (const { directory } of nodes) expect(directory.pools()).toHaveLength(1);
    expect(readFileSync(join(config.dataDir, 'demo-credentials.txt'), 'utf8')).toContain(
      seeded[0]?.demo?.siteApplication.secret,
    );
    await Promise.all(nodes.map((node) => node.close()));
  });

  it('shows a node what another one changed', async () => {
    const url = await freshDatabase();
    const [writer, reader] = await Promise.all([startNode(url), startNode(url)]);
    const { directory } = reader;
    const refresh = startRefresh({ kept: directory, named: 'pools', log, intervalMs: 1 });
    const { demo } = await seed(loadConfig(environment(url)), null, writer, log);
    const id = demo?.siteApplication.id ?? '';
    await vi.waitFor(() => expect(directory.findApplication(id)?.enabled).toBe(true), { timeout: 10_000 });
    await writer.directory.putApplication({ ...writer.directory.getApplication(id), enabled: false });
    await vi.waitFor(() => expect(directory.findApplication(id)?.enabled).toBe(false), { timeout: 10_000 });
    await refresh.stop();
    await Promise.all([writer.close(), reader.close()]);
  });

  it('undoes no change of another node by one made on an older copy', async () => {
    const url = await freshDatabase();
    const writer = await startNode(url);
    const { demo } = await seed(loadConfig(environment(url)), null, writer, log);
    const id = demo?.siteApplication.id ?? '';
    const other = await startNode(url);
    await writer.directory.putApplication({ ...writer.directory.getApplication(id), enabled: false });
    await other.directory.change(async (version) => {
      const application = other.directory.findApplication(id);
      if (application) await other.directory.putApplication({ ...application, name: 'Renamed' }, undefined, version);
    });
    expect(other.directory.findApplication(id)).toMatchObject({ enabled: false, name: 'Renamed' });
    await Promise.all([writer.close(), other.close()]);
  });

  describe('while the database', () => {
    const unknownCode = `/api/v3/get-qrcode-status?qrcodeId=${'x'.repeat(32)}`;

    /** The app gives up on the database by itself: this test waits for that, not for a number of seconds. */
    async function expectOutage({ app }: Passbeam): Promise<void> {
      const replies = await Promise.all([unknownCode, '/readyz', unknownCode].map((url) => app.inject(url)));
      for (const reply of replies) {
        expect(reply.statusCode).toBe(503);
        expect(reply.headers['retry-after']).toBe('1');
        expect(reply.body).not.toMatch(/postgres|timeout|terminated|connect|127\.0\.0\.1/i);
      }
      expect((await app.inject('/healthz')).statusCode).toBe(200);
    }

    const expectRecovery = ({ app }: Passbeam) =>
      vi.waitFor(
        async () => {
          expect((await app.inject('/readyz')).statusCode).toBe(200);
          expect((await app.inject(unknownCode)).json().statusCode).toBe(404);
        },
        { timeout: 15_000, interval: 10 },
      );

    it('stands still, every call is answered with 503, and all is well when it goes on', async () => {
      const node = await startNode(await freshDatabase(), { isPatient: false });
      await expectRecovery(node);
      server.pause();
      try {
        await expectOutage(node);
        await expectOutage(node);
      } finally {
        server.resume();
      }
      await expectRecovery(node);
      await node.close();
    });

    it('is down, every call is answered with 503, and all is well when it is back', async () => {
      const node = await startNode(await freshDatabase(), { isPatient: false });
      await expectRecovery(node);
      await server.kill();
      try {
        await expectOutage(node);
      } finally {
        await server.start();
      }
      await expectRecovery(node);
      await node.close();
    });
  });

  it.each([
    ['nothing listens', (url: string) => url.replace(/:\d+\//, ':1/'), 'the server does not answer'],
    ['the database is missing', (url: string) => url.replace(/postgres$/, 'missing'), 'there is no such database'],
  ])('does not start when %s, and says why in one line without the password', async (_, urlOf, reason) => {
    const url = urlOf(server.url).replace('passbeam@', 'passbeam:s3cret@');
    const config = loadConfig(environment(url));
    const failure: unknown = await startNode(url).catch((error: unknown) => error);
    const sentence = startFailure(failure, { ...config, metrics: null });
    expect(sentence).toMatch(/^passbeam could not start: cannot open the database of DATABASE_URL/);
    expect(sentence).toContain(reason);
    expect(sentence).not.toContain('\n');
    expect(sentence).not.toContain('s3cret');
  });
});
