import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { openPhone, openSite, scan } from './support/people.ts';
import { signInPhone } from './support/phone-api.ts';
import { alice, bob, type Product, startProduct } from './support/product.ts';

const streamPath = '/api/v3/watch-qrcode-status';
const pollPath = '/api/v3/get-qrcode-status';

describe('scan to login', () => {
  let product: Product;
  let browsers: Browsers;

  beforeAll(async () => {
    product = await startProduct();
    browsers = await openBrowsers();
  });
  afterAll(async () => {
    await browsers?.close();
    await product?.stop();
  });

  it('scans the code on the page with the camera, shows who is asking, confirms, and is logged in', async () => {
    const site = await openSite(browsers, product);
    await keepScreenshot(site, 'site-1-pending');
    const phone = await openPhone(browsers.phone, product, alice);
    await phone.getByRole('button', { name: 'Scan a code' }).waitFor();
    await keepScreenshot(phone, 'phone-1-scan');

    await scan(site, phone, browsers);
    await phone.getByRole('button', { name: 'Confirm' }).waitFor();
    const consent = await phone.getByTestId('consent').textContent();
    expect(consent).toContain('Demo web site');
    expect(consent).toContain('127.0.0.1');
    expect(consent).toContain('Linux');
    await phone.getByText('Decline if you did not start this.').waitFor();
    await keepScreenshot(phone, 'phone-2-consent');

    await site.getByText(`Scanned by ${alice.nickname}`).waitFor();
    await keepScreenshot(site, 'site-2-scanned');
    await phone.getByRole('button', { name: 'Confirm' }).click();
    await phone.getByRole('heading', { name: 'Signed in on the web site' }).waitFor();
    await keepScreenshot(phone, 'phone-3-confirmed');

    await site.getByRole('heading', { name: `Welcome, ${alice.nickname}` }).waitFor();
    await site.getByText('By scanning a code, confirmed on the phone').waitFor();
    await keepScreenshot(site, 'site-3-logged-in');
    await site.reload();
    await site.getByRole('heading', { name: `Welcome, ${alice.nickname}` }).waitFor();
    await site.getByRole('button', { name: 'Sign out' }).click();
    await site.getByText('Scan to sign in').waitFor();
    await site.close();
    await phone.close();
  });

  it('shows on the page that the person declined, and offers a new code', async () => {
    const site = await openSite(browsers, product);
    const phone = await openPhone(browsers.phone, product, alice);
    await scan(site, phone, browsers);
    await phone.getByRole('button', { name: 'Decline' }).click();
    await phone.getByRole('heading', { name: 'Declined' }).waitFor();
    await keepScreenshot(phone, 'phone-4-declined');
    await site.getByText('Sign-in declined').waitFor();
    await keepScreenshot(site, 'site-4-cancelled');
    await site.getByRole('button', { name: 'Get a new code' }).click();
    await site.getByText('Scan to sign in').waitFor();
    await site.close();
    await phone.close();
  });

  it('refuses a second phone while the first one holds the code', async () => {
    const site = await openSite(browsers, product);
    const first = await openPhone(browsers.phone, product, alice);
    const second = await openPhone(browsers.otherPhone, product, bob);
    await second.getByRole('button', { name: 'Scan a code' }).waitFor();
    await scan(site, first, browsers);
    await first.getByRole('button', { name: 'Confirm' }).waitFor();
    await second.getByRole('button', { name: 'Scan a code' }).click();
    await second.getByRole('heading', { name: 'Someone else scanned this code' }).waitFor();
    await keepScreenshot(second, 'phone-5-second-refused');
    await first.getByRole('button', { name: 'Confirm' }).click();
    await site.getByRole('heading', { name: `Welcome, ${alice.nickname}` }).waitFor();
    for (const page of [site, first, second]) await page.close();
    await browsers.desk.clearCookies();
  });

  it('lets "Not you?" abandon a code that somebody else scanned', async () => {
    const site = await openSite(browsers, product);
    const stranger = await openPhone(browsers.otherPhone, product, bob);
    await scan(site, stranger, browsers);
    await site.getByText(`Scanned by ${bob.nickname}`).waitFor();
    await site.getByRole('button', { name: /Not you/ }).click();
    await site.getByText('Scan to sign in').waitFor();
    await stranger.getByRole('button', { name: 'Confirm' }).click();
    await stranger.getByRole('heading', { name: 'Signed in on the web site' }).waitFor();
    await site.waitForTimeout(1500);
    await site.getByText('Scan to sign in').waitFor();
    await site.close();
    await stranger.close();
  });

  it('gets each step from one stream, without a poll each second', async () => {
    const requests = noteRequests();
    const opened = browsers.desk.waitForEvent('response', (response) => response.url().includes(streamPath));
    const site = await openSite(browsers, product);
    expect((await opened).headers()['content-type']).toContain('text/event-stream');
    const before = requests.about(pollPath).length;
    await site.waitForTimeout(4_000);
    expect(requests.about(pollPath).length - before).toBeLessThanOrEqual(2);
    await logInByApi(site, requests.about(streamPath));
    expect(requests.about(streamPath)).toHaveLength(1);
    requests.end();
  });

  it('logs in by polls that wait where streams are refused', async () => {
    const requests = noteRequests();
    await browsers.desk.route(`**${streamPath}*`, (route) => route.fulfill({ status: 429 }));
    const waits = browsers.desk.waitForEvent('request', (request) => request.url().includes('since=PENDING'));
    const site = await openSite(browsers, product);
    await waits;
    await logInByApi(site, requests.about(streamPath));
    expect(requests.about(streamPath)).toHaveLength(1);
    await browsers.desk.unrouteAll();
    requests.end();
  });

  it('says that account or password is wrong, but not which of the two', async () => {
    const phone = await openPhone(browsers.phone, product, { ...alice, password: 'not the password' });
    await phone.getByText('Wrong account or password.').waitFor();
    await keepScreenshot(phone, 'phone-6-wrong-password');
    const stranger = await openPhone(browsers.otherPhone, product, { username: 'nobody', password: 'whatever else' });
    await stranger.getByText('Wrong account or password.').waitFor();
    await phone.close();
    await stranger.close();
  });

  it('keeps secrets and codes out of the terminal', () => {
    expect(product.output()).not.toContain(alice.password);
    expect(product.output()).not.toMatch(/tk_[A-Za-z0-9]{32}|eyJhbGciOi/);
  });

  /** Notes the requests that pages at the desk send from now on. */
  function noteRequests() {
    const urls: string[] = [];
    const note = (request: Request) => urls.push(request.url());
    browsers.desk.on('request', note);
    return {
      about: (path: string) => urls.filter((url) => url.includes(path)),
      end: () => browsers.desk.off('request', note),
    };
  }

  async function logInByApi(site: Page, [streamUrl = '']: string[]) {
    const qrcodeId = new URL(streamUrl).searchParams.get('qrcodeId') ?? '';
    const phone = await signInPhone(product);
    // Shorter than the twenty seconds between polls beside a stream, which would show the change in any case.
    const timeout = 15_000;
    await phone.scan(qrcodeId);
    await site.getByText(`Scanned by ${alice.nickname}`).waitFor({ timeout });
    await phone.confirm(qrcodeId);
    await site.getByRole('heading', { name: `Welcome, ${alice.nickname}` }).waitFor({ timeout });
    await site.close();
    await browsers.desk.clearCookies();
  }
});
