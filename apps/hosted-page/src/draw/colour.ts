import { colors, paper } from '@passbeam/widget/look/tokens';

/** The grounds on which accents are hardest to read. */
export const grounds = { light: colors.raised[0], dark: colors.raised[1] } as const;
/** Text on an accent: white where that can be read, else the dark of our texts. */
const inks = { light: paper, dark: colors.text[0] } as const;

/** What WCAG AA asks of text. */
const readable = 4.5;

export interface Accent {
  accent: string;
  /** Text on the accent. */
  ink: string;
}

/**
 * An application's colour as a page may use it for text, links and buttons: darkened on white and lightened on black, as little as it
 * takes to be read.
 */
export function accentOn(scheme: 'light' | 'dark', color: string): Accent {
  const ground = parse(grounds[scheme]);
  const towards = scheme === 'light' ? black : white;
  const wished = parse(color);
  for (let share = 0; ; share += 0.02) {
    const accent = mixed(wished, towards, Math.min(1, share));
    if (contrast(accent, ground) >= readable) return { accent: format(accent), ink: inkOn(accent) };
  }
}

type Rgb = readonly [number, number, number];
const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];

function inkOn(accent: Rgb): string {
  return contrast(accent, parse(inks.light)) >= readable ? inks.light : inks.dark;
}

export function parse(color: string): Rgb {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

const format = (color: Rgb) => `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

const mixed = ([r, g, b]: Rgb, [r2, g2, b2]: Rgb, share: number): Rgb => [
  Math.round(r + (r2 - r) * share),
  Math.round(g + (g2 - g) * share),
  Math.round(b + (b2 - b) * share),
];

/** The contrast ratio of WCAG 2, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [lighter = 0, darker = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: Rgb): number {
  const [r = 0, g = 0, b = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
