/**
 * The one place for colours, radii, shadows and fonts of everything that people see: widget, sign-in page, console, demo and the server's
 * own pages. `sheet.ts` makes custom properties of the same names from them (`surface` is `--surface`).
 */

/** Colours on light and on dark. */
export const colors = {
  /** Behind everything. */
  ground: ['#f3f5f9', '#0e1014'],
  /** Cards, tables, inputs. */
  surface: ['#ffffff', '#16191f'],
  /** A quiet part of a surface: heads of tables, notices, what the pointer is over. */
  raised: ['#f4f6fa', '#1e222a'],
  /** What is chosen among others: the current page in a list, a tag. */
  chosen: ['#e9edf4', '#272c36'],
  /** What is chosen on a raised ground: the current one of a row of tabs. */
  lifted: ['#ffffff', '#323844'],
  line: ['#e2e6ed', '#2a2f39'],
  /** Edges of controls, which must be seen by themselves. */
  'line-strong': ['#868e9f', '#7c8496'],
  text: ['#14171f', '#f0f2f7'],
  soft: ['#586071', '#a5adbd'],
  accent: ['#2456e6', '#8fb0ff'],
  'accent-strong': ['#1d47c4', '#a9c3ff'],
  'accent-ink': ['#ffffff', '#0b1633'],
  'accent-ground': ['#e9effd', '#1b2745'],
  good: ['#14713f', '#7fd6a2'],
  'good-ink': ['#ffffff', '#07210f'],
  'good-ground': ['#e4f4ea', '#14301f'],
  warn: ['#6a4500', '#ffdf9e'],
  'warn-ground': ['#fff4dc', '#33290f'],
  bad: ['#b3261e', '#ff9d94'],
  'bad-strong': ['#8f1d17', '#ffb8b1'],
  'bad-ink': ['#ffffff', '#3a0d09'],
  'bad-ground': ['#fcecea', '#3a1b19'],
  /** Steps of a login in charts before the confirmation, which is `accent`, and the exchange, which is `good`. */
  'step-created': ['#8a94a8', '#8b94a6'],
  'step-scanned': ['#0e8aa8', '#5cc8e0'],
  /** The two parts of a shadow. */
  'shade-near': ['rgb(20 26 45 / 6%)', 'rgb(0 0 0 / 30%)'],
  'shade-far': ['rgb(20 26 45 / 10%)', 'rgb(0 0 0 / 35%)'],
} as const satisfies Record<string, readonly [light: string, dark: string]>;

export type ColorName = keyof typeof colors;

/** Under a QR code or a logo, whose own colours were chosen for white paper. */
export const paper = '#ffffff';

/** What is the same on light and on dark. */
export const constants = {
  paper,
  shadow: '0 1px 2px var(--shade-near), 0 16px 40px var(--shade-far)',
  /** Small things inside others: keys, marks, buttons within inputs. */
  'radius-small': '6px',
  /** Controls. */
  radius: '10px',
  /** What holds several things: sections, tables, notices. */
  'radius-large': '14px',
  /** A card that is the whole page, and dialogs. */
  'radius-card': '20px',
  'radius-round': '999px',
  sans: 'system-ui, "PingFang SC", "Microsoft YaHei", sans-serif',
  mono: 'ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace',
} as const;
