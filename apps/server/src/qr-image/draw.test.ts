import { inflateSync } from 'node:zlib';
import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { drawQr, fitsQr } from './draw.ts';

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
    const png = drawQr(text, 'png', hasLogo) as Buffer;
    expect(decodeQR(pixelsOf(png))).toBe(text);
    expect(png.length).toBeLessThan(4096);
  });

  it('leaves a light quiet zone of four modules', () => {
    const { width, data } = pixelsOf(drawQr(text, 'png', false) as Buffer);
    for (let i = 0; i < width * 8 * 4; i++) expect(data[i * 4]).toBe(255);
  });

  it('draws an SVG without anything that could run', () => {
    const svg = drawQr(text, 'svg', false) as string;
    expect(svg).toMatch(/^<svg[^>]* viewBox=/);
    expect(svg).not.toMatch(/script|href|on\w+=/);
  });

  it.each([
    [false, 2953],
    [true, 1273],
  ])('knows what fits (logo: %s)', (hasLogo, bytes) => {
    expect(fitsQr('x'.repeat(bytes), hasLogo)).toBe(true);
    expect(drawQr('x'.repeat(bytes), 'svg', hasLogo)).toContain('<svg');
    expect(fitsQr('x'.repeat(bytes + 1), hasLogo)).toBe(false);
    expect(() => drawQr('x'.repeat(bytes + 1), 'svg', hasLogo)).toThrow();
  });
});
