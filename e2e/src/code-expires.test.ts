import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { openPhone, openSite } from './support/people.ts';
import { alice, type Product, startProduct } from './support/product.ts';

/** Three seconds a code: the page renews it five times by itself and then asks. */
describe('a code that nobody scans', () => {
  let product: Product;
  let browsers: Browsers;

  beforeAll(async () => {
    product = await startProduct({ qrcodeExpiresIn: 3 });
    browsers = await openBrowsers({ colorScheme: 'dark', locale: 'en-US' });
  });
  afterAll(async () => {
    await browsers?.close();
    await product?.stop();
  });

  it('is renewed five times and then asks; an old one is refused by the phone', async () => {
    const codes: string[] = [];
    const site = await openSite(browsers, product);
    site.on('response', async (response) => {
      if (!response.url().endsWith('/gene-qrcode') || response.request().method() !== 'POST') return;
      codes.push(((await response.json()) as { data: { qrcodeId: string } }).data.qrcodeId);
    });
    await keepScreenshot(site, 'site-dark-1-pending');
    await site.getByText('Code expired').waitFor({ timeout: 60_000 });
    const veil = site.getByRole('button', { name: 'Get a new code' });
    await veil.waitFor({ timeout: 60_000 });
    await keepScreenshot(site, 'site-dark-2-expired');
    expect(codes).toHaveLength(5);

    const phone = await openPhone(browsers.phone, product, alice);
    const old = JSON.stringify({
      scene: 'APP_AUTH',
      random: codes[0],
      qrcodeId: codes[0],
      userPoolId: '6543210fedcba9876543210f',
    });
    await phone.getByText('Without a camera').click();
    await phone.getByLabel("Paste the code's text").fill(old);
    await phone.getByRole('button', { name: 'Use this text' }).click();
    await phone.getByRole('heading', { name: 'This code has expired' }).waitFor();
    await keepScreenshot(phone, 'phone-dark-expired');

    await veil.click();
    await site.getByText('Scan to sign in').waitFor();
  });
});
