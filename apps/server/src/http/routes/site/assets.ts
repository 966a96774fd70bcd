import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { App } from '../../server/app.ts';
import { FixedReply, forAnySite } from '../../server/fixed-reply.ts';

/** A neutral figure on a neutral ground, for people without a picture. */
const defaultAvatar =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" role="img" aria-label=""><rect width="96" height="96" fill="#dfe4ea"/><circle cx="48" cy="38" r="17" fill="#8d99a8"/><path d="M14 96c2-22 16-34 34-34s32 12 34 34z" fill="#8d99a8"/></svg>';

export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#2f5bea"/><g fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"><path d="M8 12.5v-3A1.5 1.5 0 0 1 9.500 8h3M19.500 8h3A1.500 1.500 0 0 1 24 9.500v3M24 19.500v3a1.500 1.500 0 0 1-1.500 1.500h-3M12.500 24h-3A1.500 1.500 0 0 1 8 22.500v-3"/><path d="m12 16.300 2.800 2.800 5.400-5.800"/></g></svg>';

const home = (links: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>passbeam</title><link rel="icon" href="data:image/svg+xml,${encodeURIComponent(icon)}" type="image/svg+xml"><style>
:root{color-scheme:light dark}
body{font:16px/1.6 system-ui,sans-serif;max-width:26rem;margin:16vh auto 0;padding:0 1.25rem;background:light-dark(#f3f5fa,#101114);color:light-dark(#14171f,#f2f4f8)}
svg{width:44px;display:block}h1{margin:1rem 0 0;font-size:1.75rem;letter-spacing:-.01em}p{margin:.25rem 0 1.5rem;color:light-dark(#5a6272,#a4adbd)}
ul{list-style:none;margin:0;padding:0;background:light-dark(#fff,#191b22);border:1px solid light-dark(#e2e6ed,#2e333f);border-radius:14px;overflow:hidden}
li+li{border-top:1px solid light-dark(#e2e6ed,#2e333f)}a{display:flex;justify-content:space-between;padding:.85rem 1.1rem;color:inherit;text-decoration:none;font-weight:550}
a::after{content:"→";color:light-dark(#2f5bea,#8fb0ff)}a:hover{background:light-dark(#f3f5fa,#21252e)}a:focus-visible{outline:3px solid light-dark(#2f5bea,#8fb0ff);outline-offset:-3px}
</style></head>
<body>${icon}<h1>passbeam</h1><p>The scan-to-login server is running.</p><ul>${links}</ul></body></html>`;

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

  publicPicture(app, '/avatars/default.svg', defaultAvatar);
  builtRoutes(app, '/widget', parts.widgetFolder, ['.js', '.map', '.tgz']);
  builtRoutes(app, '/sdk', parts.sdkFolder, ['.tgz']);
}

/** Serves a drawing that any site may show. */
export function publicPicture(app: App, url: string, drawing: string): void {
  const picture = new FixedReply(
    {
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=86400',
      'content-security-policy': "default-src 'none'",
      ...forAnySite,
    },
    () => drawing,
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
