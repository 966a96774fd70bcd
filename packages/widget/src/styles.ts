import { widgetColor } from './look/sheet.ts';
import { constants, paper } from './look/tokens.ts';

/**
 * Public are the `--passbeam-*` variables and the README's parts. Constructed, so a strict `style-src` needs no exception. Builds put the
 * text here as it is after the tokens were filled in (scripts/dense-styles.ts).
 */
export const css = `
:host {
  display: inline-block;
  max-inline-size: 100%;
}
:host([hidden]) { display: none; }

*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
p { margin: 0; }

/* Each colour has a light and a dark value, and an empty --l or --d removes its own. It replaces light-dark(), which some promised browsers lack. */
[part="card"] {
  color-scheme: light;
  --l: initial;
  --d: var(--none,);
  --_size: var(--passbeam-size, 240px);
  --_surface: var(--passbeam-surface, ${widgetColor('surface')});
  --_text: var(--passbeam-text, ${widgetColor('text')});
  --_muted: var(--passbeam-muted, ${widgetColor('soft')});
  --_border: var(--passbeam-border, ${widgetColor('line')});
  --_tint: var(--passbeam-tint, ${widgetColor('raised')});
  --_accent: var(--passbeam-accent, ${widgetColor('accent')});
  --_on-accent: var(--passbeam-on-accent, ${widgetColor('accent-ink')});
  --_success: var(--passbeam-success, ${widgetColor('good')});
  --_on-success: ${widgetColor('good-ink')};
  --_danger: var(--passbeam-danger, ${widgetColor('bad')});
  --_edge: var(--l, var(--_border)) var(--d, transparent);
  --_radius: var(--passbeam-radius, ${constants['radius-card']});
  display: flex;
  flex-direction: column;
  align-items: center;
  inline-size: calc(var(--_size) + 82px);
  max-inline-size: 100%;
  padding: 24px;
  border: 1px solid var(--_border);
  border-radius: var(--_radius);
  background: var(--_surface);
  color: var(--_text);
  font: 400 15px/1.45 var(--passbeam-font, ${constants.sans});
  text-align: center;
  outline: none;
}
[part="card"][data-theme="dark"] {
  color-scheme: dark;
  --l: var(--none,);
  --d: initial;
}

[part="plate"] {
  position: relative;
  inline-size: 100%;
  max-inline-size: calc(var(--_size) + 32px);
  border-radius: calc(var(--_radius) * .7);
  overflow: hidden;
  isolation: isolate;
  background: var(--_tint);
  -webkit-print-color-adjust: exact;
}
[part="plate"]::before { content: ""; display: block; padding-block-start: 100%; }
/* White paper with a quiet zone, whatever the theme and whatever darkens the page: scanners need dark modules on white. */
.paper {
  position: absolute;
  inset: 0;
  padding: 16px;
  background: ${paper};
  border-radius: inherit;
  box-shadow: inset 0 0 0 1px var(--_edge);
  forced-color-adjust: none;
  transition: filter .25s;
}
.ground {
  position: absolute;
  inset: 0;
  inline-size: 100%;
  block-size: 100%;
}
[part="code"] {
  position: relative;
  display: block;
  inline-size: 100%;
  block-size: 100%;
  object-fit: contain;
  image-rendering: pixelated;
}
/* The logo has an eighth of the width: half of what the lowest error correction repairs, so the code is read as if it were not there. */
[part="logo"] {
  position: absolute;
  inset: 0;
  margin: auto;
  inline-size: 12%;
  block-size: 12%;
  padding: 2px;
  border-radius: 22%;
  background: ${paper};
  object-fit: contain;
}
[part="veil"] {
  position: absolute;
  inset: 0;
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 18px;
  padding: 16px;
  isolation: isolate;
}
[part="veil"]::before {
  content: "";
  position: absolute;
  inset: 0;
  z-index: -1;
  background: var(--_tint);
  opacity: .88;
}
.veiled .paper { filter: blur(5px); transform: scale(1.08); }
.bare .paper { visibility: hidden; }

[part="icon"] {
  display: grid;
  place-items: center;
  inline-size: 64px;
  block-size: 64px;
  border-radius: 50%;
  background: var(--_surface);
  box-shadow: 0 0 0 1px var(--_border);
  color: var(--_muted);
}
[part="icon"] svg { inline-size: 28px; block-size: 28px; }
[data-state="authorized"] [part="icon"] { color: var(--_success); }
[data-state="error"] [part="icon"], [data-state="cancelled"] [part="icon"] { color: var(--_danger); }

.spinner {
  inline-size: 40px;
  block-size: 40px;
  border: 3px solid var(--_border);
  border-block-start-color: var(--_accent);
  border-radius: 50%;
  animation: turn .9s linear infinite;
}
@keyframes turn { to { transform: rotate(1turn); } }

.person { position: relative; }
[part="avatar"] {
  display: grid;
  place-items: center;
  inline-size: 96px;
  block-size: 96px;
  border-radius: 50%;
  overflow: hidden;
  background: var(--_surface);
  box-shadow: 0 0 0 1px var(--_border);
  color: var(--_muted);
  font-size: 36px;
  font-weight: 600;
}
[part="avatar"] svg { inline-size: 44px; block-size: 44px; }
[part="avatar"] img { inline-size: 100%; block-size: 100%; object-fit: cover; }
.badge {
  position: absolute;
  inset-block-end: -4px;
  inset-inline-end: -4px;
  display: grid;
  place-items: center;
  inline-size: 34px;
  block-size: 34px;
  border: 3px solid var(--_surface);
  border-radius: 50%;
  background: var(--_accent);
  color: var(--_on-accent);
}
.badge svg { inline-size: 16px; block-size: 16px; stroke-width: 2.5; }
[data-state="authorized"] .badge { background: var(--_success); color: var(--_on-success); }

button, a {
  min-block-size: 44px;
  max-inline-size: 100%;
  padding: 8px 18px;
  border: 1px solid transparent;
  border-radius: ${constants['radius-round']};
  font: inherit;
  font-weight: 600;
  line-height: 1.3;
  text-decoration: none;
  cursor: pointer;
}
a { display: grid; place-content: center; }
button:focus-visible, a:focus-visible, [part="card"]:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
[part="button"] { background: var(--_accent); color: var(--_on-accent); }
button:hover { filter: brightness(1.1); }
[part="not-me"] { padding-inline: 12px; background: transparent; border-color: var(--_muted); color: var(--_text); font-size: 13px; }

/* Leaves room for the longest wording, so that the card keeps its height in all states. */
.words { inline-size: 100%; min-block-size: 82px; margin-block-start: 20px; }
[part="title"] {
  overflow-wrap: anywhere;
  font-size: 18px;
  font-weight: 650;
  line-height: 1.35;
}
[part="detail"] { margin-block-start: 4px; color: var(--_muted); font-size: 14px; text-wrap: balance; }
[part="countdown"]:empty { display: none; }
[part="countdown"] {
  margin-block-start: 8px;
  color: var(--_muted);
  font-size: 13px;
  font-variant-numeric: tabular-nums;
}

@media (prefers-reduced-motion: reduce) {
  *, ::before, ::after { animation: none !important; transition: none !important; }
}
@media (prefers-contrast: more) {
  [part="card"] { --_muted: var(--_text); --_border: var(--_text); }
  [part="veil"]::before { opacity: 1; }
}
@media (forced-colors: active) {
  [part="veil"]::before { background: Canvas; opacity: 1; }
  [part="plate"], button, [part="icon"], [part="avatar"] { border: 1px solid ButtonBorder; }
  .spinner { border-block-start-color: Highlight; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** Adds the sheet to a root. It is built at the first use, so that importing this file has no effect, and all widgets of a page share it. */
export function addStyles(root: ShadowRoot): void {
  try {
    if (sheet === undefined) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
  } catch {
    sheet = undefined;
  }
  if (root.adoptedStyleSheets?.length) return;
  // Some browsers from before 2023 need a style element; their pages must allow it in their policy.
  const style = document.createElement('style');
  style.textContent = css;
  root.append(style);
}
