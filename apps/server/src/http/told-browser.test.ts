import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestPassbeam, type TestPassbeam } from '../testing.ts';

/** A backend that proves itself may say for which browser it makes a code. A caller that proves nothing is shown as it is. */
let passbeam: TestPassbeam;
let phone: string;
beforeEach(async () => {
  passbeam = await openTestPassbeam();
  phone = await passbeam.signIn();
});
afterEach(() => passbeam.close());

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const told = { ip: '203.0.113.7', userAgent: chrome, acceptLanguage: 'zh-CN,zh;q=0.9' };
const shown = {
  ip: '203.0.113.7',
  browser: 'Chrome',
  os: 'Windows',
  language: 'zh-CN',
  reportedBySite: true,
  ipMismatch: true,
};
const generations = ['v3', 'v2'] as const;
type Generation = (typeof generations)[number];

const proof = () => ({ client_id: 'site', client_secret: passbeam.site.secret });
const basic = (secret: string) => ({ authorization: `Basic ${btoa(`site:${secret}`)}` });

async function create(generation: Generation, body: object, headers: Record<string, string> = {}) {
  return generation === 'v3'
    ? (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP', ...body }, headers })).body
    : (await passbeam.v3('POST', '/api/v2/qrcode/gene', { body: { scene: 'APP_AUTH', ...body }, headers })).body;
}

async function consentOf({ data }: { data: { qrcodeId?: string; random?: string } }) {
  const body = { qrcodeId: data.qrcodeId ?? data.random, action: 'SCAN' };
  return (await passbeam.v3('POST', 'set-qrcode-status', { app: 'phone', token: phone, body })).body.data.consent;
}

describe.each(generations)('a code made by %s', (generation) => {
  it('shows the phone the browser that a backend with its secret tells of, as reported by the site', async () => {
    expect(await consentOf(await create(generation, { ...proof(), browser: told }))).toMatchObject(shown);
    const byBasic = await create(generation, { browser: told }, basic(passbeam.site.secret));
    expect(await consentOf(byBasic)).toMatchObject(shown);
  });

  it('takes the address from x-real-ip, as official clients send it, only from a caller that proved the secret', async () => {
    const headers = { 'x-real-ip': '203.0.113.7', 'user-agent': 'python-requests/2' };
    expect(await consentOf(await create(generation, proof(), headers))).toMatchObject({
      ip: '203.0.113.7',
      browser: null,
      reportedBySite: true,
    });
    const anonymous = await consentOf(await create(generation, {}, headers));
    expect(anonymous).toMatchObject({ ip: '127.0.0.1', browser: null, ipMismatch: false });
    expect(anonymous).not.toHaveProperty('reportedBySite');
  });

  it('says nothing of a server that proved itself and told nothing', async () => {
    const consent = await consentOf(await create(generation, proof(), { 'user-agent': chrome }));
    expect(consent).toMatchObject({ ip: null, browser: null, os: null, ipMismatch: null });
  });

  it.each([
    ['nobody', {}, {}],
    ['a wrong secret', { client_id: 'site', client_secret: 'wrong' }, {}],
    ['a wrong Basic secret', {}, basic('wrong')],
  ])('is refused when %s tells of a browser', async (_name, body, headers) => {
    const refused = await create(generation, { ...body, browser: told }, headers as Record<string, string>);
    expect(refused.apiCode ?? refused.code).toBe(1001);
  });

  it('shows who asks when the secret is stale, and is made all the same', async () => {
    const consent = await consentOf(await create(generation, { client_id: 'site', client_secret: 'stale' }));
    expect(consent.ip).toBe('127.0.0.1');
  });

  it.each(['', 'localhost', '203.0.113', 'x'.repeat(3000)])('refuses the address %s by its name', async (ip) => {
    const refused = await create(generation, { ...proof(), browser: { ip } });
    expect(refused.message).toContain('browser.ip');
  });

  it('is counted by the address of the browser, each having a limit of its own', async () => {
    const makeSixty = (ip: string) =>
      Promise.all(Array.from({ length: 60 }, () => create(generation, { ...proof(), browser: { ip } })));
    const replies = [...(await makeSixty('203.0.113.1')), ...(await makeSixty('203.0.113.2'))];
    expect(new Set(replies.map(({ statusCode, code }) => statusCode ?? code))).toEqual(new Set([200]));
    const next = await create(generation, { ...proof(), browser: { ip: '203.0.113.2' } });
    expect(next.statusCode === 429 || next.code === 1000).toBe(true);
  });
});

it.each([
  ['de', 'de'],
  ['zh-hans-cn;q=0.9, en', 'zh-Hans-CN'],
  ['en-US,en', 'en-US'],
  ['es-419', 'es-419'],
  ['en-x-YOUR-BANK', undefined],
  ['<b>', undefined],
  ['*', undefined],
  ['', undefined],
])(
  'of the languages a browser asks for the phone hears the first as a tag, and no free text: %s',
  async (header, tag) => {
    const consent = await consentOf(await create('v3', {}, { 'accept-language': header }));
    expect(consent.language).toBe(tag);
  },
);

it('x-real-ip is believed from a backend among the trusted addresses, and from no browser behind it', async () => {
  const trusting = await openTestPassbeam({ TRUSTED_PROXIES: '127.0.0.1' });
  const addressOf = async (headers: Record<string, string>) => {
    const { body } = await trusting.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' }, headers });
    const found = await trusting.stores.qrSessions.find(trusting.secrets.hash(body.data.qrcodeId));
    return found?.session.generatorIp;
  };
  expect(await addressOf({ 'x-real-ip': '203.0.113.7' })).toBe('203.0.113.7');
  expect(await addressOf({ 'x-real-ip': 'unknown' })).toBe('127.0.0.1');
  expect(await addressOf({ 'x-real-ip': '203.0.113.7', 'x-forwarded-for': '198.51.100.9' })).toBe('198.51.100.9');
  await trusting.close();
});
