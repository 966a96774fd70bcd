import { createRequire } from 'node:module';
import { launchBrowser } from '@passbeam/workshop/browser';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pixelsOf, place, reach } from './browser.fixture.ts';
import type { PassbeamQrElement } from './element.ts';
import { openStage, type Stage } from './stage.fixture.ts';

/** Loaded by `require`: its types describe an ES module, but the package is CommonJS. */
const jsQR: typeof import('jsqr').default = createRequire(import.meta.url)('jsqr');

/** How the widget copes with pages: old browsers, frameworks, late listeners, themes, and a page's own life. */

let stage: Stage;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  stage = await openStage();
  browser = await launchBrowser();
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await stage?.close();
});
beforeEach(async () => {
  context = await browser.newContext({ locale: 'en-US' });
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
});
afterEach(() => context.close());

async function open(before?: () => void, path = '/open') {
  if (before) await page.addInitScript(before);
  await page.goto(stage.url + path);
  await page.evaluate(() => customElements.whenDefined('passbeam-qr'));
}
const widget = () => page.locator('passbeam-qr');
const code = () => page.getByRole('img', { name: /QR code|登录二维码/ });
const madeFor = (app: string) =>
  stage.seen.filter(({ path, appId }) => path.endsWith('gene-qrcode') && appId === app).length;
const soon = () => page.waitForTimeout(200);

describe('an old browser', () => {
  it('shows a styled code and follows it without any interface that a promised browser lacks', async () => {
    await open(() => {
      const gone: [object, string[]][] = [
        [HTMLElement.prototype, ['attachInternals']],
        [Element.prototype, ['ariaHidden', 'ariaLabel']],
        [Document.prototype, ['adoptedStyleSheets', 'prerendering']],
        [ShadowRoot.prototype, ['adoptedStyleSheets']],
        [AbortSignal.prototype, ['throwIfAborted', 'reason']],
        [AbortSignal, ['timeout', 'any', 'abort']],
        [Object, ['hasOwn', 'groupBy']],
        [Array.prototype, ['at', 'findLast', 'toSorted']],
        [window, ['structuredClone', 'CSSStyleSheet', 'ElementInternals', 'ResizeObserver']],
      ];
      for (const [home, names] of gone) for (const name of names) Reflect.deleteProperty(home, name);
    });
    await place(page, stage, 'old');
    await code().waitFor();
    expect(await page.locator('[part=card]').evaluate((card) => getComputedStyle(card).display)).toBe('flex');
    expect((await code().boundingBox())?.width).toBe(240);
    stage.reply('old', { status: 'AUTHORIZED', ticket: 'tk' });
    await reach(page, 'authorized');
  });

  it.each<[string, () => void]>([
    [
      'states that take no plain names, as in Chrome before 125',
      () => {
        const refuse = () => {
          throw new SyntaxError('must start with "--"');
        };
        Object.assign(CustomStateSet.prototype, { add: refuse });
      },
    ],
    ['no states at all', () => void Reflect.deleteProperty(ElementInternals.prototype, 'states')],
    [
      'an observer and a media query that throw',
      () => {
        const refuse = () => {
          throw new TypeError('not implemented');
        };
        Object.assign(window, { MutationObserver: refuse, matchMedia: refuse, getComputedStyle: refuse });
      },
    ],
  ])('is not stopped by decoration: %s', async (_what, before) => {
    await open(before);
    await place(page, stage, 'decoration');
    await code().waitFor();
  });
});

describe('a framework', () => {
  it('gets one code, however often it sets equal settings', async () => {
    await open();
    await place(page, stage, 'renders');
    await reach(page, 'pending');
    const before = madeFor('renders');
    await page.evaluate(async () => {
      const element = document.querySelector('passbeam-qr') as PassbeamQrElement;
      element.customData = { from: 'x', at: { desk: 1, hall: [2] } };
      for (let render = 0; render < 10; render++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        element.customData =
          render % 2 ? { from: 'x', at: { desk: 1, hall: [2] } } : { at: { hall: [2], desk: 1 }, from: 'x' };
        element.setAttribute('custom-data', render % 2 ? '{"from": "x"}' : '{"from":"x"}');
        element.setAttribute('host', element.host);
        element.state = null;
        element.binding = undefined;
      }
    });
    await reach(page, 'pending');
    expect(madeFor('renders') - before).toBe(1);
  });

  it('that changes a setting and back within one task keeps the code; a new value makes a new code', async () => {
    await open();
    await place(page, stage, 'swapped');
    await reach(page, 'pending');
    await page.evaluate(() => {
      const element = document.querySelector('passbeam-qr') as PassbeamQrElement;
      const { appId } = element;
      element.appId = 'other';
      element.appId = appId;
    });
    await soon();
    expect([madeFor('swapped'), madeFor('other')]).toEqual([1, 0]);
    await page.evaluate(() => {
      (document.querySelector('passbeam-qr') as PassbeamQrElement).state = 'another';
    });
    await expect.poll(() => madeFor('swapped')).toBe(2);
  });
});

describe('a listener that comes late', () => {
  it('reads everything from properties', async () => {
    await open();
    await place(page, stage, 'late');
    const read = () =>
      page.evaluate(() => {
        const { status, qrcodeId, expiresIn, person, authorization, trouble } = document.querySelector(
          'passbeam-qr',
        ) as PassbeamQrElement;
        return { status, qrcodeId, expiresIn, person, authorization, trouble };
      });
    await reach(page, 'pending');
    const qrcodeId = expect.stringMatching(/^late-/);
    const nothing = { person: null, authorization: null, trouble: null };
    expect(await read()).toEqual({ ...nothing, status: 'pending', qrcodeId, expiresIn: expect.any(Number) });
    stage.reply('late', { status: 'SCANNED', expiresIn: 50, briefUserInfo: { displayName: 'Alice', photo: '' } });
    await reach(page, 'scanned');
    expect(await read()).toMatchObject({ status: 'scanned', qrcodeId, person: { displayName: 'Alice' } });
    expect((await read()).expiresIn).toBeGreaterThan(40);
    stage.reply('late', { status: 'AUTHORIZED', ticket: 'tk_3', briefUserInfo: { displayName: 'Alice', photo: '' } });
    await reach(page, 'authorized');
    expect(await read()).toMatchObject({
      qrcodeId,
      expiresIn: null,
      authorization: { ticket: 'tk_3', qrcodeId, pollSecret: expect.any(String) },
    });
    stage.reply('late', 0);
    await page.evaluate(() => document.querySelector('passbeam-qr')?.refresh());
    await reach(page, 'offline');
    expect(await read()).toMatchObject({
      authorization: null,
      trouble: { code: 'network_error', willRetry: true, message: expect.any(String) },
    });
  });
});

describe('trouble', () => {
  it('reaches every listener of the widget, and no error handler of the page', async () => {
    await open(() => {
      const filed: string[] = [];
      Object.assign(window, { filed });
      window.onerror = () => void filed.push('onerror');
      for (const capture of [false, true]) {
        window.addEventListener('error', () => filed.push(`capture ${capture}`), capture);
      }
      window.addEventListener('unhandledrejection', () => filed.push('rejection'));
    });
    await page.evaluate(() => {
      const heard: unknown[] = [];
      Object.assign(window, { heard });
      const hear = (event: Event) => heard.push([event.type, (event as CustomEvent).detail]);
      const element = document.createElement('passbeam-qr');
      element.addEventListener('trouble', (event) => hear(event));
      element.addEventListener('error', (event) => hear(event));
      const gone = () => heard.push('removed');
      element.addEventListener('error', gone);
      element.removeEventListener('error', gone);
      Object.assign(element, { appId: 'offline', host: location.origin });
      document.body.append(element);
    });
    await reach(page, 'offline');
    const { heard, filed } = await page.evaluate(() => {
      const { heard, filed } = window as unknown as Record<'heard' | 'filed', unknown[]>;
      return { heard, filed };
    });
    expect(filed).toEqual([]);
    const told = ['trouble', expect.objectContaining({ code: 'network_error', willRetry: true })];
    expect(heard).toEqual([told, told]);
  });

  it.each([
    ['en', /add http:\/\/localhost:\d+ to allowedOrigins/],
    ['zh', /http:\/\/localhost:\d+ 添加到 allowedOrigins/],
  ])('says which origin to add where the server does not know the page: %s', async (lang, advice) => {
    const elsewhere = stage.url.replace('127.0.0.1', 'localhost');
    await page.goto(`${elsewhere}/open`);
    await page.evaluate(() => {
      document.body.addEventListener('trouble', (event) =>
        Object.assign(window, { told: (event as CustomEvent).detail }),
      );
    });
    await place(page, stage, 'pending', { lang });
    await reach(page, 'offline');
    expect(await page.getByRole('status').textContent()).toMatch(advice);
    expect(await page.evaluate(() => (window as unknown as { told: unknown }).told)).toMatchObject({
      code: 'origin_not_allowed',
      message: expect.stringContaining(`add ${elsewhere} to allowedOrigins`),
      willRetry: true,
    });
  });
});

describe('six windows over HTTP/1.1', () => {
  it('do not block each other: a poll that finds no connection takes that of the stream', async () => {
    const windows = [page, ...(await Promise.all([1, 2, 3, 4, 5].map(() => context.newPage())))];
    for (const window of windows) {
      await window.goto(`${stage.url}/open`);
      await place(window, stage, 'stream-six');
    }
    await page.waitForTimeout(9_000);
    for (const window of windows) expect(await window.locator('passbeam-qr').evaluate(statusOf)).toBe('pending');
    stage.reply('stream-six', { status: 'SCANNED' });
    for (const window of windows) await reach(window, 'scanned', 25_000);
  }, 60_000);

  const statusOf = (element: Element) => (element as PassbeamQrElement).status;
});

describe('the looks', () => {
  it.each([
    ['a dark system and a light theme', 'dark', { theme: 'light' }, []],
    ['a dark theme', 'light', { theme: 'dark' }, []],
    ['a browser that darkens every page', 'light', {}, ['--enable-features=WebContentsForceDark']],
    ['a browser that darkens every page, in a dark system', 'dark', {}, ['--enable-features=WebContentsForceDark']],
  ] as const)('keep the code readable: %s', async (_what, colorScheme, attributes, args) => {
    const darkening = await launchBrowser(...args);
    try {
      page = await darkening.newPage({ colorScheme });
      await open();
      await place(page, stage, 'pending', attributes);
      await code().waitFor();
      await page.waitForTimeout(300);
      const { data, width, height } = await pixelsOf(widget());
      expect(jsQR(data, width, height, { inversionAttempts: 'dontInvert' })?.data).toContain('APP_AUTH');
      const corner = await pixelsOf(code());
      expect([...corner.data.slice(0, 3)]).toEqual([255, 255, 255]);
    } finally {
      await darkening.close();
    }
  });

  it('follow the page behind the widget, not the system', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await open();
    await place(page, stage, 'pending');
    const themeIs = (theme: string) =>
      expect.poll(() => page.locator('[part=card]').getAttribute('data-theme')).toBe(theme);
    await themeIs('light');
    const dress = (style: string) => page.evaluate((style) => document.body.setAttribute('style', style), style);
    await dress('background: #101114');
    await themeIs('dark');
    await dress('background: oklch(0.98 0.01 250)');
    await themeIs('light');
    await dress('background: oklch(0.2 0.02 250)');
    await themeIs('dark');
    await dress('');
    await themeIs('light');
    await page.evaluate(() => document.documentElement.setAttribute('style', 'color-scheme: light dark'));
    await themeIs('dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await themeIs('light');
    await dress('background: #000; transition: background .2s');
    await themeIs('dark');
  });

  it('show a logo only once it is there', async () => {
    await open();
    await place(page, stage, 'no-logo');
    await code().waitFor();
    await soon();
    expect(await page.locator('[part=logo]').isVisible()).toBe(false);
    const { data, width, height } = await pixelsOf(widget());
    expect(jsQR(data, width, height)?.data).toContain('APP_AUTH');
  });
});

describe('a page’s life', () => {
  it('keeps the code of a widget that is moved within the document', async () => {
    await open();
    await place(page, stage, 'moving');
    await reach(page, 'pending');
    await page.evaluate(() => {
      const element = document.querySelector('passbeam-qr') as PassbeamQrElement;
      const home = document.createElement('div');
      document.body.append(home);
      home.append(element);
      document.body.prepend(element);
    });
    await soon();
    expect(madeFor('moving')).toBe(1);
    expect(await widget().evaluate((element) => (element as PassbeamQrElement).status)).toBe('pending');
  });

  it('changes the language when the page does, and keeps the code', async () => {
    await open();
    await place(page, stage, 'tongues');
    await code().waitFor();
    await page.evaluate(() => {
      document.documentElement.lang = 'zh-CN';
    });
    await page.getByText('扫码登录').waitFor();
    expect(madeFor('tongues')).toBe(1);
  });

  it('begins anew when a page of a finished login comes back from the browser’s memory', async () => {
    await open();
    await place(page, stage, 'back');
    await reach(page, 'pending');
    const back = () =>
      page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    await back();
    await soon();
    expect(madeFor('back')).toBe(1);
    stage.reply('back', { status: 'AUTHORIZED', ticket: 'tk' });
    await reach(page, 'authorized');
    stage.reply('back', { status: 'PENDING', expiresIn: 100 });
    await back();
    await reach(page, 'pending');
    expect(madeFor('back')).toBe(2);
  });

  it('asks at once when a frozen or remembered page is back', async () => {
    await open();
    await place(page, stage, 'frozen', { push: 'off' });
    await reach(page, 'pending');
    const polls = () =>
      stage.seen.filter(({ path, appId }) => path.endsWith('qrcode-status') && appId === 'frozen').length;
    for (const name of ['resume', 'pageshow']) {
      const before = polls();
      await page.evaluate((name) => {
        (name === 'resume' ? document : window).dispatchEvent(new Event(name, { bubbles: true }));
      }, name);
      await expect.poll(polls, { timeout: 900 }).toBeGreaterThan(before);
    }
  });

  it('makes no code while the page is prerendered, and one when it is shown', async () => {
    await open(() => Object.defineProperty(Document.prototype, 'prerendering', { value: true, configurable: true }));
    await place(page, stage, 'ahead');
    await soon();
    expect(madeFor('ahead')).toBe(0);
    await page.evaluate(() => {
      Object.defineProperty(Document.prototype, 'prerendering', { value: false });
      document.dispatchEvent(new Event('prerenderingchange'));
    });
    await reach(page, 'pending');
    expect(madeFor('ahead')).toBe(1);
  });

  it('prints dark modules on white', async () => {
    await open();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await place(page, stage, 'pending', { theme: 'dark' });
    await code().waitFor();
    const { data, width, height } = await pixelsOf(widget());
    expect(jsQR(data, width, height)?.data).toContain('APP_AUTH');
  });
});
