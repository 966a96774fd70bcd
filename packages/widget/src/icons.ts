const svgSpace = 'http://www.w3.org/2000/svg';

/** SVG paths on a field of 24 x 24, drawn for this widget. */
const strokes = {
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  clock: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.5l3 1.5',
  phone: 'M7 3h10v18H7zM11 18h2',
  offline: 'M4 4l16 16M3 9.5a14 14 0 0 1 4-2.4M11 5.6a14 14 0 0 1 10 3.9M6 13a9 9 0 0 1 6-2.6M12 20h.01',
  warning: 'M12 9v5M12 17h.01M12 3L2 20.5h20z',
  pause: 'M9 6v12M15 6v12',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5a7.5 7.5 0 0 1 15 0',
} as const;

export type IconName = keyof typeof strokes;

export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS(svgSpace, 'svg');
  const path = document.createElementNS(svgSpace, 'path');
  const look = {
    viewBox: '0 0 24 24',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.8',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  };
  for (const [attribute, value] of Object.entries(look)) svg.setAttribute(attribute, value);
  path.setAttribute('d', strokes[name]);
  svg.append(path);
  return svg;
}
