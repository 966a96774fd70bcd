import { writeFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';

const width = 640;
const height = 480;

/** Points the fake camera at an element: two frames of its screenshot become a film (YUV4MPEG2, C420jpeg). */
export async function pointCameraAt(element: ReturnType<Page['locator']>, cameraFile: string): Promise<void> {
  const picture = await element.screenshot({ animations: 'disabled' });
  const luma = await lumaOf(element.page(), picture);
  const chroma = Buffer.alloc((width / 2) * (height / 2) * 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
  await writeFile(
    cameraFile,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]),
  );
}

/** The brightness of each pixel of the camera's picture: the screenshot, centred on grey. */
async function lumaOf(page: Page, png: Buffer): Promise<Buffer> {
  // This needs a page of its own, because the pages under test forbid pictures from elsewhere.
  const studio = await page.context().newPage();
  try {
    const values = await studio.evaluate(
      async ({ base64, width, height }) => {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(width, height);
        const context = canvas.getContext('2d');
        if (!context) throw new Error('no canvas');
        context.fillStyle = '#777';
        context.fillRect(0, 0, width, height);
        const scale = Math.min((width * 0.9) / bitmap.width, (height * 0.9) / bitmap.height);
        const [w, h] = [bitmap.width * scale, bitmap.height * scale];
        context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
        const { data } = context.getImageData(0, 0, width, height);
        const luma = new Array<number>(width * height);
        for (let i = 0; i < luma.length; i++) {
          const grey = 0.299 * (data[i * 4] ?? 0) + 0.587 * (data[i * 4 + 1] ?? 0) + 0.114 * (data[i * 4 + 2] ?? 0);
          luma[i] = Math.round(16 + (grey * 219) / 255);
        }
        return luma;
      },
      { base64: png.toString('base64'), width, height },
    );
    return Buffer.from(values);
  } finally {
    await studio.close();
  }
}
