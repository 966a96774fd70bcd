import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StatementSync } from 'node:sqlite';
import { requestIdHeader } from '@passbeam/protocol';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

/** Requests that reached Fastify's routes. */
let routed = 0;
const count = () => routed++;
const handled = 'tracing:fastify.request.handler:start';
let passbeam: TestPassbeam;

async function open(...options: Parameters<typeof openTestPassbeam>): Promise<void> {
  passbeam = await openTestPassbeam(...options);
  await passbeam.app.listen({ host: '127.0.0.1', port: 0 });
}

beforeEach(async () => {
  await open();
  subscribe(handled, count);
});
afterEach(async () => {
  unsubscribe(handled, count);
  await passbeam.close();
});

interface Answer {
  status: number | undefined;
  headers: Record<string, unknown>;
  body: Record<string, unknown>;
  text: string;
}

/** A reply without the parts that vary between two replies that say the same. */
function comparable(status: number | undefined, given: object, text: string): Answer {
  const {
    date: _,
    connection: __,
    'keep-alive': ___,
    [requestIdHeader]: id,
    ...headers
  } = given as typeof given & Record<string, unknown>;
  const body = JSON.parse(text);
  if (body.requestId !== undefined) expect(id).toBe(body.requestId);
  return {
    status,
    headers,
    body: { ...body, requestId: undefined },
    text: text.replace(/"requestId":"[^"]+"/, ''),
  };
}

function overTheWire(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { port } = passbeam.app.server.address() as AddressInfo;
  routed = 0;
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, path: url, method, headers: { connection: 'close', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve(comparable(response.statusCode, response.headers, text || '{}')));
      },
    )
      .on('error', reject)
      .end();
  });
}

async function throughTheRoute(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const reply = await passbeam.app.inject({ method: 'GET', url, headers });
  return comparable(reply.statusCode, reply.headers, reply.body);
}

const pollOf = (qrcodeId: string) => `/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`;

async function gene(app = 'site', headers: Record<string, string> = {}, body: object = {}): Promise<string> {
  const reply = await passbeam.v3('POST', 'gene-qrcode', { app, headers, body: { type: 'MOBILE_APP', ...body } });
  cookie = String(reply.headers['set-cookie'] ?? '').split(';')[0] ?? '';
  return reply.body.data.qrcodeId;
}
let cookie = '';

async function move(qrcodeId: string, ...actions: string[]): Promise<void> {
  const token = await passbeam.signIn();
  for (const action of actions) {
    const { body } = await passbeam.v3('POST', 'set-qrcode-status', {
      app: 'phone',
      token,
      body: { qrcodeId, action },
    });
    expect(body.statusCode).toBe(200);
  }
}

const browser = { origin: 'https://site.example', 'user-agent': 'Mozilla/5.0 Chrome/140.0.0.0 Safari/537.36' };

describe('a plain status poll', () => {
  const moves: [string, string[]][] = [
    ['PENDING', []],
    ['SCANNED', ['SCAN']],
    ['AUTHORIZED', ['SCAN', 'CONFIRM']],
    ['CANCELLED', ['SCAN', 'CANCEL']],
  ];

  it.each(moves)('of a code that is %s gets the reply of the route, without it', async (status, actions) => {
    await passbeam.addApplication({ id: 'open', pollBinding: 'none' });
    const qrcodeId = await gene('open');
    await move(qrcodeId, ...actions);
    const origins: Record<string, string>[] = [
      {},
      browser,
      { origin: 'https://elsewhere.example' },
      { origin: 'null' },
    ];
    for (const headers of origins) {
      const answer = await overTheWire(pollOf(qrcodeId), headers);
      expect(routed).toBe(0);
      expect(answer.body.data).toMatchObject({ status });
      expect(answer).toEqual(await throughTheRoute(pollOf(qrcodeId), headers));
    }
  });

  it('of an expired code too, and by the older name', async () => {
    const qrcodeId = await gene();
    passbeam.pass(121);
    const url = `/api/v3/check-qrcode-status?qrcodeId=${qrcodeId}`;
    const answer = await overTheWire(url);
    expect(routed).toBe(0);
    expect(answer.body.data).toEqual({ status: 'EXPIRED' });
    expect(answer).toEqual(await throughTheRoute(url));
  });

  it('shows a name beyond ASCII whole', async () => {
    await passbeam.addUser({ username: 'wang', nickname: '王小明 🙂' });
    await passbeam.addApplication({ id: 'open', pollBinding: 'none' });
    const qrcodeId = await gene('open');
    const token = await passbeam.signIn('wang');
    await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token, body: { qrcodeId, action: 'SCAN' } });
    const answer = await overTheWire(pollOf(qrcodeId));
    expect(answer.body.data).toMatchObject({ briefUserInfo: { displayName: '王小明 🙂' } });
    expect(answer).toEqual(await throughTheRoute(pollOf(qrcodeId)));
  });

  it('binds the browser whose cookie comes back, and offers a cookie to the first poller of a code that a server made', async () => {
    const bound = await gene('site', browser);
    expect((await overTheWire(pollOf(bound), { ...browser, cookie })).body.data).toMatchObject({ status: 'PENDING' });
    await move(bound, 'SCAN', 'CONFIRM');
    expect((await overTheWire(pollOf(bound), browser)).body.data).toEqual({ status: 'EXPIRED' });
    expect((await overTheWire(pollOf(bound), { ...browser, cookie })).body.data).toMatchObject({
      ticket: expect.any(String),
    });
    expect(routed).toBe(0);

    const offered = await overTheWire(pollOf(await gene()));
    expect(String(offered.headers['set-cookie'])).toMatch(
      /^passbeam_poll=[\w-]{43};.*HttpOnly; Secure; Partitioned; SameSite=None$/i,
    );
  });

  it('gives the tokens where polls deliver them, with the shape of the route', async () => {
    await passbeam.setStrategy({ returnFullUserInfo: true });
    await passbeam.addApplication({ id: 'open', pollBinding: 'none' });
    const qrcodeId = await gene('open');
    await move(qrcodeId, 'SCAN', 'CONFIRM');
    const answer = await overTheWire(pollOf(qrcodeId));
    expect(routed).toBe(0);
    const again = await throughTheRoute(pollOf(qrcodeId));
    const shapeOf = ({ body }: Answer) => {
      const { tokenSet, ...data } = body.data as { tokenSet: object };
      return { ...data, tokenSet: Object.keys(tokenSet) };
    };
    expect(shapeOf(answer)).toEqual(shapeOf(again));
  });
});

describe('whatever is not a plain poll of a live code is left to the route', () => {
  it.each([
    ['an unknown code', () => pollOf('a'.repeat(32)), {}],
    ['an id that cannot be one', () => pollOf('-'.repeat(32)), {}],
    ['no id', () => '/api/v3/get-qrcode-status?qrcodeId=', {}],
    ['a second parameter', (id: string) => `${pollOf(id)}&x=1`, {}],
    ['another path', (id: string) => `/api/v3/get-qrcode-statuses?qrcodeId=${id}`, {}],
    ['credentials', pollOf, { authorization: 'Bearer x' }],
    ['a body', pollOf, { 'content-length': '0' }],
  ])('%s', async (_, urlOf: (id: string) => string, headers: Record<string, string>) => {
    await passbeam.addApplication({ id: 'open', pollBinding: 'none' });
    const url = urlOf(await gene('open'));
    const answer = await overTheWire(url, headers);
    expect(answer).toEqual(await throughTheRoute(url, headers));
    expect(routed > 0 || answer.body.statusCode !== 200).toBe(true);
  });

  it('another method', async () => {
    expect((await overTheWire(pollOf(await gene()), {}, 'HEAD')).status).toBe(200);
    expect(routed).toBe(1);
  });

  it('a poll whose read failed, which is not tried again: in an outage a second try would take as long as the first', async () => {
    const qrcodeId = await gene();
    const read = vi.spyOn(StatementSync.prototype, 'get');
    try {
      await overTheWire(pollOf('b'.repeat(32)));
      expect(read).toHaveBeenCalledTimes(1);
      read.mockImplementation(() => {
        throw new Error('out of order');
      });
      expect(await overTheWire(pollOf(qrcodeId))).toMatchObject({ body: { statusCode: 500 } });
      expect(read).toHaveBeenCalledTimes(2);
    } finally {
      read.mockRestore();
    }
  });

  it('counts each question about an unknown code once', async () => {
    for (let index = 0; index < 60; index++) await overTheWire(pollOf('b'.repeat(32)));
    const last = await overTheWire(pollOf('b'.repeat(32)));
    expect(last).toMatchObject({ status: 429, headers: { 'retry-after': expect.any(String) } });
  });

  it('while the server stops, so that the connection is closed', async () => {
    const qrcodeId = await gene();
    passbeam.beginStopping();
    await overTheWire(pollOf(qrcodeId));
    expect(routed).toBe(1);
  });

  it('at log level debug, which shows polls', async () => {
    await passbeam.close();
    await open({}, { log: pino({ level: 'debug' }, { write() {} }) });
    await overTheWire(pollOf(await gene()));
    expect(routed).toBe(1);
  });
});
