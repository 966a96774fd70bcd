/**
 * Looks. Public surface: the `--passbeam-*` variables and the parts named in the README; everything else may change.
 * A constructed sheet, so that a page with a strict `style-src` needs no exception.
 */
const css = `
:host {
  display: inline-block;
  max-inline-size: 100%;
  color-scheme: light dark;
  --_size: var(--passbeam-size, 240px);
  --_font: var(--passbeam-font, system-ui, -apple-system, "Segoe UI", Roboto, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif);
  --_surface: var(--passbeam-surface, light-dark(#fff, #17191f));
  --_text: var(--passbeam-text, light-dark(#14171f, #f2f4f8));
  --_muted: var(--passbeam-muted, light-dark(#5a6272, #a4adbd));
  --_border: var(--passbeam-border, light-dark(#e2e6ed, #2e333f));
  --_tint: var(--passbeam-tint, light-dark(#f4f6fa, #21252e));
  --_accent: var(--passbeam-accent, light-dark(#2456e6, #8fb0ff));
  --_on-accent: var(--passbeam-on-accent, light-dark(#fff, #0b1633));
  --_success: var(--passbeam-success, light-dark(#137a43, #5fd694));
  --_danger: var(--passbeam-danger, light-dark(#b3261e, #ff9d94));
  --_radius: var(--passbeam-radius, 20px);
}
:host([hidden]) { display: none; }
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }

*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
p { margin: 0; }

[part="card"] {
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
  font: 400 15px/1.45 var(--_font);
  text-align: center;
  outline: none;
}

[part="plate"] {
  position: relative;
  inline-size: 100%;
  max-inline-size: calc(var(--_size) + 32px);
  aspect-ratio: 1;
  border-radius: calc(var(--_radius) * .7);
  overflow: hidden;
  isolation: isolate;
  background: var(--_tint);
}
/* The code needs paper: dark modules on white with a quiet zone, whatever the theme around it. */
.paper {
  position: absolute;
  inset: 0;
  padding: 16px;
  background: #fff;
  border-radius: inherit;
  box-shadow: inset 0 0 0 1px light-dark(var(--_border), transparent);
  forced-color-adjust: none;
  transition: filter .25s, opacity .25s;
}
[part="code"] {
  display: block;
  inline-size: 100%;
  block-size: 100%;
  object-fit: contain;
  image-rendering: pixelated;
}
/* An eighth of the width: half of what the lowest error correction makes good, so the code is read as without it. */
[part="logo"] {
  position: absolute;
  inset: 0;
  margin: auto;
  inline-size: 12%;
  block-size: 12%;
  padding: 2px;
  border-radius: 22%;
  background: #fff;
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
  background: color-mix(in srgb, var(--_tint) 88%, transparent);
  animation: appear .25s ease-out;
}
.veiled .paper { filter: blur(5px); transform: scale(1.08); }
.bare .paper { visibility: hidden; }
@keyframes appear { from { opacity: 0; } }

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
  box-shadow: 0 0 0 1px var(--_border), 0 0 0 6px var(--_surface), 0 6px 24px rgb(0 0 0 / .12);
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
[data-state="scanned"] .badge { animation: nudge 2.4s ease-in-out infinite; }
[data-state="authorized"] .badge { background: var(--_success); color: light-dark(#fff, #07210f); }
@keyframes nudge { 0%, 60%, 100% { transform: none; } 70%, 90% { transform: rotate(-8deg); } 80% { transform: rotate(8deg); } }

button {
  min-block-size: 40px;
  max-inline-size: 100%;
  padding: 8px 18px;
  border: 1px solid transparent;
  border-radius: 999px;
  font: inherit;
  font-weight: 600;
  line-height: 1.3;
  cursor: pointer;
  transition: filter .15s, background-color .15s;
}
button:focus-visible, [part="card"]:focus-visible { outline: 3px solid var(--_accent); outline-offset: 2px; }
[part="button"] { background: var(--_accent); color: var(--_on-accent); }
[part="button"]:hover { filter: brightness(1.1); }
[part="not-me"] { background: transparent; border-color: color-mix(in srgb, var(--_muted) 50%, transparent); color: var(--_text); font-size: 14px; }
[part="not-me"]:hover { background: var(--_surface); }

/* Room for every wording, so that the card keeps its height from state to state. */
.words { inline-size: 100%; min-block-size: 82px; margin-block-start: 20px; }
[part="title"] {
  display: -webkit-box;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 2;
  overflow: hidden;
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
  :host { --_muted: var(--_text); --_border: var(--_text); }
  [part="veil"] { background: var(--_tint); }
}
@media (forced-colors: active) {
  [part="veil"] { background: Canvas; }
  [part="plate"], button, [part="icon"], [part="avatar"] { border: 1px solid ButtonBorder; }
  .spinner { border-block-start-color: Highlight; }
  button:focus-visible { outline-color: Highlight; }
}
`;

let sheet: CSSStyleSheet | undefined;

/** Built at first use and shared by every widget of the page: importing this file touches nothing. */
export function styleSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  return sheet;
}
