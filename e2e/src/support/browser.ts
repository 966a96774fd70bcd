import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowserWithCamera } from '@passbeam/workshop/browser';
import type { BrowserContext, Page } from 'playwright-core';

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
  const cameraFile = join(await mkdtemp(join(tmpdir(), 'passbeam-camera-')), 'camera.y4m');
  const { colorScheme = 'light', locale = 'en-US', resolve = {} } = options;
  const rules = Object.entries(resolve).map(([name, place]) => `MAP ${name} ${place}`);
  const browser = await launchBrowserWithCamera(
    cameraFile,
    '--disable-quic',
    `--host-resolver-rules=${rules.join(',')}`,
  );
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
