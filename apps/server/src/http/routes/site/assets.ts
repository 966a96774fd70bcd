import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { markPicture } from '@passbeam/widget/look/mark';
import { systemSheet } from '@passbeam/widget/look/sheet';
import { colors } from '@passbeam/widget/look/tokens';
import { type Box, boxesAsPng, boxesAsSvg } from '../../../qr-image/boxes.ts';
import type { App } from '../../server/app.ts';
import { FixedReply, forAnySite } from '../../server/fixed-reply.ts';

const [line, strong] = [colors.line[0], colors['line-strong'][0]];
/** A neutral figure on a neutral ground, for people without a picture. */
const defaultAvatar: Box[] = [
  { x: 0, y: 0, width: 96, height: 96, radius: 0, colour: line },
  { x: 31, y: 21, width: 34, height: 34, radius: 17, colour: strong },
  { x: 14, y: 62, width: 68, height: 68, radius: 34, colour: strong },
];

const home = (links: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>passbeam</title><link rel="icon" href="data:image/svg+xml,${encodeURIComponent(markPicture)}" type="image/svg+xml"><style>
${systemSheet}body{font:16px/1.6 var(--sans);max-width:26rem;margin:16vh auto 0;padding:0 1.25rem;background:var(--ground);color:var(--text)}
svg{width:44px;display:block}h1{margin:1rem 0 0;font-size:1.75rem;letter-spacing:-.01em}p{margin:.25rem 0 1.5rem;color:var(--soft)}
ul{list-style:none;margin:0;padding:0;background:var(--surface);border:1px solid var(--line);border-radius:var(--radius-large);overflow:hidden}
li+li{border-top:1px solid var(--line)}a{display:flex;justify-content:space-between;padding:.85rem 1.1rem;color:inherit;text-decoration:none;font-weight:550}
a::after{content:"→";color:var(--accent)}a:hover{background:var(--raised)}a:focus-visible{outline:3px solid var(--accent);outline-offset:-3px}
</style></head>
<body>${markPicture}<h1>passbeam</h1><p>The scan-to-login server is running.</p><ul>${links}</ul></body></html>`;

/** Serves the pictures and scripts of this server that pages on other origins load. */
export function assetRoutes(
  app: App,
  parts: { widgetFolder: string; sdkFolder: string; links: { title: string; url: string }[] },
): void {
  const links = parts.links.map(({ title, url }) => `<li><a href="${url}">${title}</a></li>`).join('');
  const page = new FixedReply(
    {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
    },
    () => home(links),
  );
  app.get('/', { schema: { hide: true } }, (request, reply) => page.send(request, reply));

  publicDrawing(app, '/avatars/default', defaultAvatar);
  builtRoutes(app, '/widget', parts.widgetFolder, ['.js', '.map', '.tgz']);
  builtRoutes(app, '/sdk', parts.sdkFolder, ['.tgz']);
}

/** Serves a drawing that any site may show, as SVG and as PNG. */
export function publicDrawing(app: App, url: string, boxes: readonly Box[]): void {
  publicPicture(app, `${url}.svg`, 'image/svg+xml', () => boxesAsSvg(boxes));
  publicPicture(app, `${url}.png`, 'image/png', () => boxesAsPng(boxes));
}

export function publicPicture(
  app: App,
  url: string,
  type: 'image/svg+xml' | 'image/png',
  draw: () => string | Buffer,
): void {
  const picture = new FixedReply(
    {
      'content-type': type,
      'cache-control': 'public, max-age=86400',
      'content-security-policy': "default-src 'none'",
      ...forAnySite,
    },
    draw,
  );
  app.get(url, { config: { isPublic: true }, schema: { hide: true } }, (request, reply) =>
    picture.send(request, reply),
  );
}

const builtTypes = {
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  /** The package itself, for `npm install`: what is installed from a server matches it. */
  '.tgz': 'application/gzip',
};

/** Serves public files without secrets, which any site may load or any developer install. */
function builtRoutes(app: App, prefix: string, folder: string, endings: (keyof typeof builtTypes)[]): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const ending = endings.find((candidate) => extname(name) === candidate);
    if (ending === undefined) continue;
    const file = new FixedReply(
      { 'content-type': builtTypes[ending], 'cache-control': 'public, max-age=300', ...forAnySite },
      () => readFileSync(join(folder, name)),
    );
    app.get(`${prefix}/${name}`, { config: { isPublic: true }, schema: { hide: true } }, (request, reply) =>
      file.send(request, reply),
    );
  }
}
