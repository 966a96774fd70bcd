import { encodeQR, type QrOpts } from 'qr';
import { encodePng, pixelsPerModule } from './png.ts';

export type PictureFormat = 'png' | 'svg';

/** Modules of quiet zone on each side, as ISO/IEC 18004 asks. */
const quietZone = 4;

/** Bytes the largest QR code holds (ISO/IEC 18004, version 40, byte mode, level L). */
const capacityBytes = 2953;

/**
 * The versions in which a code is still read with its middle painted over, and how many bytes each holds at level H. In a
 * smaller one too much is covered. A larger one has modules of less than 3.5 pixels at the 240 that pages show the image
 * at, its quiet zone included, and cameras begin to miss.
 */
const versionsForLogos = [
  { version: 8, bytes: 84 },
  { version: 9, bytes: 98 },
  { version: 10, bytes: 119 },
];

export function fitsQr(text: string): boolean {
  return Buffer.byteLength(text) <= capacityBytes;
}

/**
 * Whether the middle may be painted over as official clients do it, by a circle of width / 2.4 (wire 2.9). A logo must
 * not cost a login.
 */
export function bearsLogo(text: string): boolean {
  return versionForLogo(text) !== null;
}

/**
 * Draws the code's text. The lowest error correction gives the fewest, and so the largest, modules: a screen is not
 * scratched. A logo in the middle hides some, so where it can be borne, the level is the highest.
 */
export function drawQr(text: string, format: PictureFormat, hasLogo: boolean): Buffer {
  const version = hasLogo ? versionForLogo(text) : null;
  const options: QrOpts = { border: quietZone, ecc: version === null ? 'low' : 'high', version: version ?? undefined };
  if (format === 'png') return encodePng(encodeQR(text, 'raw', options));
  return Buffer.from(sized(encodeQR(text, 'svg', options)));
}

function versionForLogo(text: string): number | null {
  const length = Buffer.byteLength(text);
  return versionsForLogos.find(({ bytes }) => length <= bytes)?.version ?? null;
}

/** An SVG with whole pixels for each module, as the PNG has, and edges that are not blurred where it is scaled. */
function sized(svg: string): string {
  const pixels = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]) * pixelsPerModule;
  return svg.replace('<svg ', `<svg width="${pixels}" height="${pixels}" shape-rendering="crispEdges" `);
}
