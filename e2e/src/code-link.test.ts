import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { openPhone, openSite, scan } from './support/people.ts';
import { alice, type Product, siteApplication, startProduct } from './support/product.ts';

const phoneApp = {
  name: 'Ledger',
  appleAppIds: ['A1B2C3D4E5.com.example.ledger'],
  androidApps: [{ package: 'com.example.ledger', sha256Fingerprints: ['AB:'.repeat(31).concat('CD')] }],
  appStoreUrl: 'https://apps.apple.com/app/id123456789',
  androidStoreUrl: 'https://ledger.example.test/android',
};
const android =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

describe('a code that holds a link', () => {
  let product: Product;
  let browsers: Browsers;

  beforeAll(async () => {
    product = await startProduct({ site: { qrPayload: 'link' }, phoneApp });
    browsers = await openBrowsers();
  });
  afterAll(async () => {
    await browsers?.close();
    await product?.stop();
  });

  it('logs in after the camera reads it and the person confirms', async () => {
    const site = await openSite(browsers, product);
    await keepScreenshot(site, 'link-1-pending');
    const phone = await openPhone(browsers.phone, product, alice);
    await scan(site, phone, browsers);
    await phone.getByRole('button', { name: 'Confirm' }).click();
    await site.getByRole('heading', { name: `Welcome, ${alice.nickname}` }).waitFor();
    await site.close();
    await phone.close();
  });

  const views: [name: string, options: BrowserContextOptions, button: boolean][] = [
    ['desk-light-en', { viewport: { width: 1280, height: 800 }, locale: 'en-US', colorScheme: 'light' }, false],
    ['desk-dark-zh', { viewport: { width: 1280, height: 800 }, locale: 'zh-CN', colorScheme: 'dark' }, false],
    ['android-light-zh', { ...aPhone(android), locale: 'zh-CN', colorScheme: 'light' }, true],
    ['android-dark-en', { ...aPhone(android), locale: 'en-US', colorScheme: 'dark' }, true],
    ['iphone-light-en', { ...aPhone(iphone), locale: 'en-US', colorScheme: 'light' }, false],
    ['iphone-dark-zh', { ...aPhone(iphone), locale: 'zh-CN', colorScheme: 'dark' }, false],
    [
      'wechat-light-zh',
      { ...aPhone(`${android} MicroMessenger/8.0.50`), locale: 'zh-CN', colorScheme: 'light' },
      false,
    ],
  ];

  it.each(views)('opened in a browser it sends one GET and changes nothing: %s', async (name, options, hasButton) => {
    const { qrcodeId } = await newCode();
    const context = await (browsers.desk.browser() as Browser).newContext(options);
    const page = await context.newPage();
    const requests: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => requests.push(`${request.method()} ${new URL(request.url()).pathname}`));
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${product.url}/q/${qrcodeId}`);
    await page.locator('h1').waitFor();
    await keepScreenshot(page, `link-page-${name}`);

    const isChinese = options.locale === 'zh-CN';
    expect(await page.locator('h1').textContent()).toBe(isChinese ? '使用“Ledger”登录' : 'Log in with Ledger');
    expect(await page.locator('a.open').count()).toBe(hasButton ? 1 : 0);
    expect(await sidewaysScroll(page)).toBe(0);
    // The browser requests an icon by itself.
    expect(requests.filter((line) => line !== 'GET /favicon.ico')).toEqual([`GET /q/${qrcodeId}`]);
    expect(problems.filter((line) => !line.includes('404'))).toEqual([]);
    expect((await status(qrcodeId)).status).toBe('PENDING');
    await context.close();
  });

  it('names the app to phones, without a redirect, as strict JSON', async () => {
    for (const file of ['apple-app-site-association', 'assetlinks.json']) {
      const reply = await fetch(`${product.url}/.well-known/${file}`, { redirect: 'error' });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('content-type')).toBe('application/json');
      expect(JSON.stringify(JSON.parse(await reply.text()))).toContain('com.example.ledger');
    }
    expect(product.output()).toContain('links in codes do not open the app');
  });

  const newCode = () =>
    api<{ qrcodeId: string }>('gene-qrcode', { method: 'POST', body: JSON.stringify({ type: 'MOBILE_APP' }) });
  const status = (qrcodeId: string) => api<{ status: string }>(`get-qrcode-status?qrcodeId=${qrcodeId}`);

  async function api<T>(path: string, options: RequestInit = {}): Promise<T> {
    const headers = { 'content-type': 'application/json', 'x-authing-app-id': siteApplication.id };
    const reply = await fetch(`${product.url}/api/v3/${path}`, { ...options, headers });
    return ((await reply.json()) as { data: T }).data;
  }
});

function aPhone(userAgent: string): BrowserContextOptions {
  return { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, userAgent };
}

function sidewaysScroll(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
