import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import type { PassbeamQrElement } from './element.ts';
import type { Stage } from './stage.fixture.ts';

/** The machine's own browser, which asks nobody outside for anything. */
export function launchBrowser(...args: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...args,
    ],
  });
}

/** Puts a widget on the page. */
export async function place(page: Page, stage: Stage, appId: string, attributes: Record<string, string> = {}) {
  await page.evaluate(
    (attributes) => {
      const element = document.createElement('passbeam-qr');
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.body.append(element);
    },
    { host: stage.url, 'app-id': appId, ...attributes },
  );
}

/** Until every widget of the page shows this. */
export const reach = (page: Page, status: string, timeout = 10_000) =>
  page.waitForFunction(
    (status) => {
      const all = [...document.querySelectorAll<PassbeamQrElement>('passbeam-qr')];
      return all.length > 0 && all.every((element) => element.status === status);
    },
    status,
    { polling: 50, timeout },
  );

/** What a camera would see, as RGBA. */
export async function pixelsOf(element: Locator): Promise<{ width: number; height: number; data: Uint8ClampedArray }> {
  const screenshot = (await element.screenshot()).toString('base64');
  const { width, height, base64 } = await element.page().evaluate(async (screenshot) => {
    const bytes = Uint8Array.from(atob(screenshot), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d') as OffscreenCanvasRenderingContext2D;
    context.drawImage(bitmap, 0, 0);
    const reader = new FileReader();
    reader.readAsDataURL(new Blob([context.getImageData(0, 0, width, height).data]));
    await new Promise((resolve) => reader.addEventListener('load', resolve));
    return { width, height, base64: String(reader.result).replace(/^.*,/, '') };
  }, screenshot);
  return { width, height, data: Uint8ClampedArray.from(Buffer.from(base64, 'base64')) };
}
