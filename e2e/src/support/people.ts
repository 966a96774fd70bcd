import type { Page } from 'playwright-core';
import type { Browsers } from './browser.ts';
import { pointCameraAt } from './camera.ts';
import type { Product } from './product.ts';

/** Opens the site at the desk and waits for its QR code. */
export async function openSite({ desk }: Browsers, product: Product): Promise<Page> {
  const page = await desk.newPage();
  await page.goto(product.siteUrl);
  await page.getByText('Scan to sign in').waitFor();
  // Waits for the picture, not only for its place.
  await page.locator('passbeam-qr img').first().waitFor();
  await page.waitForFunction(() => {
    const images = document.querySelector('passbeam-qr')?.shadowRoot?.querySelectorAll('img') ?? [];
    return [...images].some((image) => image.complete && image.naturalWidth > 0);
  });
  return page;
}

/** Opens the demo phone and signs the person in, up to its scan screen. */
export async function openPhone(
  context: Browsers['phone'],
  product: Product,
  person: { username: string; password: string },
): Promise<Page> {
  const page = await context.newPage();
  await page.goto(product.phoneUrl);
  await page.getByLabel('Account').fill(person.username);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  return page;
}

/** Points the camera at the QR code on the page and scans, until the phone asks for consent or says why not. */
export async function scan(site: Page, phone: Page, browsers: Browsers): Promise<void> {
  await pointCameraAt(site.locator('passbeam-qr'), browsers.cameraFile);
  await phone.getByRole('button', { name: 'Scan a code' }).click();
}
