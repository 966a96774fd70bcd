import { launchBrowser } from '@passbeam/workshop/browser';
import { type Browser, type BrowserContext, devices, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { place, reach } from './browser.fixture.ts';
import { openStage, type Stage } from './stage.fixture.ts';

/** The widget on the phone that has the app: the app first, the picture for whoever wants another device. */
let stage: Stage;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  stage = await openStage();
  browser = await launchBrowser();
}, 30_000);
afterEach(() => context.close());
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

async function openOn(device: 'iPhone 15' | 'Pixel 7' | 'Desktop Chrome', appId: string, locale = 'en-US') {
  const { userAgent, viewport, isMobile, hasTouch } = devices[device] ?? {};
  context = await browser.newContext({ userAgent, viewport, isMobile, hasTouch, locale });
  const page = await context.newPage();
  page.setDefaultTimeout(5_000);
  await page.goto(stage.url);
  if (locale === 'zh-CN') await page.evaluate(() => document.documentElement.setAttribute('lang', 'zh'));
  await page.evaluate(() => customElements.whenDefined('passbeam-qr'));
  await place(page, stage, appId);
  await reach(page, 'pending');
  return page;
}

const opener = (page: Page) => page.locator('passbeam-qr a');
const picture = (page: Page) => page.locator('passbeam-qr [part=code]');

describe('a code with a link', () => {
  it.each(['iPhone 15', 'Pixel 7'] as const)('offers the app on a %s, and loads no picture', async (device) => {
    const page = await openOn(device, 'linked');
    await opener(page).waitFor();
    expect(await opener(page).textContent()).toBe('Open Ledger');
    expect(await opener(page).getAttribute('href')).toMatch(`${stage.url}/q/linked-`);
    const [code] = stage.seen.filter(({ path }) => path.startsWith('/qr/linked'));
    expect(code).toBeUndefined();
    expect(await page.locator('passbeam-qr [part=title]').textContent()).toBe('Sign in with your phone');
  });

  it('shows the picture to whoever wants another device, and goes on doing so', async () => {
    const page = await openOn('Pixel 7', 'linked');
    await page.getByRole('button', { name: 'Use another device' }).click();
    await picture(page).waitFor();
    expect(await opener(page).isVisible()).toBe(false);
    expect(await page.locator('passbeam-qr [part=title]').textContent()).toBe('Scan to sign in');
    await page.evaluate(() => (document.querySelector('passbeam-qr') as HTMLElement & { refresh(): void }).refresh());
    await reach(page, 'pending');
    await picture(page).waitFor();
    expect(await opener(page).isVisible()).toBe(false);
  });

  it('asks "Not you?" after the scan, as everywhere', async () => {
    const page = await openOn('Pixel 7', 'linked');
    stage.reply('linked', { status: 'SCANNED', expiresIn: 80, briefUserInfo: { displayName: 'Alice', photo: '' } });
    await reach(page, 'scanned');
    await page.getByRole('button', { name: 'Not you? Get a new code' }).waitFor();
    expect(await opener(page).isVisible()).toBe(false);
    stage.reply('linked', { status: 'PENDING', expiresIn: 100 });
  });

  it('speaks Chinese', async () => {
    const page = await openOn('iPhone 15', 'linked', 'zh-CN');
    expect(await opener(page).textContent()).toBe('打开 Ledger');
    await page.getByRole('button', { name: '使用其他设备' }).waitFor();
  });

  it('is a picture on a desk', async () => {
    const page = await openOn('Desktop Chrome', 'linked');
    await picture(page).waitFor();
    expect(await opener(page).isVisible()).toBe(false);
  });
});

it('a code without a link is a picture on a phone, too', async () => {
  const page = await openOn('iPhone 15', 'pending');
  await picture(page).waitFor();
  expect(await opener(page).isVisible()).toBe(false);
});
