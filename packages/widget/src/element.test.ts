import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { launchBrowser } from '@passbeam/workshop/browser';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PassbeamQrElement } from './element.ts';
import { openStage } from './stage.fixture.ts';

/** The folder for screenshots of every state; without it none are taken. */
const shotsFolder = process.env.WIDGET_SHOTS;

let stage: Awaited<ReturnType<typeof openStage>>;
let browser: Browser;
let page: Page;
let complaints: string[] = [];

beforeAll(async () => {
  stage = await openStage();
  browser = await launchBrowser();
  page = await browser.newPage({ locale: 'en-US' });
  page.setDefaultTimeout(5_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) complaints.push(message.text());
  });
}, 30_000);

afterAll(async () => {
  await browser?.close();
  await stage?.close();
});

beforeEach(async () => {
  await openPage({});
});

async function openPage(media: Parameters<Page['emulateMedia']>[0], width = 360) {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference', forcedColors: 'none', ...media });
  await page.setViewportSize({ width, height: 640 });
  complaints = [];
  await page.goto(stage.url);
  await page.evaluate(() => customElements.whenDefined('passbeam-qr'));
}

/** Puts a widget on the page; its events are kept on the element as `heard`. */
async function place(appId: string, attributes: Record<string, string> = {}) {
  await page.evaluate(
    ({ host, appId, attributes }) => {
      const element = document.createElement('passbeam-qr') as PassbeamQrElement & { heard?: unknown[] };
      element.heard = [];
      for (const name of ['scanned', 'authorized', 'cancelled', 'expired', 'trouble']) {
        document.body.addEventListener(name, (event) => element.heard?.push([name, (event as CustomEvent).detail]));
      }
      for (const [name, value] of Object.entries({ host, 'app-id': appId, ...attributes })) {
        element.setAttribute(name, value);
      }
      document.body.append(element);
    },
    { host: stage.url, appId, attributes },
  );
}

const reach = (...states: string[]) =>
  page.waitForFunction(
    (states) => {
      const all = [...document.querySelectorAll<PassbeamQrElement>('passbeam-qr')];
      return all.length > 0 && all.every((element, index) => element.status === (states[index] ?? states[0]));
    },
    states,
    { polling: 50 },
  );
const heard = () =>
  page.evaluate(() => (document.querySelector('passbeam-qr') as unknown as { heard: [string, object][] }).heard);
const pollsOf = (app: string) =>
  stage.seen.filter(({ path, appId }) => path.endsWith('/get-qrcode-status') && appId === app);
const streamsOf = (app: string) =>
  stage.seen.filter(
    ({ path, query }) => path.endsWith('/watch-qrcode-status') && query.get('qrcodeId')?.startsWith(app),
  );
const patience = { timeout: 5_000 };
const statusText = () => page.getByRole('status').textContent();
const button = (name: string) => page.getByRole('button', { name });

describe('the code', () => {
  it('is an image with a name, on white with a quiet zone, even in a dark page', async () => {
    await openPage({ colorScheme: 'dark' });
    await place('pending');
    const image = page.getByRole('img', { name: /QR code for signing in/ });
    await image.waitFor();
    expect(await image.getAttribute('src')).toMatch(/\/qr\/pending-\d+\.svg$/);
    const look = await image.evaluate((node) => {
      const paper = node.parentElement as HTMLElement;
      const { paddingLeft, backgroundColor } = getComputedStyle(paper);
      const card = getComputedStyle(paper.closest('[part=card]') as HTMLElement).backgroundColor;
      return {
        paddingLeft,
        backgroundColor,
        card,
        side: node.clientWidth,
        isSquare: node.clientWidth === node.clientHeight,
      };
    });
    expect(look).toMatchObject({
      paddingLeft: '16px',
      backgroundColor: 'rgb(255, 255, 255)',
      side: 240,
      isSquare: true,
    });
    expect(look.card).toBe('rgb(22, 25, 31)');
  });

  it('shows the logo of the application in its centre', async () => {
    await place('logo');
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    expect(await page.locator('[part=logo]').evaluate((node: HTMLImageElement) => node.naturalWidth > 0)).toBe(true);
  });

  it('falls back to the PNG, and offers another try when no image loads', async () => {
    await place('image-gone');
    await reach('error');
    const tried = stage.seen.filter(({ path }) => path.startsWith('/qr/image-gone')).map(({ path }) => path.slice(-4));
    expect(tried).toEqual(['.svg', '.png', '.svg', '.png']);
    expect(await statusText()).toContain('The code did not load');
    expect(await heard()).toMatchObject([['trouble', { code: 'image_failed', willRetry: false }]]);
    await button('Try again').waitFor();
  });

  it('has the size that the page sets, and is never wider than the page', async () => {
    await place('pending', { size: '200' });
    const image = page.getByRole('img', { name: /QR code/ });
    await image.waitFor();
    expect((await image.boundingBox())?.width).toBe(200);
    await page.evaluate(() => document.querySelector('passbeam-qr')?.setAttribute('size', '600'));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});

describe('what the page hears', () => {
  it('hears of the scan and gets the ticket', async () => {
    await place('flow');
    await reach('pending');
    stage.reply('flow', { status: 'SCANNED', briefUserInfo: { displayName: 'Alice', photo: '/photo.svg' } });
    await reach('scanned');
    expect(await statusText()).toMatch(/Scanned by Alice\s*Confirm on your phone/);
    stage.reply('flow', { status: 'AUTHORIZED', ticket: 'tk_9', briefUserInfo: { displayName: 'Alice', photo: '' } });
    await reach('authorized');
    const qrcodeId = expect.stringMatching(/^flow-/);
    expect(await heard()).toEqual([
      ['scanned', { displayName: 'Alice', photo: '/photo.svg', qrcodeId }],
      ['authorized', { ticket: 'tk_9', qrcodeId, pollSecret: expect.stringMatching(/^[\w-]{43}$/) }],
    ]);
    expect(stage.seen.filter(({ path }) => path === '/photo.svg').at(-1)?.referer).toBeUndefined();
  });

  it('binds each code by a secret of its own, which polls and streams send, but never in a URL', async () => {
    await place('secret', { 'custom-data': '{"desk":7}', state: 'drawn-by-the-backend' });
    await reach('pending');
    await expect.poll(() => streamsOf('secret').length, patience).toBe(1);
    stage.reply('secret', { status: 'AUTHORIZED', ticket: 'tk_2' });
    await reach('authorized');
    const created = stage.seen.find(({ path, appId }) => path.endsWith('gene-qrcode') && appId === 'secret');
    const { pollChallenge, ...asked } = JSON.parse(created?.body ?? '');
    expect(asked).toEqual({ type: 'MOBILE_APP', customData: { desk: 7 }, state: 'drawn-by-the-backend' });
    const [polled, ...later] = [...pollsOf('secret'), ...streamsOf('secret')];
    const secret = polled?.pollSecret ?? '';
    expect(createHash('sha256').update(secret).digest('base64url')).toBe(pollChallenge);
    for (const { pollSecret } of later) expect(pollSecret).toBe(secret);
    expect(stage.seen.map(({ query }) => query.toString()).join()).not.toContain(secret);
    expect(await heard()).toMatchObject([['authorized', { pollSecret: secret }]]);
    stage.reply('secret', { status: 'PENDING' });
    await page.evaluate(() => document.querySelector('passbeam-qr')?.refresh());
    await reach('pending');
    await expect.poll(() => pollsOf('secret').at(-1)?.pollSecret, patience).not.toBe(secret);
  });

  it('binds by the cookie where the page sets that, and where there is no WebCrypto', async () => {
    await place('followed', { binding: 'cookie' });
    await expect.poll(() => streamsOf('followed'), patience).toMatchObject([{ cookie: 'pb_poll=owner' }]);
    await page.evaluate(() => Object.defineProperty(crypto, 'subtle', { value: undefined }));
    await place('insecure');
    await expect.poll(() => streamsOf('insecure'), patience).toMatchObject([{ cookie: 'pb_poll=owner' }]);
    for (const { body, pollSecret, appId } of stage.seen) {
      if (!['followed', 'insecure'].includes(appId)) continue;
      expect(body).not.toContain('pollChallenge');
      expect(pollSecret).toBeUndefined();
    }
  });

  it('only polls where push is off', async () => {
    await place('quiet', { push: 'off' });
    await expect.poll(() => pollsOf('quiet').length, patience).toBeGreaterThan(1);
    expect(pollsOf('quiet').filter(({ query }) => query.has('since'))).toEqual([]);
    expect(streamsOf('quiet')).toEqual([]);
  });

  it('says what is wrong with its attributes', async () => {
    await place('x', { host: 'not an address' });
    await reach('error');
    expect(await heard()).toMatchObject([
      ['trouble', { code: 'configuration', message: expect.stringContaining('host') }],
    ]);
    await page.evaluate((host) => document.querySelector('passbeam-qr')?.setAttribute('host', host), stage.url);
    await reach('pending');
  });
});

describe('what the person can do', () => {
  it('drops the code when a stranger scanned it (not me)', async () => {
    await place('not-me');
    await reach('pending');
    stage.reply('not-me', { status: 'SCANNED', briefUserInfo: { displayName: 'Mallory', photo: '' } });
    await reach('scanned');
    stage.reply('not-me', { status: 'PENDING' });
    await button('Not you? Get a new code').click();
    await reach('pending');
    const created = stage.seen.filter(({ path, appId }) => path.endsWith('gene-qrcode') && appId === 'not-me');
    expect(created).toHaveLength(2);
  });

  it('gets a new code with the keyboard, and keeps the focus in the widget', async () => {
    await place('expired');
    await reach('expired');
    const [names, last] = [(await heard()).map(([name]) => name), (await heard()).at(-1)];
    expect(names).toEqual(Array(6).fill('expired'));
    expect(last?.[1]).toMatchObject({ willRenew: false });
    stage.reply('expired', { status: 'PENDING', expiresIn: 90 });
    await page.keyboard.press('Tab');
    expect(await focusedPart()).toBe('button');
    await page.keyboard.press('Enter');
    await reach('pending');
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    expect(await focusedPart()).toBe('card');
    stage.reply('expired', { status: 'SCANNED', briefUserInfo: { displayName: 'Alice', photo: '' } });
    await reach('scanned');
    expect(await focusedPart()).toBe('not-me');
  });

  it('does not take the focus from the page around it', async () => {
    await page.evaluate(() => {
      const field = document.createElement('input');
      document.body.append(field);
      field.focus();
    });
    await place('cancelled');
    await reach('cancelled');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
  });

  const focusedPart = () =>
    page.evaluate(() => document.querySelector('passbeam-qr')?.shadowRoot?.activeElement?.getAttribute('part'));
});

describe('for everybody', () => {
  it('announces the state and leaves the countdown out of it', async () => {
    await place('pending');
    await page.getByRole('img', { name: /QR code/ }).waitFor();
    expect(await page.getByRole('status').count()).toBe(1);
    expect(await statusText()).toMatch(/^Scan to sign in\s*Use the app on your phone\.$/);
    expect(await page.getByRole('timer').textContent()).toMatch(/^Valid for [12]:\d\d$/);
    expect(await page.getByRole('status').getByRole('timer').count()).toBe(0);
    await page.getByRole('group', { name: 'Sign in with your phone' }).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
  });

  it('hides a code that may not be scanned from assistive technology too', async () => {
    await place('cancelled');
    await reach('cancelled');
    expect(await page.getByRole('img').count()).toBe(0);
    expect(await button('Get a new code').getAttribute('aria-describedby')).toBe('title');
  });

  it('does not animate for people who prefer reduced motion', async () => {
    await openPage({ reducedMotion: 'reduce' });
    await place('scanned');
    await reach('scanned');
    const moving = await page.evaluate(() => document.querySelector('passbeam-qr')?.shadowRoot?.getAnimations().length);
    expect(moving).toBe(0);
  });

  it('keeps the code dark on white in forced colours', async () => {
    await openPage({ forcedColors: 'active', colorScheme: 'dark' });
    await place('pending');
    const image = page.getByRole('img', { name: /QR code/ });
    await image.waitFor();
    expect(await image.evaluate((node) => getComputedStyle(node.parentElement as Element).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
  });

  it('speaks Chinese where the page does, and changes its language in place', async () => {
    await page.evaluate(() => {
      document.documentElement.lang = 'zh-CN';
    });
    await place('pending');
    await page.getByRole('img', { name: /登录二维码/ }).waitFor();
    expect(await statusText()).toContain('扫码登录');
    expect(await page.getByRole('timer').textContent()).toMatch(/^有效时间 [12]:\d\d$/);
    const codesBefore = stage.seen.filter(({ path }) => path.endsWith('gene-qrcode')).length;
    await page.evaluate(() => document.querySelector('passbeam-qr')?.setAttribute('lang', 'en'));
    expect(await statusText()).toContain('Scan to sign in');
    expect(await page.getByRole('timer').textContent()).toMatch(/^Valid for/);
    expect(stage.seen.filter(({ path }) => path.endsWith('gene-qrcode'))).toHaveLength(codesBefore);
  });

  it('shows names as text, under a policy that allows no inline style or script', async () => {
    await place('markup');
    await reach('scanned');
    expect(await statusText()).toContain('<img src=x onerror=alert(1)>');
    await page.evaluate(() => document.querySelector('passbeam-qr')?.setAttribute('size', '180'));
    expect(complaints).toEqual([]);
  });
});

describe('a part of a page', () => {
  it('stops asking when it is taken out, and begins again when put back', async () => {
    await place('moved');
    await reach('pending');
    const polls = () => stage.seen.filter(({ path, appId }) => path.endsWith('status') && appId === 'moved').length;
    await page.evaluate(() => {
      const element = document.querySelector('passbeam-qr') as PassbeamQrElement;
      element.remove();
      Object.assign(window, { kept: element });
    });
    expect(await page.evaluate(() => (window as unknown as { kept: PassbeamQrElement }).kept.state)).toBe('stopped');
    const before = polls();
    await page.evaluate(() => document.body.append((window as unknown as { kept: Node }).kept));
    await reach('pending');
    await expect.poll(polls).toBeGreaterThan(before);
  });

  it('takes properties set before it was defined, makes one code, and answers to stop and refresh', async () => {
    await page.evaluate((host) => {
      const element = document.createElement('passbeam-qr');
      document.body.append(element);
      Object.assign(element, { host, appId: 'props', customData: { from: 'desk' }, size: 200 });
    }, stage.url);
    await reach('pending');
    const created = () => stage.seen.filter(({ path, appId }) => path.endsWith('gene-qrcode') && appId === 'props');
    expect(created().map(({ body }) => JSON.parse(body).customData)).toEqual([{ from: 'desk' }]);
    await page.evaluate(() => document.querySelector('passbeam-qr')?.stop());
    await reach('stopped');
    await button('Get a code').waitFor();
    await page.evaluate(() => document.querySelector('passbeam-qr')?.refresh());
    await reach('pending');
    expect(created()).toHaveLength(2);
    expect(await page.locator('passbeam-qr:state(pending)').count()).toBe(1);
  });
});

if (shotsFolder)
  describe('pictures', () => {
    const gallery = {
      pending: 'pending',
      logo: 'pending',
      scanned: 'scanned',
      'no-photo': 'scanned',
      'long-name': 'scanned',
      stranger: 'scanned',
      authorized: 'authorized',
      cancelled: 'cancelled',
      'gallery-expired': 'expired',
      offline: 'offline',
      busy: 'offline',
      'image-gone': 'error',
      refused: 'error',
    };

    for (const colorScheme of ['light', 'dark'] as const) {
      for (const lang of ['en', 'zh']) {
        for (const width of [360, 1380]) {
          it(`of every state: ${colorScheme}, ${lang}, ${width}`, async () => {
            stage.reply('gallery-expired', { status: 'EXPIRED' });
            await openPage({ colorScheme }, width);
            await page.evaluate(() => {
              const marker = document.createElement('i');
              marker.className = 'row';
              document.body.append(marker);
            });
            for (const appId of Object.keys(gallery)) await place(appId, { lang });
            await reach(...Object.values(gallery));
            await page.waitForTimeout(400);
            await mkdir(shotsFolder, { recursive: true });
            await page.screenshot({ path: `${shotsFolder}/${colorScheme}-${lang}-${width}.png`, fullPage: true });
          }, 20_000);
        }
      }
    }
  });
