import { isPostgresMissing, type PostgresServer, startPostgres } from '@passbeam/workshop/postgres';
import { isRedisMissing, type RedisServer, startRedis } from '@passbeam/workshop/redis';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compose, type Passbeam } from './compose.ts';
import { loadConfig } from './config/config.ts';
import { handedInNow } from './stores/sql/handed-in-now.fixture.ts';
import { openTestPassbeam, type TestPassbeam } from './testing.ts';

/** A clock weeks away from that of Redis, which alone decides about QR sessions (threats T47). */
const clock = { now: () => 1_800_000_000_000 };

describe.skipIf(isPostgresMissing() || isRedisMissing())('two servers on PostgreSQL and Redis', () => {
  let postgres: PostgresServer;
  let redis: RedisServer;
  let here: TestPassbeam;
  let there: Passbeam;

  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const environment = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      PUBLIC_URL: 'https://login.example',
      SECRET_KEY: 'Zm9yIHRlc3RzIG9ubHksIG5vdCBhIHNlY3JldCE9',
    };
    there = await compose(loadConfig({ ...environment, DEMO: 'off' }), {
      log: pino({ level: 'silent' }),
      version: '0.0.0',
      links: [],
      clock,
      database: { now: handedInNow(clock), isPatient: true },
      // A ticker that never ticks: only notices end a wait.
      ticker: { now: () => 0, every: () => () => {} },
    });
    here = await openTestPassbeam(environment);
  });
  afterAll(async () => {
    await Promise.all([here?.close(), there?.close()]);
    await Promise.all([postgres?.stop(), redis?.stop()]);
  });

  async function call(node: Pick<Passbeam, 'app'>, method: 'GET' | 'POST', path: string, options: Call = {}) {
    const { app = 'site', token, body, query } = options;
    const reply = await node.app.inject({
      method,
      url: `/api/v3/${path}`,
      query,
      headers: { 'x-authing-app-id': app, ...(token ? { authorization: token } : {}), ...options.headers },
      payload: body,
    });
    return { http: reply.statusCode, headers: reply.headers, body: reply.json() };
  }

  interface Call {
    app?: string;
    token?: string;
    body?: Record<string, unknown>;
    query?: Record<string, string>;
    headers?: Record<string, string>;
  }

  async function aCode() {
    const { headers, body } = await call(here, 'POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = body.data;
    const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
    return {
      poll: async (node: Pick<Passbeam, 'app'>, more: Record<string, string> = {}) =>
        (await call(node, 'GET', 'get-qrcode-status', { query: { qrcodeId, ...more }, headers: { cookie } })).body.data,
      move: async (node: Pick<Passbeam, 'app'>, action: string, token: string) =>
        (await call(node, 'POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } })).body,
    };
  }

  it('show one QR session, and give one login for it', async () => {
    await vi.waitFor(() => expect(there.directory.findApplication('phone')).not.toBeNull(), { timeout: 10_000 });
    const token = await here.signIn();
    const { poll, move } = await aCode();
    expect((await poll(there)).status).toBe('PENDING');
    expect((await move(there, 'SCAN', token)).statusCode).toBe(200);
    expect((await poll(here)).status).toBe('SCANNED');
    expect((await move(here, 'CONFIRM', token)).statusCode).toBe(200);
    const { status, ticket } = await poll(there);
    expect(status).toBe('AUTHORIZED');
    const nodes = Array.from({ length: 10 }, (_, index) => (index % 2 ? here : there));
    const replies = await Promise.all(nodes.map((node) => exchange(node, ticket)));
    for (const { data } of replies) expect(data).toEqual(replies[0]?.data);
    expect(replies[0]?.data).toMatchObject({ access_token: expect.any(String) });
    expect((await poll(here)).status).toBe('EXPIRED');
    expect(await here.stores.audit.list({ type: 'qr.exchanged', limit: 9 })).toHaveLength(1);
  });

  async function anAuthorizedCode() {
    const token = await here.signIn();
    const code = await aCode();
    for (const action of ['SCAN', 'CONFIRM']) expect((await code.move(there, action, token)).statusCode).toBe(200);
    return code;
  }

  async function exchange(node: Pick<Passbeam, 'app'>, ticket: string, { id, secret } = here.site) {
    const body = { ticket, client_id: id, client_secret: secret };
    return (await call(node, 'POST', 'exchange-tokenset-with-qrcode-ticket', { app: id, body })).body;
  }

  it('give no guess back when Redis forgets everything (threats T45)', async () => {
    const application = await here.addApplication({ id: 'guessed' });
    await vi.waitFor(() => expect(there.directory.findApplication('guessed')).not.toBeNull(), { timeout: 10_000 });
    const guess = async (node: Pick<Passbeam, 'app'>, secret: string) =>
      (await exchange(node, 'no ticket', { ...application, secret })).statusCode;
    for (let count = 0; count < 10; count++) expect(await guess(count % 2 ? here : there, `wrong ${count}`)).toBe(401);
    expect(await guess(there, application.secret)).toBe(429);
    await redis.flush();
    expect(await guess(here, application.secret)).toBe(429);
    expect(await guess(there, 'wrong again')).toBe(429);
  });

  it('void a ticket after three wrong exchanges, whichever server they reached', async () => {
    const other = await here.addApplication({ id: 'other', approvesScans: false });
    await vi.waitFor(() => expect(there.directory.findApplication('other')).not.toBeNull(), { timeout: 10_000 });
    const { poll } = await anAuthorizedCode();
    const { ticket } = await poll(here);
    for (const node of [here, there, here]) expect((await exchange(node, ticket, other)).statusCode).not.toBe(200);
    expect((await exchange(there, ticket)).statusCode).not.toBe(200);
    expect((await poll(there)).status).toBe('EXPIRED');
    expect(await here.stores.audit.list({ type: 'qr.ticket_voided', limit: 9 })).toHaveLength(1);
  });

  it('hand one and the same login to polls that deliver it', async () => {
    await here.setStrategy({ returnFullUserInfo: true });
    const delivers = () =>
      there.directory.qrcodeLoginStrategy(there.directory.getApplication('site')).returnFullUserInfo;
    await vi.waitFor(() => expect(delivers()).toBe(true), { timeout: 10_000 });
    const { poll } = await anAuthorizedCode();
    const before = (await here.stores.audit.list({ type: 'qr.exchanged', limit: 9 })).length;
    const polls = await Promise.all([poll(here), poll(there), poll(here), poll(there)]);
    const tokens = polls.map(({ tokenSet }) => tokenSet?.access_token);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^ey/);
    expect((await poll(there)).tokenSet.access_token).toBe(tokens[0]);
    expect(await here.stores.audit.list({ type: 'qr.exchanged', limit: 9 })).toHaveLength(before + 1);
    await here.setStrategy({ returnFullUserInfo: false });
  });

  it('let one person hold five scanned codes on both together', async () => {
    await here.addUser({ username: 'bob' });
    const token = await here.signIn('bob');
    const codes = await Promise.all(Array.from({ length: 12 }, aCode));
    const scans = await Promise.all(codes.map(({ move }, index) => move(index % 2 ? here : there, 'SCAN', token)));
    expect(scans.filter(({ statusCode }) => statusCode === 200)).toHaveLength(5);
    expect(scans.filter(({ statusCode }) => statusCode === 429)).toHaveLength(7);
  });

  it('count one person’s repeats of a refused call in one event between them', async () => {
    await here.addUser({ username: 'carol' });
    const [alice, carol] = [await here.signIn(), await here.signIn('carol')];
    const { move } = await aCode();
    expect((await move(here, 'SCAN', alice)).statusCode).toBe(200);
    const tries = Array.from({ length: 40 }, (_, index) => move(index % 2 ? here : there, 'CONFIRM', carol));
    for (const { statusCode } of await Promise.all(tries)) expect(statusCode).toBe(403);
    const conflicts = await here.stores.audit.list({ type: 'qr.scan_conflict', limit: 99 });
    expect(conflicts.map(({ count }) => count)).toEqual([40]);
  });

  it('answer a repeated exchange and a repeated refresh with one login, whichever server they reach', async () => {
    const { poll } = await anAuthorizedCode();
    const { ticket } = await poll(there);
    const before = (await here.stores.audit.list({ type: 'session.created', limit: 99 })).length;
    const sixTimes = Array.from({ length: 6 }, (_, index) => (index % 2 ? here : there));
    const { id: client_id, secret: client_secret } = here.site;
    const exchanged = await Promise.all(
      sixTimes.map(async (node) => {
        const body = { ticket, client_id, client_secret, scope: 'openid offline_access' };
        return (await call(node, 'POST', 'exchange-tokenset-with-qrcode-ticket', { body })).body.data;
      }),
    );
    for (const data of exchanged) expect(data).toEqual(exchanged[0]);
    expect(await here.stores.audit.list({ type: 'session.created', limit: 99 })).toHaveLength(before + 1);

    const refresh = async (node: Pick<Passbeam, 'app'>, refresh_token: string) => {
      const form = { grant_type: 'refresh_token', refresh_token, client_id, client_secret };
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      const payload = new URLSearchParams(form).toString();
      return (await node.app.inject({ method: 'POST', url: '/oidc/token', headers, payload })).json().refresh_token;
    };
    const first = exchanged[0].refresh_token;
    const refreshed = await Promise.all(sixTimes.map((node) => refresh(node, first)));
    expect(refreshed[0]).toEqual(expect.any(String));
    expect(new Set(refreshed)).toEqual(new Set([refreshed[0]]));
    expect(await refresh(there, refreshed[0])).toEqual(expect.any(String));
  });

  it('make one account for one caller that signs up at both at once, and refuse another caller', async () => {
    const given = { username: 'dora', password: 'correct horse battery' };
    const join = async (node: Pick<Passbeam, 'app'>, userAgent: string) => {
      const body = { connection: 'PASSWORD', passwordPayload: given };
      return (await call(node, 'POST', 'signup', { body, headers: { 'user-agent': userAgent } })).body;
    };
    const mine = await Promise.all([here, there, here, there].map((node) => join(node, 'Mine/1')));
    for (const { data } of mine) expect(data).toEqual(mine[0]?.data);
    expect(mine[0]?.statusCode).toBe(200);
    for (const node of [here, there]) expect((await join(node, 'Thief/1')).statusCode).toBe(409);
  });

  it('answer a page that waits at one when the QR session moves at the other', async () => {
    const token = await here.signIn();
    const { poll, move } = await aCode();
    await poll(there);
    const waiting = poll(there, { since: 'PENDING', waitSeconds: '30' });
    await vi.waitFor(() => expect(there.watches.count()).toBe(1));
    expect((await move(here, 'SCAN', token)).statusCode).toBe(200);
    expect((await waiting).status).toBe('SCANNED');
    await vi.waitFor(() => expect(there.watches.count()).toBe(0));
  });

  it('hear of each other’s settings at once', async () => {
    await here.setStrategy({ qrcodeExpiresIn: 77 });
    await vi.waitFor(() => {
      const strategy = there.directory.qrcodeLoginStrategy(there.directory.getApplication('site'));
      expect(strategy.qrcodeExpiresIn).toBe(77);
    });
  });
});
