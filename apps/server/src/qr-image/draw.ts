import { encodeQR } from 'qr';
import { encodePng } from './png.ts';

/** Modules of quiet zone on each side, as ISO/IEC 18004 asks. */
const quietZone = 4;
const pixelsPerModule = 8;

/** Bytes the largest QR code holds (ISO/IEC 18004, version 40, byte mode), by error correction. */
const capacityBytes = { low: 2953, high: 1273 } as const;

const correction = (hasLogo: boolean) => (hasLogo ? 'high' : 'low');

export function fitsQr(text: string, hasLogo: boolean): boolean {
  return Buffer.byteLength(text) <= capacityBytes[correction(hasLogo)];
}

/**
 * Draws the code's text. Without a logo the lowest error correction gives the fewest, and so the largest, modules: a
 * screen is not scratched. A logo in the middle hides some and needs the highest (contract 2.9).
 */
export function drawQr(text: string, format: 'png' | 'svg', hasLogo: boolean): Buffer | string {
  const options = { ecc: correction(hasLogo), border: quietZone } as const;
  return format === 'svg' ? encodeQR(text, 'svg', options) : encodePng(encodeQR(text, 'raw', options), pixelsPerModule);
}
