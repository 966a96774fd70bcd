import { colors, paper } from '@passbeam/widget/look/tokens';
import type { Box } from '../../../qr-image/boxes.ts';
import type { App } from '../../server/app.ts';
import { publicDrawing, publicPicture } from './assets.ts';

const [accent] = colors.accent;
/** For applications without a logo: a window with a door. */
const defaultLogo: Box[] = [
  { x: 0, y: 0, width: 96, height: 96, radius: 22, colour: accent },
  { x: 26.5, y: 22.5, width: 43, height: 47, radius: 11.5, colour: paper },
  { x: 33.5, y: 29.5, width: 29, height: 47, radius: 4.5, colour: accent },
  { x: 18.5, y: 64.5, width: 59, height: 7, radius: 3.5, colour: paper },
  { x: 52.5, y: 44.5, width: 7, height: 7, radius: 3.5, colour: paper },
];

const line = (path: string) =>
  `<path d="${path}" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>`;
const fill = (path: string, colour = 'currentColor') => `<path d="${path}" fill="${colour}"/>`;
const dot = (x: number, y: number, r = 1.2) => `<circle cx="${x}" cy="${y}" r="${r}" fill="currentColor"/>`;
const disc = (colour: string, mark: string) =>
  `<circle cx="12" cy="12" r="10" fill="${colour}"/><path d="${mark}" fill="none" stroke="${paper}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>`;

const eye = line('M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z');
const closedEye = line('M3 9c2 3.3 5.2 5 9 5s7-1.7 9-5M12 14v4M6 12.5l-2 3M18 12.5l2 3');
const person = line('M12 3a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM4 21c.5-4 3.5-6 8-6s7.5 2 8 6');
const phone = line('M8 2h8a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zM11 18.5h2');
const letter = line('M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1zM3.5 7l8.5 6 8.5-6');
const clock = line('M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3.5 2');
const squares = fill(
  'M2 2h9v9H2zM4 4v5h5V4zM5.5 5.5h2v2h-2zM13 2h9v9h-9zM15 4v5h5V4zM16.5 5.5h2v2h-2zM2 13h9v9H2zM4 15v5h5v-5zM5.5 16.5h2v2h-2zM13 13h4v4h-4zM18 13h4v3h-4zM13 18h3v4h-3zM18 18h4v4h-4z',
);

/** Drawings of our own, by the names that Guard asks for. */
const icons: Record<string, string> = {
  'a-erweima22': `<g fill-rule="evenodd">${squares}</g>`,
  // Guard shows the corner of these two that points away from its box.
  diannao: line('M12 2.5h9.5v6.5h-9.5zM16.75 9v2.5M14.5 11.5h4.5'),
  'checkbox-circle-fill': disc(colors.good[0], 'M7.5 12.5l3 3 6-6.5'),
  'refer-qr-code': disc(colors.accent[0], 'M16.5 12a4.5 4.5 0 1 1-1.4-3.25M16.2 6.5v2.7h-2.7'),
  'a-user-line1': person,
  'user-received-2-line': person,
  'account-circle-line': person,
  face: person,
  'a-lock-line1': line(
    'M6 10h12a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM8 10V7a4 4 0 0 1 8 0v3M12 14v3',
  ),
  'a-shield-check-line1': line('M12 2.5l8 3v6c0 5-3.3 8.3-8 10-4.7-1.7-8-5-8-10v-6zM8.5 12l2.5 2.5 4.5-5'),
  'a-smartphone-line1': phone,
  phone,
  'a-mail-line3': letter,
  mail: letter,
  'a-eye-line1': eye,
  'authing-eye-fill': eye,
  'a-eye-close-line1': closedEye,
  'authing-eye-off-fill': closedEye,
  otp: clock,
  totp: clock,
  'a-question-line1': line('M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM9.5 9.5A2.5 2.5 0 1 1 12 12v2') + dot(12, 17),
  'information-fill': disc(colors.accent[0], 'M12 11v6M12 7v.01'),
  'error-warning-fill1': disc(colors.bad[0], 'M12 7v6M12 17v.01'),
  'indeterminate-circle-line': line('M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM8 12h8'),
  'a-share-forward-line1': line('M13 5l7 6-7 6v-4c-4 0-7 1-9 5 0-6 3-10 9-10z'),
  bind: line('M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1'),
  'slideshow-3-line': line('M3 4h18v13H3zM10 8v5l4-2.5zM12 17v4M8 21h8'),
  'add-line': line('M12 5v14M5 12h14'),
  'close-line': line('M6 6l12 12M18 6L6 18'),
  'more-fill': dot(5, 12, 1.8) + dot(12, 12, 1.8) + dot(19, 12, 1.8),
  'arrow-left-s-line': line('M14.5 6l-6 6 6 6'),
  'arrow-down-s-fill': fill('M6 9h12l-6 7z'),
  bianzu: line('M4 6h16v12H4zM4 10h16M8 14h5'),
};

const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${Object.entries(icons)
  .map(([name, drawing]) => `<symbol id="authing-${name}" viewBox="0 0 24 24">${drawing}</symbol>`)
  .join('')}</svg>`;

/** Guard's icons, which it fetches from `cdnBase` and does not start without (wire 8.2), and the logo of applications that have none. */
export function guardPictureRoutes(app: App): void {
  publicPicture(app, '/svg-string/guard', 'image/svg+xml', () => sprite);
  publicDrawing(app, '/logos/default', defaultLogo);
}
