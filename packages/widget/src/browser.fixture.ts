import type { Locator, Page } from 'playwright-core';
import type { PassbeamQrElement } from './element.ts';
import type { Stage } from './stage.fixture.ts';

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

/** Waits until every widget of the page has this status. */
export const reach = (page: Page, status: string, timeout = 10_000) =>
  page.waitForFunction(
    (status) => {
      const all = [...document.querySelectorAll<PassbeamQrElement>('passbeam-qr')];
      return all.length > 0 && all.every((element) => element.status === status);
    },
    status,
    { polling: 50, timeout },
  );

/** A screenshot of the element as RGBA pixels: what a camera would see. */
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
