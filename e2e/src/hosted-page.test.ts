import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ManagementClient } from '@passbeam/sdk';
import * as openid from 'openid-client';
import type { Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { type PhoneApi, signInPhone } from './support/phone-api.ts';
import {
  alice,
  type Product,
  phoneApplication,
  siteApplication,
  startProduct,
  userPoolId,
  userPoolSecret,
} from './support/product.ts';

/** A relying party sends a browser to the hosted page, and a person signs in there, in a real browser at the real server. */
let product: Product;
let browsers: Browsers;
let site: RelyingParty;
let phone: PhoneApi;
let page: Page;

beforeAll(async () => {
  site = await openRelyingParty();
  product = await startProduct({
    site: {
      name: 'Ledger',
      kind: 'relyingParty',
      color: '#0b5c4a',
      termsUrl: 'https://ledger.example/terms',
      redirectUris: [site.callback],
    },
    phoneApp: { signsInDevices: true },
  });
  await site.discover(product.url);
  browsers = await openBrowsers();
  phone = await signInPhone(product);
});
afterAll(async () => {
  await browsers?.close();
  await site?.close();
  await product?.stop();
});
beforeEach(async () => {
  await browsers.desk.clearCookies();
  page = await browsers.desk.newPage();
  page.setDefaultTimeout(15_000);
});
afterEach(() => page.close());

const allow = (tab = page) => tab.getByRole('button', { name: 'Allow', exact: true }).click();

/** The id of the code on the page, as a camera would read it. */
async function shownCode(tab = page): Promise<string> {
  const reply = await tab.waitForResponse((response) => response.url().endsWith('/qrcode') && response.ok());
  return (await reply.json()).data.qrcodeId ?? shownCode(tab);
}

const management = () =>
  new ManagementClient({ host: product.url, accessKeyId: userPoolId, accessKeySecret: userPoolSecret });

/** Somebody with a proved address. */
async function person(username: string): Promise<{ userId: string; email: string }> {
  const email = `${username}@example.com`;
  const { userId } = await management().createUser({
    username,
    email,
    emailVerified: true,
    password: 'the first password',
  });
  return { userId, email };
}

/** Asks for a code to the address, and types the one that came. */
async function sendCodeTo(address: string): Promise<void> {
  await page.locator('[name=address]').fill(address);
  await page.getByRole('button', { name: 'Send code' }).click();
  const code = () => [...product.output().matchAll(new RegExp(`code for ${address} is (\\d+)`, 'g'))].at(-1)?.[1];
  await expect.poll(code).toBeDefined();
  await page.locator('[name=passcode]').fill(code() ?? '');
}

async function backAtTheSite() {
  await page.waitForURL((url) => url.href.startsWith(site.callback) || url.pathname === '/login');
  const heading = page.getByRole('heading', { name: /^Allow/ });
  await heading.or(page.getByText('Back at the application')).waitFor();
  if (await heading.isVisible()) await allow();
  await page.waitForURL(`${site.callback}**`);
  return site.finish(page.url());
}

describe('the hosted page', () => {
  it('signs in by a scan, asks for consent, and leads back to the application', async () => {
    const asked: Request[] = [];
    page.on('request', (request) => asked.push(request));
    const begun = page.goto(await site.begin({ prompt: 'consent' }));
    const qrcodeId = await shownCode();
    await begun;
    await page.getByText('Scan to sign in').waitFor();
    await page.getByText('Ledger', { exact: true }).waitFor();
    await keepScreenshot(page, 'hosted-1-scan');
    await phone.scan(qrcodeId);
    await page.getByText(`Scanned by ${alice.nickname}`).waitFor();
    await keepScreenshot(page, 'hosted-2-scanned');
    await phone.confirm(qrcodeId);
    await page.getByRole('heading', { name: 'Allow Ledger access?' }).waitFor();
    await keepScreenshot(page, 'hosted-3-consent');
    await allow();
    await page.waitForURL(`${site.callback}**`);
    const claims = await site.finish(page.url());
    expect(claims).toMatchObject({ amr: ['qr'], email: 'alice@example.com' });
    const script = asked.filter((request) => request.resourceType() === 'fetch');
    expect(script.length).toBeGreaterThan(3);
    expect(script.map((request) => request.url()).filter((url) => /ticket|code=/.test(url))).toEqual([]);
  });

  it('signs in by password, says what is wrong, and the next application of the same browser asks nothing', async () => {
    await page.goto(await site.begin({ prompt: 'consent' }));
    await page.getByRole('tab', { name: 'Password' }).click();
    await page.locator('[name=account]').fill(alice.username);
    await page.locator('[name=password]').fill('not this');
    await page.keyboard.press('Enter');
    await page.getByText('The account or the password is wrong.').waitFor();
    await page.locator('[name=password]').fill(alice.password);
    await page.keyboard.press('Enter');
    await allow();
    await page.waitForURL(`${site.callback}**`);
    expect(await site.finish(page.url())).toMatchObject({ amr: ['pwd'] });

    await page.goto(await site.begin({ prompt: 'select_account' }));
    await page.getByRole('button', { name: `Continue as ${alice.nickname}` }).click();
    await page.waitForURL(`${site.callback}**`);
    expect(await site.finish(page.url())).toMatchObject({ amr: ['pwd'] });

    await page.goto(await site.begin({ prompt: 'login' }));
    await page.getByText(`You are signed in as ${alice.nickname}.`).waitFor();
  });

  it('makes an account', async () => {
    await page.goto(await site.begin());
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.getByText('terms of use').waitFor();
    await page.locator('[name=account]').fill('new@example.com');
    await page.locator('[name=password]').fill('short');
    await page.getByRole('button', { name: 'Create an account' }).click();
    await page.locator('[aria-invalid=true]').waitFor();
    await keepScreenshot(page, 'hosted-4-sign-up');
    await page.locator('[name=password]').fill('queen of hearts, all in');
    await page.getByRole('button', { name: 'Create an account' }).click();
    await allow();
    await page.waitForURL(`${site.callback}**`);
    expect(await site.finish(page.url())).toMatchObject({ email: 'new@example.com' });
  });

  it('goes back to the application, which hears of it', async () => {
    await page.goto(await site.begin());
    await page.getByRole('button', { name: 'Cancel and return to Ledger' }).click();
    await page.waitForURL(`${site.callback}**`);
    expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
  });

  it('is in two tabs at once: each leads to its own answer', async () => {
    const second = await browsers.desk.newPage();
    const [one, other] = [site.next(), site.next()];
    await page.goto(await site.begin({}, one));
    await second.goto(await site.begin({}, other));
    await page.getByRole('tab', { name: 'Password' }).click();
    await page.locator('[name=account]').fill(alice.username);
    await page.locator('[name=password]').fill(alice.password);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.href.startsWith(site.callback));
    expect(await site.finish(page.url(), one)).toMatchObject({ amr: ['pwd'] });
    await second.bringToFront();
    await second.waitForTimeout(3_100);
    await second.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })));
    await second.waitForURL((url) => url.href.startsWith(site.callback));
    expect(await site.finish(second.url(), other)).toMatchObject({ amr: ['pwd'] });
    await second.close();
  });

  it('one sign-in in two tabs shows the same code, and both end where the person went', async () => {
    const begun = page.goto(await site.begin());
    const qrcodeId = await shownCode();
    await begun;
    const second = await browsers.desk.newPage();
    const seen = shownCode(second);
    await second.goto(page.url());
    expect(await seen).toBe(qrcodeId);
    await page.reload();
    await phone.scan(qrcodeId);
    await page.getByText(`Scanned by ${alice.nickname}`).waitFor();
    await second.getByText(`Scanned by ${alice.nickname}`).waitFor();
    await phone.confirm(qrcodeId);
    await Promise.all([page, second].map((tab) => tab.waitForURL((url) => url.href.startsWith(site.callback))));
    expect(await site.finish(page.url())).toMatchObject({ amr: ['qr'] });
    await second.close();
  });

  it('signs in by a one-time code', async () => {
    const { id: appId } = siteApplication;
    const { loginConfig } = await management().getApplication({ appId });
    const enabledBasicLoginMethods = [...loginConfig.enabledBasicLoginMethods, 'EMAIL_CODE' as const];
    await management().updateApplication({ appId, loginConfig: { ...loginConfig, enabledBasicLoginMethods } });
    await page.goto(await site.begin());
    await page.getByRole('tab', { name: 'One-time code' }).click();
    await sendCodeTo('alice@example.com');
    await keepScreenshot(page, 'hosted-5-one-time-code');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    expect(await backAtTheSite()).toMatchObject({ amr: ['otp'], email: 'alice@example.com' });
  });

  it('resets a forgotten password, and asks who must for another one', async () => {
    const carol = await person('carol');
    await page.goto(await site.begin());
    await page.getByRole('tab', { name: 'Password' }).click();
    await page.getByRole('button', { name: 'Forgot password?' }).click();
    await sendCodeTo(carol.email);
    await page.locator('[name=password]').fill('a password of march');
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    expect(await backAtTheSite()).toMatchObject({ email: carol.email });

    await management().updateUser({ userId: carol.userId, options: { resetPasswordOnNextLogin: true } });
    await page.goto(await site.begin({ prompt: 'login' }));
    await page.getByRole('tab', { name: 'Password' }).click();
    await page.locator('[name=account]').fill('carol');
    await page.locator('[name=password]').fill('a password of march');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await page.locator('[name=password]').fill('a password of april');
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    expect(await backAtTheSite()).toMatchObject({ email: carol.email });
  });

  it('lets a device in, after a question that shows its code', async () => {
    const device = await fetch(`${product.url}/oidc/device/auth`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: phoneApplication.id, scope: 'openid' }),
    }).then((reply) => reply.json());
    await page.goto(device.verification_uri_complete);
    await keepScreenshot(page, 'hosted-6-device');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('tab', { name: 'Password' }).click();
    await page.locator('[name=account]').fill(alice.username);
    await page.locator('[name=password]').fill(alice.password);
    await page.keyboard.press('Enter');
    await page.getByText(device.user_code).waitFor();
    await keepScreenshot(page, 'hosted-7-device-consent');
    await allow();
    await page.getByRole('heading', { name: 'The device is signed in' }).waitFor();
    await keepScreenshot(page, 'hosted-8-device-done');
    const tokens = await fetch(`${product.url}/oidc/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: device.device_code,
        client_id: phoneApplication.id,
      }),
    }).then((reply) => reply.json());
    expect(tokens).toMatchObject({ access_token: expect.any(String) });
  });

  it('in another browser it says so', async () => {
    await page.goto(await site.begin());
    const stranger = await browsers.otherPhone.newPage();
    await stranger.goto(page.url());
    await stranger.getByRole('heading', { name: 'Continue in the browser where you began' }).waitFor();
    await stranger.close();
  });
});

interface Attempt {
  state: string;
  nonce: string;
  verifier: string;
}
type RelyingParty = Awaited<ReturnType<typeof openRelyingParty>>;

/** A web site that signs people in with openid-client. */
async function openRelyingParty() {
  const server: Server = createServer((_request, response) => response.end('Back at the application'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const callback = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  let configuration: openid.Configuration;
  let latest = next();

  function next(): Attempt {
    return { state: openid.randomState(), nonce: openid.randomNonce(), verifier: openid.randomPKCECodeVerifier() };
  }

  return {
    callback,
    next,
    async discover(url: string) {
      const execute = [openid.allowInsecureRequests];
      const { id, secret } = siteApplication;
      configuration = await openid.discovery(new URL(`${url}/oidc`), id, secret, undefined, { execute });
    },
    async begin(more: Record<string, string> = {}, attempt = next()) {
      latest = attempt;
      const { state, nonce, verifier } = attempt;
      return openid.buildAuthorizationUrl(configuration, {
        redirect_uri: callback,
        scope: 'openid profile email',
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...more,
      }).href;
    },
    /** Exchanges the code of the answer; the claims of the ID token. */
    async finish(answer: string, { state, nonce, verifier } = latest) {
      const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce };
      return (await openid.authorizationCodeGrant(configuration, new URL(answer), checks)).claims();
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
