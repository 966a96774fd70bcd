import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aLoginSession, aNewQrSession, anEvent, aRedemption, aRoom } from '../stores/conformance/builders.ts';
import { openTestPassbeam, sendInto, type TestPassbeam } from '../testing.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { serveMetrics } from './server.ts';

let metrics: Metrics;
let passbeam: TestPassbeam;
beforeEach(async () => {
  metrics = createMetrics({ version: '1.2.3' });
  passbeam = await openTestPassbeam({}, { metrics });
});
afterEach(() => passbeam.close());

/** Series and their values, as Prometheus would read them. */
async function series(): Promise<Map<string, number>> {
  const lines = (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value] = /^([a-zA-Z_:][\w:]*(?:\{(?:\w+="(?:[^"\\]|\\.)*",?)*\})?) (\S+)$/.exec(line) ?? [];
      expect(name, line).not.toBe('');
      return [name, value === '+Inf' ? Infinity : Number(value)];
    }),
  );
}

async function sample(name: string): Promise<number | undefined> {
  return (await series()).get(name);
}

async function steps(): Promise<Record<string, number>> {
  const all = await series();
  return Object.fromEntries(
    ['created', 'scanned', 'confirmed', 'cancelled', 'exchanged', 'expired'].map((step) => [
      step,
      all.get(`passbeam_qr_steps_total{step="${step}"}`) ?? Number.NaN,
    ]),
  );
}

const none = { created: 0, scanned: 0, confirmed: 0, cancelled: 0, exchanged: 0, expired: 0 };

async function create(): Promise<string> {
  return (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data.qrcodeId;
}

async function move(token: string, qrcodeId: string, action: string) {
  return (await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } })).body;
}

async function poll(qrcodeId: string) {
  return (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body;
}

async function exchange(ticket: string, headers: Record<string, string> = {}) {
  const { id, secret } = passbeam.site;
  const body = { ticket, client_id: id, client_secret: secret };
  return (await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body, headers })).body;
}

function createMetricsAnew(): Metrics {
  metrics = createMetrics({ version: '1.2.3' });
  return metrics;
}

it('the series that alerts watch exist from the start, so that the first event is an increase, too', async () => {
  metrics = createMetrics({ version: '1.2.3' });
  const names = async () => [...(await series()).keys()].filter((name) => name.startsWith('passbeam_'));
  const before = await names();
  const alerts = await readFile(join(import.meta.dirname, '../../../../deploy/helm/passbeam/alerts.yml'), 'utf8');
  const awaited = [...alerts.matchAll(/\bincrease\((passbeam_\w+(?:\{[^}]*\})?)/g)].map(([, name = '']) => name);
  expect(awaited.length).toBeGreaterThan(3);
  for (const counter of awaited)
    expect(
      before.filter((name) => name.startsWith(counter)),
      counter,
    ).not.toEqual([]);

  metrics.storeFailed(Object.assign(new Error('no room'), { code: '53100' }));
  metrics.storeFailed(Object.assign(new Error('no answer'), { name: 'RedisOutage' }));
  metrics.storeFailed(new Error('whatever'));
  metrics.happened({ type: 'qr.unknown_burst', codeHash: null, detail: {} }, 0);
  metrics.happened({ type: 'user.sign_in_failed', codeHash: null, detail: {} }, 0);
  expect(await names()).toEqual(before);
});

describe('the funnel', () => {
  it('moves each step of a login once, however often the calls are repeated', async () => {
    expect(await steps()).toEqual(none);
    const token = await passbeam.signIn();
    const qrcodeId = await create();
    for (const action of ['SCAN', 'SCAN', 'CONFIRM', 'CONFIRM', 'CONFIRM']) {
      expect(await move(token, qrcodeId, action)).toMatchObject({ statusCode: 200 });
    }
    const { data } = await poll(qrcodeId);
    for (let call = 0; call < 2; call++) expect(await exchange(data.ticket)).toMatchObject({ statusCode: 200 });
    expect(await exchange(data.ticket, { 'user-agent': 'Thief/1' })).toMatchObject({ statusCode: 400 });

    expect(await steps()).toEqual({ ...none, created: 1, scanned: 1, confirmed: 1, exchanged: 1 });
    expect(await sample('passbeam_qr_polls_total{status="AUTHORIZED"}')).toBe(1);
    expect(await sample('passbeam_sign_ins_total{method="qr",result="success"}')).toBe(1);
    expect(await sample('passbeam_qr_alarms_total{type="qr.ticket_replayed"}')).toBe(1);
  });

  it('counts a cancelled QR session, and no refused move', async () => {
    const token = await passbeam.signIn();
    const qrcodeId = await create();
    expect((await move(token, qrcodeId, 'CONFIRM')).statusCode).not.toBe(200);
    for (const action of ['SCAN', 'CANCEL', 'CANCEL']) await move(token, qrcodeId, action);
    expect((await move(token, qrcodeId, 'CONFIRM')).statusCode).not.toBe(200);
    expect(await steps()).toEqual({ ...none, created: 1, scanned: 1, cancelled: 1 });
  });

  it('counts scans that raced for one QR session once', async () => {
    await passbeam.addUser({ username: 'bob' });
    const tokens = await Promise.all([passbeam.signIn(), passbeam.signIn('bob')]);
    const qrcodeId = await create();
    await Promise.all(tokens.map((token) => move(token, qrcodeId, 'SCAN')));
    expect(await steps()).toEqual({ ...none, created: 1, scanned: 1 });
    expect(await sample('passbeam_qr_alarms_total{type="qr.scan_conflict"}')).toBe(1);
  });

  it('counts no change that the store refused', async () => {
    const { qrSessions, redemptions } = passbeam.stores;
    const code = await qrSessions.insert(aNewQrSession(), 120, anEvent({ type: 'qr.created' }));
    const scanned = { ...code, status: 'SCANNED' as const, version: 2 };
    const scan = () => qrSessions.replace(scanned, code.expiresAt, anEvent({ type: 'qr.scanned' }));
    expect([await scan(), await scan()]).toEqual([true, false]);
    const approved = await qrSessions.insert(
      aNewQrSession({ status: 'AUTHORIZED' }),
      120,
      anEvent({ type: 'qr.created' }),
    );
    const redemption = aRedemption({ codeHash: approved.idHash });
    const redeem = () =>
      redemptions.redeem({
        redemption,
        loginSession: aLoginSession(),
        room: aRoom(),
        refreshToken: null,
        events: [anEvent({ type: 'qr.exchanged' })],
      });
    expect([await redeem(), await redeem()]).toEqual([true, false]);
    expect(await steps()).toEqual({ ...none, created: 2, scanned: 1, exchanged: 1 });
  });

  it('times the steps by the clock that QR sessions are dated by, whatever this node’s own says', async () => {
    const token = await passbeam.signIn();
    const qrcodeId = await create();
    passbeam.pass(3);
    await move(token, qrcodeId, 'SCAN');
    passbeam.pass(1.5);
    await move(token, qrcodeId, 'CONFIRM');
    passbeam.pass(0.5);
    await exchange((await poll(qrcodeId)).data.ticket);
    expect(await sample('passbeam_qr_step_seconds_sum{step="scanned"}')).toBe(3);
    expect(await sample('passbeam_qr_step_seconds_sum{step="confirmed"}')).toBe(1.5);
    expect(await sample('passbeam_qr_step_seconds_sum{step="exchanged"}')).toBe(0.5);
    expect(await sample('passbeam_qr_step_seconds_count{step="exchanged"}')).toBe(1);
  });
});

describe('calls', () => {
  it('are timed by the template of their route, whatever the path', async () => {
    await create();
    await passbeam.v3('GET', '/nowhere/at/all');
    await passbeam.v3('GET', '/api/v2/users/someone-with-an-id');
    const names = [...(await series()).keys()].filter((name) => name.startsWith('passbeam_http_request_seconds_count'));
    expect(names).toContain(
      'passbeam_http_request_seconds_count{route="/api/v3/gene-qrcode",method="POST",status="2xx"}',
    );
    expect(names).toContain('passbeam_http_request_seconds_count{route="none",method="any",status="4xx"}');
    expect(names.join()).not.toMatch(/nowhere|someone/);
  });

  it('are timed where polls go past the framework', async () => {
    const qrcodeId = await create();
    await passbeam.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = passbeam.app.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`;
    for (let call = 0; call < 2; call++) await (await fetch(url)).text();
    const labels = '{route="/api/v3/get-qrcode-status",method="GET",status="2xx"}';
    expect(await sample(`passbeam_http_request_seconds_count${labels}`)).toBe(2);
    expect(await sample('passbeam_qr_polls_total{status="PENDING"}')).toBe(2);
  });

  it('that a limit refuses are counted by its kind', async () => {
    for (let call = 0; call < 61; call++) await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    expect(await sample('passbeam_limit_refusals_total{kind="createCode"}')).toBe(1);
  });

  it('for one passcode more than an address may have are counted by their kind', async () => {
    await passbeam.close();
    passbeam = await openTestPassbeam({}, { metrics: createMetricsAnew(), sender: sendInto([]) });
    for (let minute = 0; minute < 11; minute++) {
      const body = { channel: 'CHANNEL_LOGIN', email: 'alice@example.com' };
      await passbeam.v3('POST', 'send-email', { app: 'phone', body });
      passbeam.pass(60);
    }
    expect(await sample('passbeam_limit_refusals_total{kind="sendCodeTo"}')).toBe(1);
  });

  it('to sign in are counted by method and result', async () => {
    await passbeam.signIn();
    const passwordPayload = { username: 'alice', password: 'not the password' };
    await passbeam.v3('POST', 'signin', { app: 'phone', body: { connection: 'PASSWORD', passwordPayload } });
    expect(await sample('passbeam_sign_ins_total{method="pwd",result="success"}')).toBe(1);
    expect(await sample('passbeam_sign_ins_total{method="pwd",result="failure"}')).toBe(1);
  });

  it('that fail because of a store are counted by store and kind, and as unavailable', async () => {
    const failures = async () =>
      [...(await series())].filter(([name]) => name.startsWith('passbeam_store_errors_total'));
    expect(new Set((await failures()).map(([, count]) => count))).toEqual(new Set([0]));
    await passbeam.stores.close();
    const { http } = await passbeam.v3('GET', '/readyz');
    expect(http).toBe(503);
    expect(await sample('passbeam_http_unavailable_total')).toBe(1);
    const counted = (await failures()).filter(([, count]) => count > 0).map(([name]) => name);
    expect(counted.join()).toMatch(/^passbeam_store_errors_total\{store="sql",kind="\w+"\}$/);
  });
});

it('writes are counted per commit that they shared', async () => {
  const before = await sample('passbeam_commit_writes_sum');
  await Promise.all([create(), create(), create()]);
  expect(await sample('passbeam_commit_writes_sum')).toBe((before ?? 0) + 3);
});

it('states of stores and pages are read when they are asked for', async () => {
  metrics = createMetrics({ version: '1.2.3' });
  let used = 3;
  metrics.watch({
    waitingConnections: () => 7,
    sqlPool: () => ({ used, idle: 2, waiting: 1 }),
    isRedisConnected: () => false,
  });
  expect(await sample('passbeam_sql_pool_used')).toBe(3);
  used = 4;
  expect(await sample('passbeam_sql_pool_used')).toBe(4);
  expect(await sample('passbeam_sql_pool_waiting')).toBe(1);
  expect(await sample('passbeam_redis_connected')).toBe(0);
  expect(await sample('passbeam_waiting_connections')).toBe(7);
});

it('QR sessions that nobody finished are counted when they are purged', async () => {
  const token = await passbeam.signIn();
  await create();
  const cancelled = await create();
  for (const action of ['SCAN', 'CANCEL']) await move(token, cancelled, action);
  passbeam.pass(3600);
  await passbeam.stores.qrSessions.purge(0, 10);
  expect(await steps()).toMatchObject({ created: 2, cancelled: 1, expired: 1 });
});

it('no label holds an id, a person, an address or what a caller wrote', async () => {
  const token = await passbeam.signIn();
  const qrcodeId = await create();
  for (const action of ['SCAN', 'CONFIRM']) await move(token, qrcodeId, action);
  const { ticket } = (await poll(qrcodeId)).data;
  await exchange(ticket);
  const text = await metrics.text();
  const { alice, site, pool } = passbeam;
  const codeHash = passbeam.secrets.hash(qrcodeId);
  for (const secret of [qrcodeId, codeHash, ticket, token, alice.id, 'alice', `"${site.id}"`, `"${pool.id}"`]) {
    expect(text).not.toContain(secret);
  }
  expect(text).not.toContain('127.0.0.1');
});

describe('the endpoint', () => {
  it('is not on the public port', async () => {
    expect((await passbeam.app.inject('/metrics')).statusCode).toBe(404);
  });

  it('answers GET /metrics on a port of its own, and nothing else', async () => {
    const served = await serveMetrics({ host: '127.0.0.1', port: 0 }, metrics);
    try {
      const base = `http://127.0.0.1:${served.port}`;
      const reply = await fetch(`${base}/metrics`);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-type')).toContain('text/plain; version=0.0.4');
      expect(await reply.text()).toContain('passbeam_build_info{version="1.2.3"');
      expect((await fetch(`${base}/`)).status).toBe(404);
      expect((await fetch(`${base}/healthz`)).status).toBe(404);
      expect((await fetch(`${base}/metrics`, { method: 'POST' })).status).toBe(405);
    } finally {
      await served.close();
    }
  });

  it('says who holds its port', async () => {
    const served = await serveMetrics({ host: '127.0.0.1', port: 0 }, metrics);
    await expect(serveMetrics({ host: '127.0.0.1', port: served.port }, metrics)).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: served.port,
    });
    await served.close();
  });
});
