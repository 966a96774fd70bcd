import { markPaths } from '@passbeam/widget/look/mark';

/** Drawn on a grid of 20, as lines. Beside a text they say nothing to a screen reader. */
const paths = {
  overview: 'M3 16V9m5 7V4m5 12v-5m5 5V7',
  applications:
    'M3 4.5A1.5 1.5 0 0 1 4.5 3h3A1.5 1.5 0 0 1 9 4.5v3A1.5 1.5 0 0 1 7.5 9h-3A1.5 1.5 0 0 1 3 7.5zM11 4.5A1.5 1.5 0 0 1 12.5 3h3A1.5 1.5 0 0 1 17 4.5v3A1.5 1.5 0 0 1 15.5 9h-3A1.5 1.5 0 0 1 11 7.5zM3 12.5A1.5 1.5 0 0 1 4.5 11h3A1.5 1.5 0 0 1 9 12.5v3A1.5 1.5 0 0 1 7.5 17h-3A1.5 1.5 0 0 1 3 15.5zM14 11v6m-3-3h6',
  users:
    'M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6M2 16.5c0-2.8 2.4-4.5 5.5-4.5s5.5 1.7 5.5 4.5M13 3.8a3 3 0 0 1 0 5.4M15 12.5c1.8.6 3 2 3 4',
  live: 'M3 6.5V4.5A1.5 1.5 0 0 1 4.5 3h2M13.5 3h2A1.5 1.5 0 0 1 17 4.5v2M17 13.5v2a1.5 1.5 0 0 1-1.5 1.5h-2M6.5 17h-2A1.5 1.5 0 0 1 3 15.5v-2M3 10h14',
  logins:
    'M8 4V3.5A1.5 1.5 0 0 1 9.5 2h6A1.5 1.5 0 0 1 17 3.5v13a1.5 1.5 0 0 1-1.5 1.5h-6A1.5 1.5 0 0 1 8 16.5V16M2 10h10m-3-3 3 3-3 3',
  audit: 'M5.5 2.5h6l4 4v9a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-11a2 2 0 0 1 2-2M7 10h6M7 13.5h4M11 3v4h4',
  settings:
    'M3 6h7m5 0h2M3 14h2m5 0h7M12.5 8.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M7.5 16.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5',
  keys: 'M13 11a4.5 4.5 0 1 0-4.3-3.2L2.5 14v3.5H6v-2h2v-2h1.5L11 12M13.5 6.5v.01',
  administrators: 'M10 2 3.5 4.5v5c0 4 2.7 7 6.5 8.5 3.8-1.5 6.5-4.5 6.5-8.5v-5zM7.3 10l2 2 3.5-3.8',
  installation:
    'M3.5 4.5a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1zM3.5 12.5a1 1 0 0 1 1-1h11a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1zM6.5 6v.01M6.5 14v.01',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12m4.3-1.7L17.5 17.5',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  close: 'M5 5l10 10M15 5 5 15',
  check: 'm4 10.5 4 4 8-9',
  chevron: 'm6 8 4 4 4-4',
  right: 'm8 5 5 5-5 5',
  left: 'm12 5-5 5 5 5',
  copy: 'M7 7.5A1.5 1.5 0 0 1 8.5 6h6A1.5 1.5 0 0 1 16 7.5v8a1.5 1.5 0 0 1-1.5 1.5h-6A1.5 1.5 0 0 1 7 15.5zM4 13.5v-9A1.5 1.5 0 0 1 5.5 3h6.5',
  warning:
    'M10 7v4m0 3v.01M8.7 3.2 2.2 14.5A1.5 1.5 0 0 0 3.5 17h13a1.5 1.5 0 0 0 1.3-2.5L11.3 3.2a1.5 1.5 0 0 0-2.6 0',
  info: 'M10 9.5v4M10 6.5v.01M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15',
  lock: 'M5 9.5h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  plus: 'M10 4v12M4 10h12',
  more: 'M4.5 10v.01M10 10v.01M15.5 10v.01',
  website:
    'M3 5.5A1.5 1.5 0 0 1 4.5 4h11A1.5 1.5 0 0 1 17 5.5v9a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14.5zM3 8h14M5.5 6v.01M8 6v.01',
  phone: 'M6.5 2.5h7a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1h-7a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1M9 15h2',
  page: 'm7 7-3.5 3L7 13m6-6 3.5 3-3.5 3m-2-8-2 10',
  service: 'M3.5 13.5a3.5 3.5 0 0 1 .8-6.9 5.5 5.5 0 0 1 10.6 1.2 3 3 0 0 1 .1 5.9M7 15l3-3 3 3m-3-3v6',
  sun: 'M10 13.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M10 1.5v2m0 13v2M1.5 10h2m13 0h2M4 4l1.4 1.4m9.2 9.2L16 16M4 16l1.4-1.4m9.2-9.2L16 4',
  download: 'M10 3v9m-3.5-3 3.5 3.5L13.5 9M3.5 16.5h13',
  refresh: 'M16.5 10a6.5 6.5 0 1 1-2-4.7L16.5 7M16.5 3v4h-4',
  pause: 'M7 4.5v11M13 4.5v11',
  play: 'm6.5 4 9 6-9 6z',
  out: 'M12 4V3.5A1.5 1.5 0 0 0 10.5 2h-6A1.5 1.5 0 0 0 3 3.5v13A1.5 1.5 0 0 0 4.5 18h6a1.5 1.5 0 0 0 1.5-1.5V16M8 10h10m-3-3 3 3-3 3',
  person: 'M10 9.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M3.5 17.5c0-3.2 2.9-5 6.5-5s6.5 1.8 6.5 5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" width={size} height={size} aria-hidden="true">
      <path
        d={paths[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** The product's mark: a code's corners around a tick. */
export function Mark({ size = 26 }: { size?: number }) {
  return (
    <svg className="mark" viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
      <rect width="32" height="32" rx="9" fill="var(--accent)" />
      <g fill="none" stroke="var(--accent-ink)" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        {markPaths.map((path) => (
          <path key={path} d={path} />
        ))}
      </g>
    </svg>
  );
}
