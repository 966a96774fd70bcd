import { colors, paper } from './tokens.ts';

/** The product's mark: a code's corners around a tick, in a box of 32. */
export const markPaths = [
  'M8 12.5V9.5A1.5 1.5 0 0 1 9.5 8h3M19.5 8h3A1.5 1.5 0 0 1 24 9.5v3M24 19.5v3a1.5 1.5 0 0 1-1.5 1.5h-3M12.5 24h-3A1.5 1.5 0 0 1 8 22.5v-3',
  'm12 16.3 2.8 2.8 5.4-5.8',
];

/** The mark as a picture, which looks the same on light and on dark. */
export const markPicture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${colors.accent[0]}"/><g fill="none" stroke="${paper}" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round">${markPaths
  .map((path) => `<path d="${path}"/>`)
  .join('')}</g></svg>`;
