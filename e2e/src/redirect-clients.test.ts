import { freePort } from '@passbeam/workshop/free-port';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Browsers, keepScreenshot, openBrowsers } from './support/browser.ts';
import { alice, type Product, siteApplication, startProduct } from './support/product.ts';
import { serveRedirectPages } from './support/redirect-pages.ts';
import { openTlsFront, type TlsFront } from './support/tls-front.ts';

/**
 * The official packages from npm that sign in by redirect, unmodified. `@authing/web` takes no host with a port and none without a dot, so
 * the browser looks these names up at this machine, and meets each at the default port of https.
 */
const host = 'https://login.passbeam.test';
/** A page of the same site as the server, as browsers count sites, and one of another site. */
const near = 'https://app.passbeam.test';
const far = 'https://shop.other.test';

declare global {
  interface Window {
    // biome-ignore lint/suspicious/noExplicitAny: the packages' own clients, called as their documents show.
    client: any;
    // biome-ignore lint/suspicious/noExplicitAny: what came of the pop-up.
    popup: Promise<any>;
  }
}

let product: Product;
let pages: Awaited<ReturnType<typeof serveRedirectPages>>;
let front: TlsFront;
let browsers: Browsers;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  const port = await freePort();
  pages = await serveRedirectPages(host);
  front = await openTlsFront({
    'login.passbeam.test': port,
    'app.passbeam.test': pages.port,
    'shop.other.test': pages.port,
  });
  product = await startProduct({
    direct: true,
    allowedOrigins: [near, far],
    environment: { PUBLIC_URL: host, PORT: String(port), DEMO: 'off' },
    site: {
      tokenEndpointAuthMethod: 'none',
      redirectUris: [near, far].flatMap((origin) => [`${origin}/web`, `${origin}/guard`]),
      logoutRedirectUris: [`${near}/bye`, `${far}/bye`],
    },
  });
  browsers = await openBrowsers({ resolve: { '*.test': `127.0.0.1:${front.port}` } });
  const opened = await browsers.desk.browser()?.newContext({ ignoreHTTPSErrors: true, locale: 'en-US' });
  if (opened === undefined) throw new Error('the browser is gone');
  context = opened;
});
afterAll(async () => {
  await browsers?.close();
  await product?.stop();
  front?.close();
  pages?.close();
});
beforeEach(async () => {
  await context.clearCookies();
  page = await context.newPage();
});
afterEach(() => page.close());

const isReady = () => page.waitForFunction(() => window.client !== undefined);
async function open(address: string): Promise<void> {
  await page.goto(address);
  await isReady();
}

/** Types the password at the hosted page. */
async function signIn(at = page): Promise<void> {
  await at.waitForURL(`${host}/login?**`);
  await at.getByRole('tab', { name: 'Password' }).click();
  await at.locator('[name=account]').fill(alice.username);
  await at.locator('[name=password]').fill(alice.password);
  await at.keyboard.press('Enter');
}

/** The page that the answer came back to, and what the package makes of it. */
async function finish(at: string) {
  await page.waitForURL((url) => url.href.startsWith(at) && /code=/.test(url.href));
  await isReady();
  expect(await page.evaluate(() => window.client.isRedirectCallback())).toBe(true);
  return page.evaluate(() => window.client.handleRedirectCallback());
}

async function logIn(address: string) {
  await open(address);
  await page.evaluate(() => void window.client.loginWithRedirect());
  await signIn();
  return finish(new URL(address).origin);
}

const silent = () => page.evaluate(() => window.client.getLoginState({ ignoreCache: true }));

describe('@authing/web 5.1.21', () => {
  it('signs in by redirect, reads who it is, renews, and signs out', async () => {
    const state = await logIn(`${near}/web?mode=query`);
    expect(state).toMatchObject({
      parsedIdToken: { email: 'alice@example.com', amr: ['pwd'], aud: siteApplication.id },
      refreshToken: expect.any(String),
    });
    expect(await page.evaluate(() => window.client.getUserInfo())).toMatchObject({ username: alice.username });
    const renewed = await page.evaluate(() => window.client.refreshToken());
    expect(renewed).toMatchObject({ accessToken: expect.any(String), parsedIdToken: { sub: state.parsedIdToken.sub } });
    expect(renewed.accessToken).not.toBe(state.accessToken);
    await page.evaluate(() => void window.client.logoutWithRedirect({ state: 'left' }));
    await page.waitForURL(`${near}/bye?state=left`);
    await open(`${near}/web`);
    expect(await silent()).toBeNull();
  });

  it('takes the answer from the fragment, finds the login in a hidden frame, and may force another one', async () => {
    const { parsedIdToken } = await logIn(`${near}/web?mode=fragment`);
    expect(new URL(page.url()).hash).toContain('code=');
    expect(await silent()).toMatchObject({
      parsedIdToken: { sub: parsedIdToken.sub, auth_time: parsedIdToken.auth_time },
    });
    await page.evaluate(() => void window.client.loginWithRedirect({ forced: true }));
    await page.getByText(`You are signed in as ${alice.nickname}.`).waitFor();
  });

  it('is told at once that a hidden frame of another site finds nobody, and finds the login by redirect', async () => {
    const { parsedIdToken } = await logIn(`${far}/web?mode=query`);
    const [answer, took] = await page.evaluate(async () => {
      const begun = performance.now();
      return [await window.client.getLoginState({ ignoreCache: true }), performance.now() - begun];
    });
    // Without an answer it would wait five seconds.
    expect(answer).toBeNull();
    expect(took).toBeLessThan(4_900);
    await open(`${far}/web?mode=query`);
    await page.evaluate(() => void window.client.getLoginStateWithRedirect());
    expect((await finish(far)).parsedIdToken.sub).toBe(parsedIdToken.sub);
  });

  it('signs in in a pop-up of another site, which closes; hears that somebody went back, or closed it', async () => {
    await open(`${far}/web`);
    const begin = async () => {
      const opened = page.waitForEvent('popup');
      await page.evaluate(() => {
        window.popup = window.client.loginWithPopup().catch((error: Error) => error.message);
      });
      const popup = await opened;
      await popup.waitForURL(`${host}/login?**`);
      return popup;
    };
    const closed = await begin();
    await closed.close();
    expect(await page.evaluate(() => window.popup)).toBeNull();
    const left = await begin();
    await left.getByRole('button', { name: /^Cancel and return/ }).click();
    expect(await page.evaluate(() => window.popup)).toContain('error=access_denied');
    const popup = await begin();
    await keepScreenshot(popup, 'redirect-1-popup');
    const isClosed = popup.waitForEvent('close');
    await signIn(popup);
    expect(await page.evaluate(() => window.popup)).toMatchObject({ parsedIdToken: { email: 'alice@example.com' } });
    await isClosed;
  });
});

it.each([near, far])(
  '@authing/guard 5.3.9 on %s signs in by redirect, knows the person, and signs out',
  async (origin) => {
    await open(`${origin}/guard`);
    await page.evaluate(() => void window.client.startWithRedirect());
    await signIn();
    await page.waitForURL(`${origin}/guard?**code=**`);
    await isReady();
    await page.evaluate(() => window.client.handleRedirectCallback());
    expect(await page.evaluate(() => window.client.trackSession())).toMatchObject({ username: alice.username });
    expect(await page.evaluate(() => window.client.checkLoginStatus())).toMatchObject({ status: true });

    // From another site no cookie comes along: its token says which login to end.
    await page.evaluate((redirectUri) => void window.client.logout({ redirectUri }), `${origin}/bye`);
    await page.waitForURL(`${origin}/bye`);
    await open(`${origin}/web?mode=query`);
    await page.evaluate(() => void window.client.getLoginStateWithRedirect());
    await page.getByRole('tab', { name: 'Password' }).waitFor();
  },
);
