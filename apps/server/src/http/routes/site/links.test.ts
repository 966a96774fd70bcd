import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appLinkWarnings } from '../../../core/directory/app-links.ts';
import type { Application } from '../../../core/directory/application.ts';
import { openTestPassbeam, type TestPassbeam } from '../../../testing.ts';
import { languageOfPage } from './link-page-words.ts';

let passbeam: TestPassbeam;
beforeEach(async () => {
  passbeam = await openTestPassbeam({ PUBLIC_URL: 'https://login.example.test' });
});
afterEach(() => passbeam.close());

const fingerprint = 'AB:'.repeat(31).concat('CD');
const ledger = {
  appleAppIds: ['A1B2C3D4E5.com.example.ledger'],
  androidApps: [{ package: 'com.example.ledger', sha256Fingerprints: [fingerprint] }],
  appStoreUrl: 'https://apps.apple.com/cn/app/ledger/id123456789',
  androidStoreUrl: 'https://ledger.example.test/android?a=1&b=2',
};
const anyId = 'k3Vn8QdTzLw4Rc8NfYp3HsJd6GaUeX7m';
const agents = {
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1',
  android: 'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
  desk: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  wechat:
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.50',
  alipay: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 AlipayClient/10.6',
  dingtalk: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 DingTalk/7.6.0',
};

async function openedBy(agent: keyof typeof agents, { id = anyId, language = 'en' } = {}) {
  const headers = { 'user-agent': agents[agent], 'accept-language': language };
  const reply = await passbeam.app.inject({ url: `/q/${id}`, headers });
  expect(reply.statusCode).toBe(200);
  return reply;
}

async function withApp(part: Partial<Application> = {}): Promise<void> {
  await passbeam.addApplication({
    id: `app-${part.name ?? ''}`,
    name: 'Ledger',
    approvesScans: true,
    ...ledger,
    ...part,
  });
}

describe('the page behind a link in a code', () => {
  it('is the same for a live, an expired and an unknown code, and reads no store', async () => {
    await withApp();
    const gene = async () =>
      (await passbeam.v3('POST', 'gene-qrcode', { body: { type: 'MOBILE_APP' } })).body.data.qrcodeId as string;
    const expired = await gene();
    passbeam.pass(400);
    const live = await gene();
    const find = vi.spyOn(passbeam.stores.qrSessions, 'find');
    const pages = [];
    for (const id of [live, expired, anyId]) pages.push((await openedBy('android', { id })).body.replaceAll(id, 'ID'));
    expect(new Set(pages).size).toBe(1);
    expect(find).not.toHaveBeenCalled();
    find.mockRestore();
    expect((await passbeam.v3('GET', 'get-qrcode-status', { query: { qrcodeId: live } })).body.data.status).toBe(
      'PENDING',
    );
  });

  it('lets nothing run, frame, keep, index or learn of it', async () => {
    await withApp({ logoUrl: 'https://pictures.example.test/logo.png' });
    const { headers, body } = await openedBy('android');
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; img-src https:\/\/pictures\.example\.test; frame-ancestors 'none'; base-uri 'none'; form-action 'none'$/,
      ),
    });
    expect(body).not.toMatch(/<script|<form| on\w+=|style="|http-equiv/i);
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('answers GET and HEAD, and nothing else', async () => {
    expect((await passbeam.app.inject({ method: 'HEAD', url: `/q/${anyId}` })).statusCode).toBe(200);
    for (const method of ['POST', 'PUT', 'DELETE'] as const) {
      expect((await passbeam.app.inject({ method, url: `/q/${anyId}` })).statusCode).toBe(404);
    }
  });

  it.each(['x', anyId.slice(1), `${anyId}x`, `${anyId.slice(1)}-`, '%3Cscript%3E', '..%2f..%2fetc'])(
    'shows nothing for what is no id: %s',
    async (id) => {
      const reply = await passbeam.app.inject(`/q/${id}`);
      expect(reply.statusCode).toBe(404);
      expect(reply.headers['content-type']).toContain('json');
    },
  );

  it('opens the app of an Android phone by its package, and falls back to the store', async () => {
    await withApp();
    const { body } = await openedBy('android');
    expect(body).toContain(
      `href="intent://login.example.test/q/${anyId}#Intent;scheme=https;package=com.example.ledger;` +
        'S.browser_fallback_url=https%3A%2F%2Fledger.example.test%2Fandroid%3Fa%3D1%26b%3D2;end">Open Ledger</a>',
    );
    expect(body).toContain('href="https://ledger.example.test/android?a=1&amp;b=2"');
    expect(body).not.toContain('apps.apple.com');
  });

  it("has the banner of Apple's phones, and their store alone", async () => {
    await withApp();
    const { body } = await openedBy('iphone');
    expect(body).toContain(
      `<meta name="apple-itunes-app" content="app-id=123456789, app-argument=https://login.example.test/q/${anyId}">`,
    );
    expect(body).toContain('tap “Open”');
    expect(body).toContain('apps.apple.com');
    expect(body).not.toMatch(/intent:|ledger\.example\.test/);
  });

  it('tells on a desk that the code is for the phone', async () => {
    await withApp();
    const { body } = await openedBy('desk');
    expect(body).toContain('The code is for your phone');
    expect(body).not.toContain('intent:');
  });

  it.each(['wechat', 'alipay', 'dingtalk'] as const)('inside %s leads out of it instead', async (agent) => {
    await withApp();
    const { body } = await openedBy(agent, { language: 'zh-CN' });
    expect(body).toContain('在浏览器中打开');
    expect(body).not.toMatch(/intent:|请点“打开”/);
  });

  it('speaks Chinese and English', async () => {
    await withApp();
    expect((await openedBy('android', { language: 'zh-CN,zh;q=0.9,en;q=0.8' })).body).toContain('打开“Ledger”');
    expect((await openedBy('android', { language: 'de,en;q=0.8,zh;q=0.7' })).body).toContain('Open Ledger');
  });

  it.each([
    [undefined, 'en'],
    ['', 'en'],
    ['de', 'en'],
    ['zh', 'zh'],
    ['ZH-Hant-TW', 'zh'],
    ['en;q=0.5, zh;q=0.9', 'zh'],
    ['zh;q=0, en;q=0.1', 'en'],
    ['zhx, en', 'en'],
    ['zh;q=nonsense', 'zh'],
  ] as const)('takes %s for %s', (header, language) => {
    expect(languageOfPage(header)).toBe(language);
  });

  it('names no app where none opens links, and no site', async () => {
    await withApp({ enabled: false });
    await withApp({ name: 'Viewer', approvesScans: false });
    const { body } = await openedBy('android');
    expect(body).toContain('Log in with your app');
    expect(body).not.toMatch(new RegExp(`Ledger|Viewer|${passbeam.site.name}`));
  });

  it('lists the apps of several pools, and drops one that is switched off', async () => {
    await passbeam.addPool('pool2');
    await withApp();
    await withApp({
      name: 'Garden',
      userPoolId: 'pool2',
      androidApps: [],
      logoUrl: 'https://garden.example.test/x.png',
    });
    const { body } = await openedBy('android');
    expect(body).toMatch(/<li>.*Ledger.*<\/li><li>.*Garden.*<\/li>/);
    await passbeam.directory.putApplication({ ...passbeam.directory.getApplication('app-Garden'), enabled: false });
    expect((await openedBy('android')).body).not.toContain('Garden');
  });

  it('shows twenty at most, whatever their names hold', async () => {
    const name = '</h2><script>alert(1)</script>"\u0000\u202e';
    for (let count = 0; count < 25; count++) await withApp({ id: `app-${count}`, name });
    const { body } = await openedBy('android');
    expect(body.split('<li>')).toHaveLength(21);
    expect(body).not.toMatch(/<script|\u202e/);
    expect(body).not.toContain('\u0000');
    expect(body).toContain('&lt;/h2&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;');
  });
});

describe('the files that tell phones which app opens links', () => {
  const apple = '/.well-known/apple-app-site-association';
  const android = '/.well-known/assetlinks.json';

  it.each([apple, android])('%s is there once an application has keys', async (url) => {
    expect((await passbeam.app.inject(url)).statusCode).toBe(404);
    await withApp();
    const reply = await passbeam.app.inject(url);
    expect(reply.statusCode).toBe(200);
    expect(reply.headers['content-type']).toBe('application/json');
    expect(reply.headers.etag).toMatch(/^"[\w-]{22}"$/);
    const again = await passbeam.app.inject({ url, headers: { 'if-none-match': reply.headers.etag as string } });
    expect(again.statusCode).toBe(304);
  });

  it('name the apps of every pool, once, as the platforms ask for it', async () => {
    await passbeam.addPool('pool2');
    await withApp();
    await withApp({ name: 'Other', userPoolId: 'pool2' });
    await withApp({ name: 'Viewer', approvesScans: false, appleAppIds: ['A1B2C3D4E5.com.example.viewer'] });
    expect((await passbeam.app.inject(apple)).json()).toEqual({
      applinks: { details: [{ appIDs: ['A1B2C3D4E5.com.example.ledger'], components: [{ '/': '/q/*' }] }] },
    });
    const statement = {
      relation: ['delegate_permission/common.handle_all_urls'],
      target: { namespace: 'android_app', package_name: 'com.example.ledger', sha256_cert_fingerprints: [fingerprint] },
    };
    expect((await passbeam.app.inject(android)).json()).toEqual([statement, statement]);
  });

  it('hold what was changed from the next request on', async () => {
    await withApp();
    await passbeam.app.inject(apple);
    const changed = { ...passbeam.directory.getApplication('app-'), appleAppIds: ['A1B2C3D4E5.com.example.other'] };
    await passbeam.directory.putApplication(changed);
    expect((await passbeam.app.inject(apple)).body).toContain('com.example.other');
  });
});

it('the start warns of an address that phones fetch no file from', async () => {
  await withApp();
  const apps = passbeam.directory.appsThatOpenLinks();
  expect(appLinkWarnings('https://login.example.test', apps)).toEqual([]);
  expect(appLinkWarnings('http://localhost:3000', apps)).toEqual([expect.stringContaining('begin with https')]);
  expect(appLinkWarnings('https://example.test/login', apps)).toEqual([expect.stringContaining('the path /login')]);
  expect(appLinkWarnings('http://localhost:3000', [])).toEqual([]);
});
