import { type ColorName, colors, constants } from './tokens.ts';

/** The tokens as custom properties, for every browser: light, or dark where the system asks for it. */
export const systemSheet = `:root{color-scheme:light dark;${declare(({ light }) => light)}${declareConstants()}}
@media (prefers-color-scheme:dark){:root{${declare(({ dark }) => dark)}}}
`;

/** The same for a page on which people choose, by its `color-scheme`. Vite lowers light-dark() for browsers that lack it. */
export const choiceSheet = `:root{color-scheme:light dark;${declare(({ light, dark }) => `light-dark(${light},${dark})`)}${declareConstants()}}
`;

function declare(value: (color: { light: string; dark: string }) => string): string {
  return Object.entries(colors)
    .map(([name, [light, dark]]) => `--${name}:${value({ light, dark })};`)
    .join('');
}

function declareConstants(): string {
  return Object.entries(constants)
    .map(([name, value]) => `--${name}:${value};`)
    .join('');
}

/** A colour in the widget's own sheet, where `--l` and `--d` remove the one that does not apply. */
export function widgetColor(name: ColorName): string {
  const [light, dark] = colors[name];
  return `var(--l, ${light}) var(--d, ${dark})`;
}
