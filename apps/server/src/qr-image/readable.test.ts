import { readFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import jsqr from 'jsqr';
import { beforeAll, describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { bearsLogo, drawQr } from './draw.ts';

/**
 * Whether the decoders of cameras read the image as pages show it: scaled to 240 pixels of one, two or three device pixels each,
 * on white paper, with whatever is painted over its middle.
 */
const shownAt = 240;
const paper = 16;
const ratios = [1, 2, 3];

interface Raster {
  width: number;
  height: number;
  data: Uint8ClampedArray<ArrayBuffer>;
}

type Shade = (x: number, y: number) => number;

beforeAll(async () => {
  const wasmBinary = await readFile(new URL(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm')));
  await prepareZXingModule({ overrides: { wasmBinary: wasmBinary.buffer as ArrayBuffer }, fireImmediately: true });
});

// The package's types describe a CommonJS module, but the import gives the function itself.
const jsQR = jsqr as unknown as typeof jsqr.default;

const random = (length: number, seed: number) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  let state = seed * 2_654_435_761 + 1;
  return Array.from({ length }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return letters.charAt(Math.floor((state / 2_147_483_648) * letters.length));
  }).join('');
};

/** The text that the product puts into a code, with the given customData. */
function payload(seed: number, customData: object = {}): string {
  const qrcodeId = random(32, seed);
  const createdAt = '2026-11-28T08:00:00.000Z';
  return JSON.stringify({
    scene: 'APP_AUTH',
    random: qrcodeId,
    qrcodeId,
    userPoolId: '6543210fedcba9876543210f',
    createdAt,
    expireAt: createdAt,
    expiresIn: 120,
    customData,
  });
}

function shadeOf(text: string, hasLogo: boolean): { side: number; shade: Shade } {
  const png = drawQr(text, 'png', hasLogo);
  const side = png.readUInt32BE(16);
  const start = png.indexOf('IDAT') + 4;
  const packed = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  const stride = 1 + Math.ceil(side / 8);
  return { side, shade: (x, y) => (((packed[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) * 255 };
}

/** Scales the image: each device pixel takes the mean of nine points below it, as in a browser that smooths. */
function show({ side, shade }: ReturnType<typeof shadeOf>, ratio: number, painted: Shade | null): Raster {
  const width = (shownAt + 2 * paper) * ratio;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  const scale = side / (shownAt * ratio);
  for (let y = 0; y < shownAt * ratio; y++) {
    for (let x = 0; x < shownAt * ratio; x++) {
      let sum = 0;
      for (const dy of [1 / 6, 1 / 2, 5 / 6]) {
        for (const dx of [1 / 6, 1 / 2, 5 / 6])
          sum += shade(Math.floor((x + dx) * scale), Math.floor((y + dy) * scale));
      }
      const over =
        painted === null ? -1 : painted((x + 0.5) / (shownAt * ratio) - 0.5, (y + 0.5) / (shownAt * ratio) - 0.5);
      const value = over < 0 ? sum / 9 : over;
      const at = ((y + paper * ratio) * width + x + paper * ratio) * 4;
      data.fill(value, at, at + 3);
    }
  }
  return { width, height: width, data };
}

/** How the widget paints a logo: a white square of 12 % of the paper with something dark in it. */
const byWidget: Shade = (x, y) => {
  const half = (0.12 * (shownAt + 2 * paper)) / shownAt / 2;
  const reach = Math.max(Math.abs(x), Math.abs(y));
  return reach > half ? -1 : reach > half * 0.85 ? 255 : (x + y) * 1_000 > 0 ? 40 : 160;
};
/** How official clients paint one: a circle of width / 2.4. */
const byOfficialClients: Shade = (x, y) => (Math.hypot(x, y) > 1 / 4.8 ? -1 : 200);

async function readers(raster: Raster): Promise<{ jsQR: string | undefined; zxing: string | undefined }> {
  const [found] = await readBarcodes(raster as unknown as ImageData, { formats: ['QRCode'], tryHarder: true });
  return { jsQR: jsQR(raster.data, raster.width, raster.height)?.data, zxing: found?.text };
}

/** Counts the readings, by two decoders at every ratio, that give the text. */
async function countRead(texts: string[], hasLogo: boolean, painted: Shade | null): Promise<number> {
  let count = 0;
  for (const text of texts) {
    const drawn = shadeOf(text, hasLogo);
    for (const ratio of ratios) {
      const { jsQR: one, zxing } = await readers(show(drawn, ratio, painted));
      count += Number(one === text) + Number(zxing === text);
    }
  }
  return count;
}

describe('a code as pages show it', () => {
  const samples = (customData?: object) => [1, 2].map((seed) => payload(seed, customData));
  const all = 2 * ratios.length * 2;

  it('is read by every decoder at every resolution, with a logo registered or without', async () => {
    expect(await countRead(samples(), false, null)).toBe(all);
    expect(await countRead(samples(), true, null)).toBe(all);
  });

  it('is read by all of them when it holds a link, whatever the widget or official clients paint over it', async () => {
    const texts = [9, 17, 40, 90].map((length, seed) => `https://${'h'.repeat(length)}/q/${random(32, seed)}`);
    const every = texts.length * ratios.length * 2;
    expect(await countRead(texts, false, null)).toBe(every);
    expect(await countRead(texts, true, byWidget)).toBe(every);
    const borne = texts.filter(bearsLogo);
    expect(borne).toHaveLength(3);
    expect(await countRead(borne, true, byOfficialClients)).toBe(borne.length * ratios.length * 2);
  });

  it.each([0, 3, 60, 400])(
    'is read as well with the logo that the widget paints as without, with %d characters of customData',
    async (length) => {
      const customData = length === 0 ? {} : { order: 'x'.repeat(length) };
      const plain = await countRead(samples(customData), false, null);
      expect(await countRead(samples(customData), true, byWidget)).toBeGreaterThanOrEqual(plain);
    },
  );

  it('is read where official clients are told to paint over it', async () => {
    const texts = [20, 50, 60, 70, 84].map((length, seed) => random(length, seed + 1));
    expect(texts.every(bearsLogo)).toBe(true);
    expect(await countRead(texts, true, byOfficialClients)).toBe(texts.length * ratios.length * 2);
  });
});
