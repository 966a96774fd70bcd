import { pngOf } from './png.ts';

/** A box with rounded corners; with the greatest radius it is a circle. Lengths are parts of the whole picture's 96. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
  radius: number;
  /** `#rrggbb` */
  colour: string;
}

const side = 96;
const pixelsPerPart = 2;

/** A picture of boxes, each one over those before. */
export function boxesAsSvg(boxes: readonly Box[]): string {
  const drawn = boxes.map(
    ({ x, y, width, height, radius, colour }) =>
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${colour}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" role="img" aria-label="">${drawn.join('')}</svg>`;
}

/** The same as a PNG, for phones: their image loaders read no SVG. */
export function boxesAsPng(boxes: readonly Box[]): Buffer {
  const pixels = side * pixelsPerPart;
  const rows = Array.from({ length: pixels }, (_, row) => {
    const y = (row + 0.5) / pixelsPerPart;
    const colours = Array.from({ length: pixels }, (_, column) => colourAt((column + 0.5) / pixelsPerPart, y, boxes));
    // The first byte of a row names its filter, and 0 is none.
    return Buffer.from([0, ...colours.flat()]);
  });
  return pngOf(pixels, 'redGreenBlueAlpha', Buffer.concat(rows), 9);
}

/** Red, green, blue and alpha at a point. */
function colourAt(x: number, y: number, boxes: readonly Box[]): number[] {
  let [red, green, blue, alpha] = [0, 0, 0, 0];
  for (const box of boxes) {
    const cover = coverOf(box, x, y);
    if (cover === 0) continue;
    const next = cover + alpha * (1 - cover);
    const mixed = (under: number, at: number) =>
      (Number.parseInt(box.colour.slice(at, at + 2), 16) * cover + under * alpha * (1 - cover)) / next;
    [red, green, blue, alpha] = [mixed(red, 1), mixed(green, 3), mixed(blue, 5), next];
  }
  return [red, green, blue, alpha * 255].map(Math.round);
}

/** How much of a pixel the box covers, 0 to 1, by its distance from the edge. */
function coverOf({ x: left, y: top, width, height, radius }: Box, x: number, y: number): number {
  const beyond = (at: number, start: number, length: number) => Math.abs(at - start - length / 2) - length / 2 + radius;
  const [across, down] = [beyond(x, left, width), beyond(y, top, height)];
  const distance = Math.hypot(Math.max(across, 0), Math.max(down, 0)) + Math.min(Math.max(across, down), 0) - radius;
  return Math.min(1, Math.max(0, 0.5 - distance * pixelsPerPart));
}
