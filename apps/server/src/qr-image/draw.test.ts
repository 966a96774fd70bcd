import { inflateSync } from 'node:zlib';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { bearsLogo, drawQr, fitsQr } from './draw.ts';

const text = JSON.stringify({ scene: 'APP_AUTH', random: 'k3Vn8Qd'.repeat(4), customData: { 名: '值' } });

/** Reads our one-bit grey-scale PNG back to RGBA. */
function pixelsOf(png: Buffer): { width: number; height: number; data: Uint8Array } {
  const size = png.readUInt32BE(16);
  const start = png.indexOf('IDAT') + 4;
  const packed = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  const stride = 1 + Math.ceil(size / 8);
  const data = new Uint8Array(size * size * 4);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const isLight = ((packed[y * stride + 1 + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
      data.set([isLight * 255, isLight * 255, isLight * 255, 255], (y * size + x) * 4);
    }
  }
  return { width: size, height: size, data };
}

describe('drawQr', () => {
  it.each([false, true])('draws a PNG that a decoder reads back (logo: %s)', (hasLogo) => {
    const png = drawQr(text, 'png', hasLogo);
    expect(decodeQR(pixelsOf(png))).toBe(text);
    expect(png.length).toBeLessThan(4096);
  });

  it('leaves a light quiet zone of four modules', () => {
    const { width, data } = pixelsOf(drawQr(text, 'png', false));
    for (let i = 0; i < width * 8 * 4; i++) expect(data[i * 4]).toBe(255);
  });

  it('draws an SVG without anything that could run', () => {
    const svg = drawQr(text, 'svg', false).toString();
    expect(svg).toMatch(/^<svg[^>]* viewBox=/);
    expect(svg).not.toMatch(/script|href|on\w+=/);
  });

  it.each([false, true])('knows what fits (logo: %s)', (hasLogo) => {
    const most = 'x'.repeat(2953);
    expect(fitsQr(most)).toBe(true);
    expect(drawQr(most, 'svg', hasLogo).toString()).toContain('<svg');
    expect(fitsQr(`${most}x`)).toBe(false);
    expect(() => drawQr(`${most}x`, 'svg', hasLogo)).toThrow();
  });
});

describe('an image for an application with a logo', () => {
  const shownAt = 240;
  const modulesOf = (content: string, hasLogo: boolean) => pixelsOf(drawQr(content, 'png', hasLogo)).width / 8;

  it('has modules as large as without one, or of 4 pixels and more', () => {
    for (let length = 20; length < 2953; length += length < 300 ? 7 : 150) {
      const content = `{"a":"${'x'.repeat(length)}"}`.slice(0, 2953);
      const modules = modulesOf(content, true);
      expect(modules === modulesOf(content, false) || shownAt / modules >= 4, `${length} characters`).toBe(true);
    }
  });

  it('may be painted over, by a circle of width / 2.4, only where it can still be read then', () => {
    for (let length = 1; length <= 250; length += 3) {
      const content = 'k'.repeat(length);
      if (!bearsLogo(content)) continue;
      const pixels = pixelsOf(drawQr(content, 'png', true));
      const middle = pixels.width / 2;
      for (let y = 0; y < pixels.height; y++) {
        for (let x = 0; x < pixels.width; x++) {
          const isCovered = Math.hypot(x + 0.5 - middle, y + 0.5 - middle) < pixels.width / 4.8;
          if (isCovered) pixels.data.fill(255, (y * pixels.width + x) * 4, (y * pixels.width + x) * 4 + 3);
        }
      }
      expect(decodeQR(pixels), `${length} characters`).toBe(content);
    }
    expect(bearsLogo('k'.repeat(84))).toBe(true);
    expect(bearsLogo('k'.repeat(85))).toBe(false);
  });
});

describe('a code that holds a link', () => {
  const link = (hostLength: number) => `https://${'h'.repeat(hostLength)}/q/k3Vn8QdTzLw4Rc8NfYp3HsJd6GaUeX7m`;

  it.each([false, true])(
    'is read back, with modules of 4 pixels and more, for hosts up to 149 letters (logo: %s)',
    (hasLogo) => {
      for (let hostLength = 4; hostLength <= 149; hostLength++) {
        const pixels = pixelsOf(drawQr(link(hostLength), 'png', hasLogo));
        expect(decodeQR(pixels), `${hostLength} letters`).toBe(link(hostLength));
        expect(Math.floor((240 * 8) / pixels.width), `${hostLength} letters`).toBeGreaterThanOrEqual(4);
      }
    },
  );

  /** Dark or light at the middle of a module; the quiet zone is not counted. */
  const moduleAt = ({ width, data }: ReturnType<typeof pixelsOf>, x: number, y: number) =>
    data[((y + 4) * 8 * width + (x + 4) * 8) * 4] === 0 ? 1 : 0;
  /** The first two bits of the format information say the level (ISO/IEC 18004, 7.9), once the mask over them is taken off. */
  const levelOf = (text: string, hasLogo: boolean) => {
    const pixels = pixelsOf(drawQr(text, 'png', hasLogo));
    const bits = ((moduleAt(pixels, 0, 8) << 1) | moduleAt(pixels, 1, 8)) ^ 0b10;
    return ['M', 'L', 'H', 'Q'][bits];
  };

  it('makes 15 % good, and 30 % below a logo', () => {
    expect(levelOf(link(17), false)).toBe('M');
    expect(levelOf(link(17), true)).toBe('H');
    expect(levelOf(link(109), true)).toBe('M');
    expect(levelOf('x'.repeat(259), true)).toBe('L');
  });
});

describe('what drawing costs', () => {
  it.each(['png', 'svg'] as const)('%s: a few milliseconds at most, for the largest code', (format) => {
    const largest = 'x'.repeat(2953);
    for (let round = 0; round < 20; round++) drawQr(largest, format, false);
    const times = Array.from({ length: 20 }, () => {
      const before = process.cpuUsage();
      drawQr(largest, format, false);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    });
    // The shortest of many times counts: anything beyond it is other work of the machine.
    expect(Math.min(...times)).toBeLessThan(8);
  });
});
