import { ManagementClient } from '@passbeam/sdk';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { pointCameraAt } from './support/camera.ts';
import { type GuardPage, serveGuardPage } from './support/guard-page.ts';
import { openPhone } from './support/people.ts';
import { type PhoneApi, signInPhone } from './support/phone-api.ts';
import {
  alice,
  type Product,
  type ProductSettings,
  phoneApplication,
  siteApplication,
  startProduct,
  userPoolId,
  userPoolSecret,
} from './support/product.ts';

declare global {
  interface Window {
    seen: { event: string; detail: Record<string, unknown> | string | null }[];
    started: Record<string, unknown> | undefined;
  }
}

/** The official package from npm, unmodified, on a page of another site: only its host differs (wire 8.2). */
describe('@authing/guard 5.3.9', () => {
  let browsers: Browsers;
  let site: GuardPage;
  let product: Product;
  let phone: PhoneApi;
  const requested: string[] = [];
  const failures: string[] = [];

  beforeAll(async () => {
    browsers = await openBrowsers();
    site = await serveGuardPage();
    browsers.desk.on('request', (request) => requested.push(request.url()));
    browsers.desk.on('weberror', (error) => failures.push(String(error.error())));
  });
  afterAll(async () => {
    await browsers?.close();
    await site?.close();
  });
  afterEach(() => {
    expect(failures.splice(0)).toEqual([]);
  });

  function withProduct(settings: ProductSettings): void {
    beforeAll(async () => {
      product = await startProduct({ ...settings, allowedOrigins: [site.origin] });
      phone = await signInPhone(product);
    });
    afterAll(() => product?.stop());
  }

  async function openGuard(applicationId?: string): Promise<{ page: Page; qrcodeId: string }> {
    const page = await browsers.desk.newPage();
    const created = page.waitForResponse((response) => response.url().endsWith('/api/v2/qrcode/gene'));
    await page.goto(site.addressFor(product.url, applicationId));
    const { data } = await (await created).json();
    await picture(page);
    return { page, qrcodeId: data.random };
  }

  /** The picture of the QR code, once it is drawn. */
  const picture = (page: Page) =>
    page.waitForFunction(() => {
      const image = document.querySelector<HTMLImageElement>('.refactor__image');
      return image?.complete && image.naturalWidth > 0;
    });

  const loginOn = (page: Page) =>
    page
      .waitForFunction(() => window.seen.find(({ event }) => event === 'login'))
      .then((found) => found.evaluate((seen) => seen?.detail as Record<string, unknown>));
  const mask = (page: Page) => page.locator('.refactor-qrcode__mask');

  function onlyAskedOurHosts(): void {
    const hosts = new Set(requested.filter((url) => /^(http|ws)/.test(url)).map((url) => new URL(url).origin));
    expect([...hosts].sort()).toEqual([new URL(product.url).origin, site.origin].sort());
  }

  describe('with tickets that only backends exchange', () => {
    withProduct({});

    it('draws the code, follows scan and confirmation, and ends with a ticket that the backend exchanges', async () => {
      requested.length = 0;
      const { page } = await openGuard();
      await page.locator('.refactor__desc').getByText('Mobile APP QR Code').waitFor();
      await keepScreenshot(page, 'guard-1-code');

      const phonePage = await openPhone(browsers.phone, product, alice);
      await pointCameraAt(page.locator('.refactor__image'), browsers.cameraFile);
      await phonePage.getByRole('button', { name: 'Scan a code' }).click();
      await mask(page).getByText('Scan Success').waitFor();
      await page.getByText('Scan the code again').waitFor();
      await keepScreenshot(page, 'guard-2-scanned');

      await phonePage.getByRole('button', { name: 'Confirm' }).click();
      await page.locator('.refactor__desc').getByText('Login Success').waitFor();
      const login = await loginOn(page);
      await keepScreenshot(page, 'guard-3-success');
      expect(login).toEqual({ ticket: expect.stringMatching(/^tk_[\w-]{20,}$/) });
      expect(await page.evaluate(() => window.started)).toEqual(login);

      const who = await page.evaluate(
        async ([ticket, host]) =>
          (await fetch('/login', { method: 'POST', body: JSON.stringify({ ticket, host }) })).json(),
        [login.ticket, product.url],
      );
      expect(who).toEqual({ username: alice.username });
      expect(await page.evaluate(() => window.seen.map(({ event }) => event))).toEqual(['load', 'login']);
      onlyAskedOurHosts();
      await page.close();
      await phonePage.close();
    });

    it('shows that the person declined, and draws a new code on request', async () => {
      const { page, qrcodeId } = await openGuard();
      await phone.scan(qrcodeId);
      await phone.cancel(qrcodeId);
      await mask(page).getByText('Refresh').waitFor();
      await keepScreenshot(page, 'guard-4-cancelled');
      const created = page.waitForResponse((response) => response.url().endsWith('/api/v2/qrcode/gene'));
      await mask(page).click();
      expect((await (await created).json()).data.random).not.toBe(qrcodeId);
      await picture(page);
      await mask(page).waitFor({ state: 'detached' });
      onlyAskedOurHosts();
      await page.close();
    });

    it('also signs in by password where sign-in needs no secret, and remembers the login', async () => {
      const { page } = await openGuard(phoneApplication.id);
      await page.locator('.g2-qrcode-switch .switch-img').click();
      await page.locator('input[type=password]').waitFor();
      await keepScreenshot(page, 'guard-6-password');
      await page.locator('#passworLogin_account').fill(alice.username);
      await page.locator('input[type=password]').fill(alice.password);
      await page.locator('button[type=submit]').click();
      const login = await loginOn(page);
      expect(login).toMatchObject({ username: alice.username, token: expect.any(String) });
      await page.reload();
      const remembered = await page.waitForFunction(() => window.started);
      expect(await remembered.jsonValue()).toMatchObject({ username: alice.username });
      onlyAskedOurHosts();
      await page.close();
    });

    const management = () =>
      new ManagementClient({ host: product.url, accessKeyId: userPoolId, accessKeySecret: userPoolSecret });

    /** The form for passwords, of an application whose settings say more. */
    async function openPasswords(settings: object): Promise<Page> {
      await management().updateApplication({ appId: phoneApplication.id, ...settings });
      const { page } = await openGuard(phoneApplication.id);
      await page.locator('.g2-qrcode-switch .switch-img').click();
      await page.locator('#passworLogin_account').waitFor();
      return page;
    }

    async function signIn(page: Page, account: string, password: string) {
      await page.locator('#passworLogin_account').fill(account);
      await page.locator('input[type=password]').fill(password);
      await page.locator('button[type=submit]').click();
      return loginOn(page);
    }

    it('sets a forgotten password by a code, where the application shows the button', async () => {
      const email = 'erin@example.com';
      await management().createUser({ username: 'erin', email, emailVerified: true, password: 'the first password' });
      const page = await openPasswords({ brandingConfig: { showForgetPasswordButton: true } });
      await page.locator('.forget-password-link').click();
      await page.locator('#rePassword_identify').fill(email);
      await page.getByText('Send code').click();
      const code = () => new RegExp(`code for ${email} is (\\d+)`).exec(product.output())?.[1];
      await expect.poll(code).toBeDefined();
      await page.locator('#rePassword_code').fill(code() ?? '');
      await page.locator('button[type=submit]').click();
      await page.locator('#resetPassword_password').fill('the second password');
      await page.locator('#resetPassword_repeatPassword').fill('the second password');
      await keepScreenshot(page, 'guard-7-new-password');
      await page.locator('button[type=submit]').click();
      await page.getByText('Reset successfully').first().waitFor();
      await page.reload();
      await page.locator('.g2-qrcode-switch .switch-img').click();
      expect(await signIn(page, 'erin', 'the second password')).toMatchObject({ username: 'erin' });
      onlyAskedOurHosts();
      await page.close();
    });

    it('makes an account by signing in, where the application has one form for both', async () => {
      const page = await openPasswords({ loginConfig: { mergeLoginAndRegisterPage: true } });
      const login = await signIn(page, 'frank@example.com', 'a long enough passphrase');
      expect(login).toMatchObject({ email: 'frank@example.com', token: expect.any(String) });
      await page.close();
    });

    it('refuses to start on a page whose origin is not allowed', async () => {
      const stranger = await serveGuardPage();
      const page = await browsers.otherPhone.newPage();
      await page.goto(stranger.addressFor(product.url));
      await page.waitForFunction(() => window.seen.some(({ event }) => event === 'refused'));
      expect(await page.evaluate(() => window.seen.map(({ event }) => event))).toEqual(['refused']);
      expect(await page.locator('img').count()).toBe(0);
      await page.close();
      await stranger.close();
    });

    it('keeps tickets, tokens and secrets out of the terminal', () => {
      expect(product.output()).not.toMatch(/tk_[A-Za-z0-9]{32}|eyJhbGciOi/);
      expect(product.output()).not.toContain(siteApplication.secret);
    });
  });

  describe('with tickets that pages may exchange, and codes of three seconds', () => {
    withProduct({ browserExchange: true, qrcodeExpiresIn: 3 });

    it('ends with the user, whom the page itself got for the ticket', async () => {
      requested.length = 0;
      const { page, qrcodeId } = await openGuard();
      await phone.scan(qrcodeId);
      await phone.confirm(qrcodeId);
      const login = await loginOn(page);
      expect(login).toMatchObject({
        username: alice.username,
        nickname: alice.nickname,
        photo: expect.stringMatching(/^http/),
        token: expect.any(String),
        ticket: expect.any(String),
      });
      onlyAskedOurHosts();
      await page.close();
    });

    it('shows that the code expired, and draws a new one on request', async () => {
      const { page, qrcodeId } = await openGuard();
      await mask(page).getByText('Refresh').waitFor();
      await keepScreenshot(page, 'guard-5-expired');
      const created = page.waitForResponse((response) => response.url().endsWith('/api/v2/qrcode/gene'));
      await mask(page).click();
      expect((await (await created).json()).data.random).not.toBe(qrcodeId);
      onlyAskedOurHosts();
      await page.close();
    });
  });
});
