import { createHash } from 'node:crypto';
import type { Language } from '@passbeam/protocol';
import { systemSheet } from '@passbeam/widget/look/sheet';
import type { Application } from '../../../core/directory/application.ts';
import { cleanText } from '../../../core/users/display.ts';
import { type LinkPageWords, languageOfPage, linkPageWords } from './link-page-words.ts';

/** Where the page is looked at. Only the wording and the buttons depend on it. */
interface Viewer {
  language: Language;
  phone: 'apple' | 'android' | null;
  /** A browser inside another app, out of which links do not lead. */
  isInside: boolean;
}

/** The page once without its code, and the headers that belong to what is in it. */
export interface LinkPage {
  with(qrcodeId: string): string;
  headers: Readonly<Record<string, string>>;
}

/** More than these nobody looks through. */
const maxApps = 20;
/** Stands for the code. No name can hold it: control characters are taken out. */
const codeMark = '\0';

const style = `${systemSheet}*{box-sizing:border-box}
body{font:17px/1.55 var(--sans);margin:0;padding:clamp(1.25rem,10vh,7rem) 1.25rem 2rem;background:var(--ground);color:var(--text)}
main{max-width:27rem;margin:0 auto;padding:1.75rem 1.5rem;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-card);text-align:center}
h1{margin:.75rem 0 0;font-size:1.5rem;line-height:1.3;letter-spacing:-.01em;overflow-wrap:anywhere;text-wrap:balance}p{margin:1rem 0 0;text-wrap:balance}p:lang(zh){word-break:keep-all;overflow-wrap:anywhere}
img{width:64px;height:64px;border-radius:var(--radius-large);object-fit:contain;background:var(--paper)}ul{list-style:none;margin:1.25rem 0 0;padding:0;border-top:1px solid var(--line)}
li{padding:1.25rem 0;border-bottom:1px solid var(--line)}h2{margin:.5rem 0 0;font-size:1.125rem;overflow-wrap:anywhere}
a{color:var(--accent)}.open{display:block;margin:1.25rem 0 0;padding:.8rem 1rem;border-radius:var(--radius-round);background:var(--accent);color:var(--accent-ink);font-weight:650;text-decoration:none;overflow-wrap:anywhere}
a:focus-visible{outline:3px solid var(--accent);outline-offset:3px}.soft{color:var(--soft);font-size:.9375rem}.soft a{margin:0 .35em;white-space:nowrap}
.inside,.warning{padding:.85rem 1rem;border-radius:var(--radius-large);text-align:start;font-size:.9375rem}.inside{background:var(--accent-ground)}.warning{background:var(--warn-ground);color:var(--warn)}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * What is seen when a link in a code opens in a browser, for want of the app (decision 20). It looks nothing up, so link previews and
 * mail scanners may open it as they like.
 */
export function createLinkPages(publicUrl: string): (apps: readonly Application[], viewer: Viewer) => LinkPage {
  let made = new Map<string, LinkPage>();
  let madeFor: readonly Application[] | null = null;

  return (apps, viewer) => {
    if (apps !== madeFor) made = new Map();
    madeFor = apps;
    const key = `${viewer.language} ${viewer.phone} ${viewer.isInside}`;
    const page = made.get(key) ?? linkPage(apps.slice(0, maxApps), viewer, publicUrl);
    made.set(key, page);
    return page;
  };
}

export function viewerOf(headers: { 'accept-language'?: string; 'user-agent'?: string }): Viewer {
  const agent = headers['user-agent'] ?? '';
  return {
    language: languageOfPage(headers['accept-language']),
    phone: /android|harmony/i.test(agent) ? 'android' : /iphone|ipad|ipod/i.test(agent) ? 'apple' : null,
    isInside: /micromessenger|alipayclient|dingtalk|wxwork|\bqq\/|weibo/i.test(agent),
  };
}

function linkPage(apps: readonly Application[], viewer: Viewer, publicUrl: string): LinkPage {
  const words = linkPageWords[viewer.language];
  const only = apps.length === 1 ? apps[0] : undefined;
  const name = only === undefined ? null : nameOf(only);
  const link = `${publicUrl}/q/${codeMark}`;
  const parts = [
    only && logoOf(only),
    `<h1>${words.title(name)}</h1>`,
    viewer.isInside && `<p class="inside">${words.leaveThisApp(name)}</p>`,
    only && doorsOf(only, viewer, link, words),
    viewer.phone === 'apple' && !viewer.isInside && apps.length > 0 && `<p>${words.appleHint(name)}</p>`,
    viewer.phone === null && `<p>${words.fromThePhone}</p>`,
    `<p>${words.scanAgain(name)}</p>`,
    only && storesOf(only, viewer, words),
    apps.length > 1 && `<ul>${apps.map((app) => entry(app, viewer, link, words)).join('')}</ul>`,
    `<p class="warning">${words.warning}</p>`,
  ];
  const html = `<!doctype html>
<html lang="${words.tag}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">${only ? bannerOf(only, link) : ''}
<title>${words.title(name)}</title><style>${style}</style></head>
<body><main>${parts.filter(Boolean).join('')}</main></body></html>`;
  const pieces = html.split(codeMark);
  return { with: (qrcodeId) => pieces.join(qrcodeId), headers: headersFor(apps) };
}

function headersFor(apps: readonly Application[]): Record<string, string> {
  const logos = new Set(apps.flatMap(({ logoUrl }) => (logoUrl === null ? [] : [new URL(logoUrl).origin])));
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      `default-src 'none'; style-src 'sha256-${styleHash}'; img-src ${logos.size === 0 ? "'none'" : [...logos].join(' ')}; ` +
      "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
    vary: 'accept-language, user-agent',
  };
}

const entry = (app: Application, viewer: Viewer, link: string, words: LinkPageWords) =>
  `<li>${logoOf(app)}<h2>${nameOf(app)}</h2>${doorsOf(app, viewer, link, words)}${storesOf(app, viewer, words)}</li>`;

const nameOf = ({ name }: Application) => escaped(cleanText(name));

const logoOf = ({ logoUrl }: Application) =>
  logoUrl === null ? '' : `<img src="${escaped(logoUrl)}" alt="" width="64" height="64">`;

/** A link to its own host stays in the browser. Android's way out is an address that names the package, Apple's a banner on top. */
function doorsOf(app: Application, { phone, isInside }: Viewer, link: string, words: LinkPageWords): string {
  if (phone !== 'android' || isInside) return '';
  return app.androidApps
    .slice(0, 1)
    .map(({ package: name }) => {
      const [scheme, rest] = link.split('://');
      const store = app.androidStoreUrl && `;S.browser_fallback_url=${encodeURIComponent(app.androidStoreUrl)}`;
      const address = `intent://${rest}#Intent;scheme=${scheme};package=${name}${store ?? ''};end`;
      return `<a class="open" href="${escaped(address)}">${words.open(nameOf(app))}</a>`;
    })
    .join('');
}

/** Safari's own banner, where the store's address names the app by its number. */
function bannerOf({ appleAppIds, appStoreUrl }: Application, link: string): string {
  const number = /\/id(\d+)(?:[/?#]|$)/.exec(appStoreUrl ?? '')?.[1];
  if (number === undefined || appleAppIds.length === 0) return '';
  return `<meta name="apple-itunes-app" content="app-id=${number}, app-argument=${escaped(link)}">`;
}

function storesOf({ appStoreUrl, androidStoreUrl }: Application, { phone }: Viewer, words: LinkPageWords): string {
  const links = [
    phone !== 'android' && appStoreUrl && `<a href="${escaped(appStoreUrl)}">${words.appStore}</a>`,
    phone !== 'apple' && androidStoreUrl && `<a href="${escaped(androidStoreUrl)}">${words.androidStore}</a>`,
  ].filter(Boolean);
  return links.length === 0 ? '' : `<p class="soft">${words.getIt} ${links.join(' ')}</p>`;
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
