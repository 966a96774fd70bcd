import { encodeQR, type QrOpts } from 'qr';
import { encodePng, pixelsPerModule } from './png.ts';

export type PictureFormat = 'png' | 'svg';

/** Modules of quiet zone on each side, as ISO/IEC 18004 asks. */
const quietZone = 4;

/** Bytes the largest QR code holds (ISO/IEC 18004, version 40, byte mode, level L). */
const capacityBytes = 2953;

/**
 * The largest version whose modules have 4 whole pixels at the 240 that pages show the image at, its quiet zone included: 57
 * modules. Links stay within it. JSON does not, and then each module lost makes cameras miss more than damage does.
 */
const comfortable = {
  version: 8,
  /** With 15 % made good. */
  mediumBytes: 152,
  /** With 30 % made good, so that it is read with its middle painted over. In a smaller version too much is covered. */
  highBytes: 84,
};

export function fitsQr(text: string): boolean {
  return Buffer.byteLength(text) <= capacityBytes;
}

/**
 * Whether official clients may paint a logo over the middle, by a circle of width / 2.4 (wire 2.9), with the code still readable:
 * a logo must not cost a login.
 */
export function bearsLogo(text: string): boolean {
  return Buffer.byteLength(text) <= comfortable.highBytes;
}

/**
 * Draws the code's text. A long one gets the lowest error correction, for the fewest, and so the largest, modules: a screen is
 * not scratched. A logo in the middle hides some, so where it can be borne, the level is the highest.
 */
export function drawQr(text: string, format: PictureFormat, hasLogo: boolean): Buffer {
  const options: QrOpts = { border: quietZone, ...correctionOf(text, hasLogo) };
  if (format === 'png') return encodePng(encodeQR(text, 'raw', options));
  return Buffer.from(sized(encodeQR(text, 'svg', options)));
}

function correctionOf(text: string, hasLogo: boolean): QrOpts {
  if (hasLogo && bearsLogo(text)) return { ecc: 'high', version: comfortable.version };
  return { ecc: Buffer.byteLength(text) <= comfortable.mediumBytes ? 'medium' : 'low' };
}

/** Gives an SVG the size of the PNG, whole pixels for each module, and edges that stay sharp where it is scaled. */
function sized(svg: string): string {
  const pixels = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]) * pixelsPerModule;
  return svg.replace('<svg ', `<svg width="${pixels}" height="${pixels}" shape-rendering="crispEdges" `);
}
