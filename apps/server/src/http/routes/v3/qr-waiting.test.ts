import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createManualTicker } from '../../../core/qr/manual-ticker.fixture.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';

let passbeam: TestPassbeam;
let ticker: ReturnType<typeof createManualTicker>;
let origin: string;
let token: string | undefined;
beforeEach(async () => {
  token = undefined;
  ticker = createManualTicker();
  passbeam = await openTestPassbeam({}, { ticker });
  await passbeam.app.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${(passbeam.app.server.address() as AddressInfo).port}`;
});
afterEach(() => passbeam.close());

const browser = { origin: 'https://site.example', 'user-agent': 'Mozilla/5.0 Chrome/140.0.0.0' };
const alice = { displayName: 'Alice', photo: 'http://localhost:3000/avatars/default.png' };

/** A code of a page, and the headers with which that page follows it. */
async function aCode(): Promise<{ qrcodeId: string; page: Record<string, string> }> {
  const { body, headers } = await passbeam.v3('POST', 'gene-qrcode', {
    body: { type: 'MOBILE_APP' },
    headers: browser,
  });
  const cookie = String(headers['set-cookie']).split(';')[0] ?? '';
  return { qrcodeId: body.data.qrcodeId, page: { ...browser, cookie } };
}

/**
 * Lets time pass until the result is there. The next look is due 15 seconds after the one under way, which may not be
 * over yet.
 */
async function asTimePasses<T>(awaited: Promise<T>): Promise<T> {
  let isHere = false;
  awaited.finally(() => {
    isHere = true;
  });
  await vi.waitFor(() => {
    ticker.pass(15_000);
    expect(isHere).toBe(true);
  });
  return awaited;
}

async function move(qrcodeId: string, ...actions: string[]): Promise<void> {
  token ??= await passbeam.signIn();
  for (const action of actions) {
    const { body } = await passbeam.v3('POST', 'set-qrcode-status', {
      app: 'phone',
      token,
      body: { qrcodeId, action },
    });
    expect(body.statusCode).toBe(200);
  }
}

const pathOf = (qrcodeId: string) => `/api/v3/watch-qrcode-status?qrcodeId=${qrcodeId}`;

/** Opens a stream. Its `next` gives the next event or comment; null at the end. */
async function watch(qrcodeId: string, headers: Record<string, string> = {}) {
  const controller = new AbortController();
  const response = await fetch(origin + pathOf(qrcodeId), { headers, signal: controller.signal });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const retries: number[] = [];
  async function next(): Promise<Record<string, unknown> | string | null> {
    for (;;) {
      const end = text.indexOf('\n\n');
      if (end >= 0) {
        const event = text.slice(0, end);
        text = text.slice(end + 2);
        const retry = /^retry: (\d+)$/.exec(event)?.[1];
        if (retry !== undefined) retries.push(Number(retry));
        if (retry !== undefined) continue;
        const data = /^data: (.*)$/m.exec(event)?.[1];
        return data === undefined ? event : JSON.parse(data);
      }
      const { done, value } = (await reader?.read()) ?? { done: true };
      if (done) return null;
      text += value;
    }
  }
  return { response, next, retries, leave: () => controller.abort() };
}

const expectNobodyWaits = () => vi.waitFor(() => expect(passbeam.watches.count()).toBe(0));

describe('GET /api/v3/watch-qrcode-status', () => {
  it('tells the page at once, at each change, and ends after the last', async () => {
    const { qrcodeId, page } = await aCode();
    const { response, next } = await watch(qrcodeId, page);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': 'https://site.example',
      'access-control-allow-credentials': 'true',
    });
    expect(await next()).toEqual({ status: 'PENDING', expiresIn: 120 });
    await move(qrcodeId, 'SCAN');
    expect(await next()).toEqual({ status: 'SCANNED', expiresIn: 120, briefUserInfo: alice });
    await move(qrcodeId, 'CONFIRM');
    const last = await next();
    const poll = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers: page });
    expect(last).toEqual({ status: 'AUTHORIZED', ticket: expect.stringMatching(/^tk_/), briefUserInfo: alice });
    expect(last).toEqual(poll.body.data);
    expect(await next()).toBeNull();
    await expectNobodyWaits();
  });

  it('tells a stranger the status alone, and EXPIRED in place of the ticket', async () => {
    const { qrcodeId, page } = await aCode();
    const owner = await watch(qrcodeId, page);
    await owner.next();
    const stranger = await watch(qrcodeId);
    expect(await stranger.next()).toEqual({ status: 'PENDING' });
    await move(qrcodeId, 'SCAN', 'CONFIRM');
    expect(await stranger.next()).toEqual({ status: 'SCANNED' });
    expect(await stranger.next()).toEqual({ status: 'EXPIRED' });
    expect(await stranger.next()).toBeNull();
  });

  it('takes the poll secret where the code is bound by one', async () => {
    const secret = 's'.repeat(43);
    const pollChallenge = passbeam.secrets.hash(secret);
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP', pollChallenge } });
    const { qrcodeId } = body.data;
    const [owner, stranger] = [await watch(qrcodeId, { 'x-qr-poll-secret': secret }), await watch(qrcodeId)];
    expect(await owner.next()).toEqual({ status: 'PENDING', expiresIn: 120 });
    expect(await stranger.next()).toEqual({ status: 'PENDING' });
    owner.leave();
    stranger.leave();
    await expectNobodyWaits();
  });

  it('offers the cookie to the first follower of a code that a server made', async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { response, leave } = await watch(body.data.qrcodeId, browser);
    expect(response.headers.get('set-cookie')).toMatch(/^passbeam_poll=/);
    leave();
  });

  it('knows the browser it offered the cookie, once that has come back', async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = body.data;
    const { response, next } = await watch(qrcodeId, browser);
    expect(await next()).toMatchObject({ status: 'PENDING' });
    const cookie = String(response.headers.get('set-cookie')).split(';')[0] ?? '';
    await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers: { ...browser, cookie } });
    await move(qrcodeId, 'SCAN', 'CONFIRM');
    expect(await next()).toMatchObject({ status: 'SCANNED', briefUserInfo: alice });
    expect(await next()).toMatchObject({ status: 'AUTHORIZED', ticket: expect.stringMatching(/^tk_/) });
    expect(await passbeam.stores.audit.list({ type: 'qr.poll_foreign', limit: 9 })).toEqual([]);
  });

  it('does not take the cookie that it offered for one that came back', async () => {
    const { body } = await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } });
    const { qrcodeId } = body.data;
    const { next, leave } = await watch(qrcodeId, browser);
    await next();
    await move(qrcodeId, 'SCAN');
    expect(await next()).toMatchObject({ status: 'SCANNED' });
    // Nobody owns the QR session yet, so any poller sees its details.
    const { body: poll } = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers: browser });
    expect(poll.data).toMatchObject({ status: 'SCANNED', briefUserInfo: alice });
    leave();
  });

  it('ends with CANCELLED, and with EXPIRED by the clock of the store', async () => {
    const [cancelled, expired] = [await aCode(), await aCode()];
    const [first, second] = [
      await watch(cancelled.qrcodeId, cancelled.page),
      await watch(expired.qrcodeId, expired.page),
    ];
    await first.next();
    await second.next();
    await move(cancelled.qrcodeId, 'SCAN', 'CANCEL');
    expect(await first.next()).toMatchObject({ status: 'SCANNED' });
    expect(await first.next()).toMatchObject({ status: 'CANCELLED' });
    expect(await first.next()).toBeNull();
    passbeam.pass(120);
    expect(await asTimePasses(second.next())).toEqual({ status: 'EXPIRED' });
    expect(await second.next()).toBeNull();
    await expectNobodyWaits();
  });

  it('keeps a quiet connection alive', async () => {
    const { qrcodeId, page } = await aCode();
    const { next, leave } = await watch(qrcodeId, page);
    await next();
    expect(await asTimePasses(next())).toBe(':');
    leave();
    await expectNobodyWaits();
  });

  it('tells a page that comes back where things stand, and one that has seen the end not to come back', async () => {
    const { qrcodeId, page } = await aCode();
    await move(qrcodeId, 'SCAN');
    const back = await watch(qrcodeId, { ...page, 'last-event-id': 'SCANNED' });
    expect(await back.next()).toMatchObject({ status: 'SCANNED' });
    await move(qrcodeId, 'CANCEL');
    await back.next();
    const late = await watch(qrcodeId, { ...page, 'last-event-id': 'SCANNED' });
    expect([await late.next(), await late.next()]).toEqual([expect.objectContaining({ status: 'CANCELLED' }), null]);
    const again = await watch(qrcodeId, { ...page, 'last-event-id': 'CANCELLED' });
    expect(again.response.status).toBe(204);
    await expectNobodyWaits();
  });

  it('tells EXPIRED where the login that it would deliver is refused', async () => {
    await passbeam.setStrategy({ returnFullUserInfo: true });
    const { qrcodeId, page } = await aCode();
    await move(qrcodeId, 'SCAN', 'CONFIRM');
    const { alice: user } = passbeam;
    const stored = (await passbeam.stores.users.find(user.id)) ?? user;
    await passbeam.stores.users.update({ ...stored, status: 'Suspended', version: stored.version + 1 }, null);
    const { next } = await watch(qrcodeId, page);
    expect(await next()).toEqual({ status: 'EXPIRED' });
    const query = { qrcodeId, since: 'SCANNED', waitSeconds: '20' };
    const { body } = await passbeam.v3('GET', 'get-qrcode-status', { query, headers: page });
    expect(body).toMatchObject({ statusCode: 200, data: { status: 'EXPIRED' } });
  });

  it('frees everything when the page leaves', async () => {
    const { qrcodeId, page } = await aCode();
    const timersOfTheServer = ticker.count();
    const pages = [await watch(qrcodeId, page), await watch(qrcodeId, page)];
    expect(passbeam.watches.count()).toBe(2);
    expect(ticker.count()).toBeGreaterThan(timersOfTheServer);
    for (const { leave } of pages) leave();
    await expectNobodyWaits();
    expect(ticker.count()).toBe(timersOfTheServer);
  });

  it('ends every stream when the node stops, and keeps none open from then on', async () => {
    const { qrcodeId, page } = await aCode();
    const pages = [await watch(qrcodeId, page), await watch(qrcodeId, page)];
    for (const { next } of pages) await next();
    passbeam.beginStopping();
    for (const { next } of pages) expect(await next()).toBeNull();
    // The pages are told to come back at different moments.
    expect(new Set(pages.map(({ retries }) => retries.at(-1))).size).toBe(2);
    const late = await watch(qrcodeId, page);
    expect([await late.next(), await late.next()]).toEqual([expect.objectContaining({ status: 'PENDING' }), null]);
    await expectNobodyWaits();
  });

  it('refuses before it streams, as an envelope', async () => {
    const { qrcodeId } = await aCode();
    const refusal = async (url: string, headers: Record<string, string> = {}) => {
      const response = await fetch(origin + url, { headers });
      return { http: response.status, body: await response.json() };
    };
    expect(await refusal(pathOf('A'.repeat(32)))).toMatchObject({
      http: 200,
      body: { statusCode: 404, apiCode: 2241 },
    });
    expect(await refusal('/api/v3/watch-qrcode-status')).toMatchObject({ body: { statusCode: 400 } });
    const json = await refusal(pathOf(qrcodeId), { accept: 'application/json' });
    expect(json.body).toMatchObject({ statusCode: 400, message: expect.stringContaining('accept') });
    await expectNobodyWaits();
  });

  it('answers HEAD with the head alone', async () => {
    const { qrcodeId } = await aCode();
    const response = await fetch(origin + pathOf(qrcodeId), { method: 'HEAD' });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await response.text()).toBe('');
    expect(passbeam.watches.count()).toBe(0);
  });
});

describe.each(['get-qrcode-status', 'check-qrcode-status'])('%s with waitSeconds', (path) => {
  const poll = (query: Record<string, string>, headers: Record<string, string>) =>
    passbeam.v3('GET', path, { query, headers });
  const waiting = async (count: number) => {
    await vi.waitFor(() => expect(passbeam.watches.count()).toBe(count));
  };

  it('answers at the change, and at once when the status is not the one seen last', async () => {
    const { qrcodeId, page } = await aCode();
    const answer = poll({ qrcodeId, since: 'PENDING', waitSeconds: '30' }, page);
    await waiting(1);
    await move(qrcodeId, 'SCAN');
    expect((await answer).body.data).toEqual({ status: 'SCANNED', expiresIn: 120, briefUserInfo: alice });
    const late = await poll({ qrcodeId, since: 'PENDING', waitSeconds: '30' }, page);
    expect(late.body.data.status).toBe('SCANNED');
    await expectNobodyWaits();
  });

  it('answers unchanged when its time is over', async () => {
    const { qrcodeId, page } = await aCode();
    const answer = poll({ qrcodeId, since: 'PENDING', waitSeconds: '2' }, page);
    await waiting(1);
    // The first look must be over before the waiting time can pass.
    await vi.waitFor(() => {
      ticker.pass(2_000);
      expect(passbeam.watches.count()).toBe(0);
    });
    expect((await answer).body.data).toEqual({ status: 'PENDING', expiresIn: 120 });
  });

  it.each([
    ['without since', { waitSeconds: '30' }],
    ['for no time', { since: 'PENDING', waitSeconds: '0' }],
    ['without waitSeconds', { since: 'PENDING' }],
    ['with an empty waitSeconds', { since: 'PENDING', waitSeconds: '' }],
  ])('does not wait %s', async (_name, query) => {
    const { qrcodeId, page } = await aCode();
    expect((await poll({ qrcodeId, ...query }, page)).body.data.status).toBe('PENDING');
    expect(passbeam.watches.count()).toBe(0);
  });

  it.each([
    ['waitSeconds', '31'],
    ['waitSeconds', '-1'],
    ['waitSeconds', '1.5'],
    ['waitSeconds', 'soon'],
    ['since', 'WAITING'],
  ])('refuses %s=%s by name', async (name, value) => {
    const { qrcodeId, page } = await aCode();
    const { body } = await poll({ qrcodeId, [name]: value }, page);
    expect(body).toMatchObject({ statusCode: 400, apiCode: 2231, message: expect.stringContaining(name) });
  });

  it('frees everything when the caller hangs up', async () => {
    const { qrcodeId, page } = await aCode();
    const controller = new AbortController();
    const { signal } = controller;
    const url = `${origin}/api/v3/${path}?qrcodeId=${qrcodeId}&since=PENDING&waitSeconds=30`;
    const answer = fetch(url, { headers: page, signal });
    await waiting(1);
    controller.abort();
    await expect(answer).rejects.toThrow();
    await expectNobodyWaits();
  });

  it('does not begin behind a stream, which never ends its reply, and a hang-up frees everything', async () => {
    const { qrcodeId, page } = await aCode();
    const head = `HTTP/1.1\r\nhost: x\r\ncookie: ${page.cookie}\r\n\r\n`;
    const { port } = passbeam.app.server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1').on('data', () => {});
    const query = `?qrcodeId=${qrcodeId}&since=PENDING&waitSeconds=30`;
    socket.write(`GET ${pathOf(qrcodeId)} ${head}GET /api/v3/${path}${query} ${head}`);
    await waiting(1);
    socket.destroy();
    await expectNobodyWaits();
  });

  it('answers when the node stops', async () => {
    const { qrcodeId, page } = await aCode();
    const answer = poll({ qrcodeId, since: 'PENDING', waitSeconds: '30' }, page);
    await waiting(1);
    passbeam.beginStopping();
    expect((await answer).body.data.status).toBe('PENDING');
    await expectNobodyWaits();
  });
});

it('has room for so many of one network, and the plain poll for all', async () => {
  const { qrcodeId, page } = await aCode();
  const query = { qrcodeId, since: 'PENDING', waitSeconds: '30' };
  const answers = Array.from({ length: 1_000 }, () =>
    passbeam.v3('GET', 'get-qrcode-status', { query, headers: page }),
  );
  await vi.waitFor(() => expect(passbeam.watches.count()).toBe(1_000));
  const refused = await passbeam.v3('GET', 'get-qrcode-status', { query, headers: page });
  expect(refused).toMatchObject({ http: 429, headers: { 'retry-after': '15' }, body: { statusCode: 429 } });
  expect((await watch(qrcodeId, page)).response.status).toBe(429);
  const plain = await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId }, headers: page });
  expect(plain.body.data.status).toBe('PENDING');
  passbeam.beginStopping();
  for (const { http } of await Promise.all(answers)) expect(http).toBe(200);
});
