import { writeFileSync } from 'node:fs';
import encodeQr from 'qr';

const width = 640;
const height = 480;
/** The grey around the code, neither paper nor ink. */
const desk = 180;
const paper = 235;
const ink = 16;

/** Writes the film that Chromium's fake camera shows when it is opened next: a QR code with this text, lying on a desk. */
export function putBeforeCamera(file: string, text: string): void {
  const modules = encodeQr(text, 'raw', { ecc: 'medium', border: 4 });
  const side = Math.floor((height * 0.9) / modules.length);
  const left = Math.floor((width - modules.length * side) / 2);
  const top = Math.floor((height - modules.length * side) / 2);
  const luma = Buffer.alloc(width * height, desk);
  for (const [row, cells] of modules.entries()) {
    for (const [column, isDark] of cells.entries()) {
      for (let line = 0; line < side; line += 1) {
        const start = (top + row * side + line) * width + left + column * side;
        luma.fill(isDark ? ink : paper, start, start + side);
      }
    }
  }
  const frame = [Buffer.from('FRAME\n'), luma, Buffer.alloc((width * height) / 2, 128)];
  const header = Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`);
  writeFileSync(file, Buffer.concat([header, ...frame, ...frame]));
}
