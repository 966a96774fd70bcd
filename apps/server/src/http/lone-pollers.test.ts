import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

let passbeam: TestPassbeam;
let phone: string;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
  phone = await passbeam.signIn();
});
afterEach(() => passbeam.close());

const page = { origin: 'https://site.example', 'user-agent': 'Page/1' };
const thief = { 'user-agent': 'Thief/1' };

const create = async (body: object = {}, headers: Record<string, string> = page) =>
  passbeam.v3('POST', 'gene-qrcode', { headers, body: { type: 'MOBILE_APP', ...body } });

async function newCode(body: object = {}): Promise<string> {
  return (await create(body)).body.data.qrcodeId;
}

/** Polls from an address and with headers of its own, which the shortcut of the test server cannot. */
async function poll(qrcodeId: string, headers: Record<string, string>, remoteAddress = '192.0.2.1') {
  const url = `/api/v3/get-qrcode-status?qrcodeId=${qrcodeId}`;
  const reply = await passbeam.app.inject({ url, headers: { 'x-authing-app-id': 'site', ...headers }, remoteAddress });
  return reply.json().data;
}

async function move(qrcodeId: string, action: string) {
  return (await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token: phone, body: { qrcodeId, action } }))
    .body;
}

describe('a page whose cookies are blocked', () => {
  it('gets its ticket when nobody else polls', async () => {
    const qrcodeId = await newCode();
    expect((await poll(qrcodeId, page)).status).toBe('PENDING');
    await move(qrcodeId, 'SCAN');
    expect((await poll(qrcodeId, page)).briefUserInfo.displayName).toBe('Alice');
    await move(qrcodeId, 'CONFIRM');
    expect((await poll(qrcodeId, page)).ticket).toMatch(/^tk_/);
  });

  it('may change its address once before the scan, within IPv6 as often as it likes', async () => {
    const qrcodeId = await newCode();
    for (const address of ['192.0.2.1', '2001:db8::1', '2001:db8::2', '2001:db8::3']) {
      expect((await poll(qrcodeId, page, address)).status).toBe('PENDING');
    }
    await move(qrcodeId, 'SCAN');
    await move(qrcodeId, 'CONFIRM');
    expect((await poll(qrcodeId, page, '2001:db8::9')).ticket).toMatch(/^tk_/);
    expect(await poll(qrcodeId, page, '192.0.2.1')).toEqual({ status: 'EXPIRED' });
  });

  it('never loses its ticket to a thief, however the two polls fall: the code ends for both', async () => {
    const turns = [
      ['page', 'thief', 'page', 'SCAN', 'CONFIRM'],
      ['thief', 'page', 'thief', 'SCAN', 'CONFIRM'],
      ['page', 'thief', 'SCAN', 'page', 'CONFIRM'],
      ['thief', 'SCAN', 'page', 'CONFIRM'],
      ['page', 'SCAN', 'thief', 'CONFIRM'],
    ];
    for (const turn of turns) {
      const qrcodeId = await newCode();
      for (const step of turn) {
        if (step === 'SCAN' || step === 'CONFIRM') await move(qrcodeId, step);
        else await poll(qrcodeId, step === 'page' ? page : thief, step === 'page' ? '192.0.2.1' : '198.51.100.1');
      }
      expect(await poll(qrcodeId, thief, '198.51.100.1'), turn.join()).toEqual({ status: 'EXPIRED' });
      expect(await poll(qrcodeId, page), turn.join()).toEqual({ status: 'EXPIRED' });
    }
  });

  it('keeps its ticket when a thief begins after the confirmation', async () => {
    const qrcodeId = await newCode();
    await poll(qrcodeId, page);
    await move(qrcodeId, 'SCAN');
    await move(qrcodeId, 'CONFIRM');
    expect(await poll(qrcodeId, thief, '198.51.100.1')).toEqual({ status: 'EXPIRED' });
    expect((await poll(qrcodeId, page)).ticket).toMatch(/^tk_/);
  });

  it('sees EXPIRED at once when somebody else polls too, the phone is told so, and it is recorded once', async () => {
    const qrcodeId = await newCode();
    for (const who of [page, thief, page, thief, page]) await poll(qrcodeId, who);
    expect(await poll(qrcodeId, page)).toEqual({ status: 'EXPIRED' });
    expect(await move(qrcodeId, 'SCAN')).toMatchObject({ statusCode: 422, apiCode: 2241 });
    expect(await passbeam.stores.audit.list({ type: 'qr.poll_foreign', limit: 10 })).toHaveLength(1);
  });

  it('ends for racing polls of two pages as well', async () => {
    const qrcodeId = await newCode();
    const volley = () => [page, thief].flatMap((who) => Array.from({ length: 8 }, () => poll(qrcodeId, who)));
    await Promise.all(volley());
    await Promise.all(volley());
    expect((await Promise.all(volley())).every(({ status }) => status === 'EXPIRED')).toBe(true);
  });
});

it('a browser that brings its cookie back owns its code, whoever polled before', async () => {
  const created = await create();
  const { qrcodeId } = created.body.data;
  for (const who of [thief, { 'user-agent': 'Thief/2' }, thief]) await poll(qrcodeId, who);
  const own = { ...page, cookie: String(created.headers['set-cookie']).split(';')[0] ?? '' };
  expect((await poll(qrcodeId, own)).status).toBe('PENDING');
  await move(qrcodeId, 'SCAN');
  await move(qrcodeId, 'CONFIRM');
  expect((await poll(qrcodeId, own)).ticket).toMatch(/^tk_/);
});

describe('a code made with a poll challenge', () => {
  const secret = 'a poll secret of the page, kept in memory';
  const own = { ...page, 'x-qr-poll-secret': secret };

  it.each(['cookie', 'secret', 'none'] as const)(
    'is bound by the secret alone, whatever the application says (%s)',
    async (pollBinding) => {
      await passbeam.addApplication({ ...passbeam.site, pollBinding });
      const created = await create({ pollChallenge: passbeam.secrets.hash(secret) });
      const { qrcodeId } = created.body.data;
      const cookie = String(created.headers['set-cookie'] ?? '').split(';')[0] ?? '';
      await move(qrcodeId, 'SCAN');
      expect(await poll(qrcodeId, { ...page, cookie })).toEqual({ status: 'SCANNED' });
      expect((await poll(qrcodeId, own, '198.51.100.1')).briefUserInfo.displayName).toBe('Alice');
      await move(qrcodeId, 'CONFIRM');
      expect(await poll(qrcodeId, { ...page, cookie })).toEqual({ status: 'EXPIRED' });
      for (const path of ['watch-qrcode-status', 'get-qrcode-status']) {
        const query = { qrcodeId, ...(path.startsWith('get') && { since: 'SCANNED', waitSeconds: '30' }) };
        expect((await passbeam.v3('GET', path, { query, headers: own })).text).toContain('"ticket":"tk_');
        expect((await passbeam.v3('GET', path, { query, headers: page })).text).toContain('EXPIRED');
      }
      const v2 = await passbeam.v3('GET', '/api/v2/qrcode/check', { query: { random: qrcodeId }, headers: own });
      expect(v2.body.data.ticket).toMatch(/^tk_/);
    },
  );

  it('may be followed by pages of listed origins: the header passes the preflight', async () => {
    for (const path of ['get-qrcode-status', 'watch-qrcode-status']) {
      const { headers } = await passbeam.app.inject({
        method: 'OPTIONS',
        url: `/api/v3/${path}`,
        headers: {
          origin: 'https://site.example',
          'access-control-request-method': 'GET',
          'access-control-request-headers': 'x-qr-poll-secret',
        },
      });
      expect(headers['access-control-allow-headers']).toContain('x-qr-poll-secret');
      expect(headers['access-control-allow-origin']).toBe('https://site.example');
    }
  });

  it('lets the phone know the browser again, by the cookie that only marks it', async () => {
    const pollChallenge = passbeam.secrets.hash(secret);
    const first = await create({ pollChallenge });
    const cookie = String(first.headers['set-cookie']).split(';')[0] ?? '';
    const seen: boolean[] = [];
    for (const headers of [{ ...page, cookie }, { ...page, cookie }, page]) {
      const { qrcodeId } = (await create({ pollChallenge }, headers)).body.data;
      seen.push((await move(qrcodeId, 'SCAN')).data.consent.firstTimeOnThisBrowser);
      await move(qrcodeId, 'CONFIRM');
      const { ticket } = await poll(qrcodeId, own);
      const proof = { client_id: 'site', client_secret: passbeam.site.secret };
      const body = { ticket, poll_secret: secret, ...proof };
      expect((await passbeam.v3('POST', 'exchange-tokenset-with-qrcode-ticket', { body })).body.statusCode).toBe(200);
    }
    expect(seen).toEqual([true, false, true]);
  });
});
