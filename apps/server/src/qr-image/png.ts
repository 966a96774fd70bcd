import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A one-bit grey-scale PNG of a square of modules (PNG specification, third edition: IHDR, IDAT, IEND). One bit a pixel
 * keeps an image under 2 KiB, which the general encoders on npm do not offer.
 */
export function encodePng(modules: readonly (readonly boolean[])[], scale: number): Buffer {
  const size = modules.length * scale;
  const stride = 1 + Math.ceil(size / 8);
  const pixels = Buffer.alloc(stride * size);
  modules.forEach((row, y) => {
    const line = Buffer.alloc(stride);
    row.forEach((isDark, x) => {
      if (isDark) return;
      for (let pixel = x * scale; pixel < (x + 1) * scale; pixel++) {
        line[1 + (pixel >> 3)] = (line[1 + (pixel >> 3)] ?? 0) | (0x80 >> (pixel & 7));
      }
    });
    for (let copy = 0; copy < scale; copy++) line.copy(pixels, (y * scale + copy) * stride);
  });

  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header[8] = 1; // bit depth; colour type, compression, filter and interlace stay 0
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(content.length, 0);
  typed.copy(framed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}
