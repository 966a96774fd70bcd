import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { openSite, scan } from './support/people.ts';
import { type Product, startProduct } from './support/product.ts';

/** The second way, as a newcomer meets it: the demo phone is a company's app, and approves with the token of the company's auth server. */
describe('a company’s own app', () => {
  let product: Product;
  let browsers: Browsers;
  let password: string;

  beforeAll(async () => {
    product = await startProduct({ isNew: true, direct: true });
    browsers = await openBrowsers();
    password = /Password +(\S+)/.exec(product.output())?.[1] ?? '';
  });
  afterAll(async () => {
    await browsers?.close();
    await product?.stop();
  });

  it('signs in at the company, asks and approves, and the site welcomes the person', async () => {
    const phone = await browsers.phone.newPage();
    const asked: string[] = [];
    phone.on('request', (request) => asked.push(`${new URL(request.url()).host} ${new URL(request.url()).pathname}`));
    await phone.goto(product.phoneUrl);
    await phone.getByRole('button', { name: 'Be the app of a company with its own auth server' }).click();
    await phone.getByText('Company app', { exact: true }).waitFor();
    await keepScreenshot(phone, 'company-1-sign-in');

    await phone.getByLabel('Account').fill('bob');
    await phone.getByLabel('Password').fill('not the password');
    await phone.getByRole('button', { name: 'Sign in', exact: true }).click();
    await phone.getByText('Wrong account or password.').waitFor();
    await phone.getByLabel('Password').fill(password);
    await phone.getByRole('button', { name: 'Sign in', exact: true }).click();
    await phone.getByRole('button', { name: 'Scan a code' }).waitFor();
    // Nobody signed in to passbeam.
    expect(asked.filter((line) => line.startsWith(new URL(product.url).host))).toEqual([]);

    const site = await openSite(browsers, product);
    await scan(site, phone, browsers);
    await phone.getByRole('button', { name: 'Confirm' }).waitFor();
    await keepScreenshot(phone, 'company-2-consent');
    await site.getByText('Scanned by Bob').waitFor();
    await phone.getByRole('button', { name: 'Confirm' }).click();
    await phone.getByRole('heading', { name: 'Signed in on the web site' }).waitFor();
    await site.getByRole('heading', { name: 'Welcome, Bob' }).waitFor();
    await keepScreenshot(site, 'company-3-logged-in');
    await phone.close();
    await site.close();
  });

  it('knows the person again, and the demo phone is a button away', async () => {
    const phone = await browsers.otherPhone.newPage();
    await phone.goto(product.phoneUrl);
    await phone.getByRole('button', { name: 'Be the app of a company with its own auth server' }).click();
    await phone.reload();
    await phone.getByRole('button', { name: 'Be the demo phone again' }).click();
    await phone.getByText('Sign in as alice.').waitFor();
    await phone.close();
  });
});
