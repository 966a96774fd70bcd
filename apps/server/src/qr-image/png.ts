import { crc32, deflateSync } from 'node:zlib';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** A module is eight pixels wide, and eight pixels of one bit are one byte: a row of modules is a row of bytes. */
export const pixelsPerModule = 8;
const light = 0xff;
const dark = 0x00;

/**
 * A one-bit grey-scale PNG of a square of modules (PNG specification, third edition: IHDR, IDAT, IEND). One bit a pixel keeps
 * most images under 2 KiB; the general encoders on npm do not offer it. It uses the fastest compression, because better ones save
 * a kilobyte and take five times as long as everything else here.
 */
export function encodePng(modules: readonly (readonly boolean[])[]): Buffer {
  const side = modules.length;
  const stride = 1 + side;
  const pixels = Buffer.alloc(stride * side * pixelsPerModule);
  modules.forEach((row, y) => {
    const start = y * pixelsPerModule * stride;
    // The first byte of a row names its filter, and 0 is none.
    row.forEach((isDark, x) => {
      pixels[start + 1 + x] = isDark ? dark : light;
    });
    for (let copy = 1; copy < pixelsPerModule; copy++) pixels.copyWithin(start + copy * stride, start, start + stride);
  });

  return pngOf(side * pixelsPerModule, 'blackAndWhite', pixels, 1);
}

/** Bit depth and colour type. */
const kinds = { blackAndWhite: [1, 0], redGreenBlueAlpha: [8, 6] } as const;

/** A square PNG of rows that each begin with their filter. */
export function pngOf(side: number, kind: keyof typeof kinds, rows: Buffer, level: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  [header[8], header[9]] = kinds[kind];
  // Compression, filter and interlace stay 0.
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level })),
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
