import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { openPhone, openSite } from './support/people.ts';
import { alice, type Product, startProduct } from './support/product.ts';

/** QR codes here expire after three seconds. The page renews them five times by itself and then asks the person. */
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

  it('is renewed five times until the page asks; the phone refuses an old one', async () => {
    const codes: string[] = [];
    await browsers.desk.grantPermissions(['clipboard-read', 'clipboard-write']);
    const site = await openSite(browsers, product);
    site.on('response', async (response) => {
      if (!response.url().endsWith('/gene-qrcode') || response.request().method() !== 'POST') return;
      codes.push(((await response.json()) as { data: { qrcodeId: string } }).data.qrcodeId);
    });
    await site.getByRole('button', { name: 'Copy the code’s text' }).click();
    await site.getByText('Copied. Paste it on the demo phone.').waitFor();
    const old = await site.evaluate(() => navigator.clipboard.readText());
    await keepScreenshot(site, 'site-dark-1-pending');
    await site.getByText('Code expired').waitFor({ timeout: 60_000 });
    const veil = site.getByRole('button', { name: 'Get a new code' });
    await veil.waitFor({ timeout: 60_000 });
    await keepScreenshot(site, 'site-dark-2-expired');
    expect(codes).toHaveLength(5);

    const phone = await openPhone(browsers.phone, product, alice);
    await phone.getByText('Without a camera').click();
    await phone.getByLabel('Paste the code’s text').fill(old);
    await phone.getByRole('button', { name: 'Use this text' }).click();
    await phone.getByRole('heading', { name: 'This code has expired' }).waitFor();
    await keepScreenshot(phone, 'phone-dark-expired');

    await veil.click();
    await site.getByText('Scan to sign in').waitFor();
  });
});
