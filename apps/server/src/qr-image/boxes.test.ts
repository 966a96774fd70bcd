import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { type Box, boxesAsPng, boxesAsSvg } from './boxes.ts';

const boxes: Box[] = [
  { x: 0, y: 0, width: 96, height: 96, radius: 22, colour: '#102030' },
  { x: 28, y: 28, width: 40, height: 40, radius: 20, colour: '#ffffff' },
];

it('a PNG has the colours of the SVG, and clear corners', () => {
  const png = boxesAsPng(boxes);
  expect([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]]).toEqual([192, 192, 8, 6]);
  const start = png.indexOf('IDAT') + 4;
  const pixels = inflateSync(png.subarray(start, start + png.readUInt32BE(start - 8)));
  const at = (x: number, y: number) => [...pixels.subarray(y * 769 + 1 + x * 4, y * 769 + 5 + x * 4)];
  expect(at(96, 96)).toEqual([255, 255, 255, 255]);
  expect(at(20, 96)).toEqual([0x10, 0x20, 0x30, 255]);
  expect(at(60, 60)).toEqual([0x10, 0x20, 0x30, 255]);
  expect(at(0, 0)[3]).toBe(0);
  const [red] = at(56, 96);
  expect(red).toBeGreaterThan(0x10);
  expect(png.length).toBeLessThan(8 * 1024);
  expect(boxesAsSvg(boxes)).toContain('<rect x="28" y="28" width="40" height="40" rx="20" fill="#ffffff"/>');
});
