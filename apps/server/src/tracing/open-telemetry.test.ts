import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';
import { startTracing } from './open-telemetry.ts';
import type { Tracing } from './tracing.ts';

interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  status: { code?: number };
  attributes: { key: string; value: Record<string, unknown> }[];
  events: { name: string }[];
}

/** Takes OTLP over HTTP in JSON, as any collector does. */
let collector: Server;
let received: { url?: string; headers: IncomingHttpHeaders; text: string }[];
let tracing: Tracing;
let passbeam: TestPassbeam;

beforeEach(async () => {
  received = [];
  collector = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    received.push({ url: request.url, headers: request.headers, text: Buffer.concat(parts).toString() });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${port}`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=people');
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=test');
  tracing = startTracing({ version: '1.2.3', node: 'node-1', log: pino({ level: 'silent' }) });
  passbeam = await openTestPassbeam({}, { tracing });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await passbeam.close();
  await tracing.stop();
  collector.closeAllConnections();
  collector.close();
});

/** What arrived once everything was sent. */
async function spans(): Promise<OtlpSpan[]> {
  await tracing.stop();
  return received.flatMap(({ text }) =>
    JSON.parse(text).resourceSpans.flatMap(({ scopeSpans }: { scopeSpans: { spans: OtlpSpan[] }[] }) =>
      scopeSpans.flatMap((scope) => scope.spans),
    ),
  );
}

function attributesOf({ attributes }: OtlpSpan): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

const server = 2;
const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerSpan = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${callerSpan}-01`;

describe('a request', () => {
  it('is a server span of the caller’s trace, with its use case and store calls beneath it', async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', {
      body: { type: 'MOBILE_APP' },
      headers: { traceparent },
    });
    const all = await spans();
    const [request] = all.filter(({ kind }) => kind === server);
    if (request === undefined) throw new Error('no server span');
    expect(request).toMatchObject({ name: 'POST /api/v3/gene-qrcode', traceId, parentSpanId: callerSpan });
    expect(attributesOf(request)).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/v3/gene-qrcode',
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'passbeam.request_id': body.requestId,
      'passbeam.code': passbeam.secrets.hash(body.data.qrcodeId).slice(0, 16),
    });
    const [create] = all.filter(({ name }) => name === 'qr.createQr');
    expect(create).toMatchObject({ traceId, parentSpanId: request.spanId });
    expect(all.filter(({ name }) => name === 'qrSessions.insert')).toMatchObject([
      { traceId, parentSpanId: create?.spanId },
    ]);
    expect(received[0]).toMatchObject({ url: '/v1/traces', headers: { 'x-tenant': 'people' } });
    for (const fact of ['"service.name"', '"passbeam"', '"node-1"', '"deployment.environment.name"']) {
      expect(received[0]?.text).toContain(fact);
    }
  });

  it('that nobody traced begins a trace of its own', async () => {
    await passbeam.v3('GET', '/healthz');
    await passbeam.v3('GET', '/healthz');
    const all = (await spans()).filter(({ kind }) => kind === server);
    expect(all).toHaveLength(2);
    expect(new Set(all.map((span) => span.traceId)).size).toBe(2);
    for (const span of all) expect(span.parentSpanId ?? '').toBe('');
  });

  it('whose caller does not sample is not sampled', async () => {
    await passbeam.v3('GET', '/healthz', { headers: { traceparent: traceparent.replace(/01$/, '00') } });
    expect(await spans()).toEqual([]);
  });

  it('that is refused names the refusal and is no error', async () => {
    const qrcodeId = 'x'.repeat(32);
    await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } });
    const [request] = (await spans()).filter(({ kind }) => kind === server);
    if (request === undefined) throw new Error('no server span');
    expect(attributesOf(request)).toMatchObject({ 'passbeam.refusal': 'qr_not_found' });
    expect(request.status.code ?? 0).toBe(0);
  });

  it('that fails is an error with its exception', async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    await passbeam.stores.close();
    await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId: body.data.qrcodeId } });
    const failed = (await spans()).filter(({ name }) => name === 'GET /api/v3/get-qrcode-status');
    expect(failed).toMatchObject([{ status: { code: 2 }, events: [{ name: 'exception' }] }]);
  });

  it('over the wire has a span for each poll too', async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    await passbeam.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = passbeam.app.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/api/v3/get-qrcode-status?qrcodeId=${body.data.qrcodeId}`;
    const reply = await fetch(url, { headers: { traceparent, connection: 'close' } });
    await reply.text();
    await passbeam.app.close();
    const polled = (await spans()).filter(({ name }) => name === 'GET /api/v3/get-qrcode-status');
    expect(polled).toMatchObject([{ traceId, parentSpanId: callerSpan, kind: server }]);
  });
});

it('no span holds an id, a secret, a query or a path that a caller wrote', async () => {
  const token = await passbeam.signIn();
  const created = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
  const { qrcodeId, url } = created.body.data;
  await passbeam.app.inject(new URL(url).pathname);
  for (const action of ['SCAN', 'CONFIRM']) {
    await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action } });
  }
  const { ticket } = (await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId } })).body.data;
  const { id, secret, domain } = passbeam.site;
  const body = { ticket, client_id: id, client_secret: secret };
  await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body });
  await passbeam.v3('GET', '/nowhere/at-all?token=hidden');
  const all = await spans();
  expect(all.map(({ name }) => name)).toContain('POST /api/v3/exchange-tokenset-with-qrcode-ticket');
  expect(all.map(({ name }) => name)).toContain('GET');
  const text = received.map((request) => request.text).join('');
  const sealed = new URL(url).pathname.slice(4, 30);
  const hash = passbeam.secrets.hash(qrcodeId);
  for (const hidden of [
    qrcodeId,
    hash,
    ticket,
    token,
    secret,
    passbeam.alice.id,
    domain,
    sealed,
    'nowhere',
    'hidden',
  ]) {
    expect(text).not.toContain(hidden);
  }
});

it('a collector that does not answer holds up neither requests nor the end', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:9');
  const unheard = startTracing({ version: '1.2.3', node: 'node-1', log: pino({ level: 'silent' }) });
  const other = await openTestPassbeam({}, { tracing: unheard });
  expect((await other.v3('GET', '/healthz')).http).toBe(200);
  await other.close();
  await unheard.stop();
});
