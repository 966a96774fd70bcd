import { existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));
const screenshots = fileURLToPath(new URL('../../screenshots/', import.meta.url));

export interface Browsers {
  /** The browser that shows the QR code. */
  desk: BrowserContext;
  /** The phone, with a camera. */
  phone: BrowserContext;
  /** Somebody else's phone. */
  otherPhone: BrowserContext;
  /** The film that the fake camera shows; Chromium reads it when a page opens the camera. */
  cameraFile: string;
  close(): Promise<void>;
}

/** Opens one real Chromium with two or three people in it. It is the browser installed on this machine: nothing is downloaded. */
export async function openBrowsers(
  options: {
    colorScheme?: 'light' | 'dark';
    locale?: string;
    /** Names of hosts, and where the browser finds them. */
    resolve?: Record<string, string>;
  } = {},
): Promise<Browsers> {
  if (executablePath === undefined) {
    throw new Error('no Chromium found: install the package "chromium", or name the program in CHROMIUM_PATH');
  }
  const cameraFile = join(await mkdtemp(join(tmpdir(), 'passbeam-camera-')), 'camera.y4m');
  const { colorScheme = 'light', locale = 'en-US', resolve = {} } = options;
  const rules = Object.entries(resolve).map(([name, place]) => `MAP ${name} ${place}`);
  const browser: Browser = await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${cameraFile}`,
      `--host-resolver-rules=${rules.join(',')}`,
    ],
  });
  const desk = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme, locale });
  const aPhone = () =>
    browser.newContext({
      viewport: { width: 390, height: 844 },
      deviceScaleFactor: 2,
      isMobile: true,
      hasTouch: true,
      permissions: ['camera'],
      colorScheme,
      locale,
    });
  return { desk, phone: await aPhone(), otherPhone: await aPhone(), cameraFile, close: () => browser.close() };
}

/** Saves a screenshot with the results of the run, for people to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: 'disabled' });
}
