import { randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { DomainError } from '../../../core/ground/errors.ts';
import type { ConsoleDoor } from '../../callers/console-door.ts';
import type { App } from '../../server/app.ts';
import { FixedReply } from '../../server/fixed-reply.ts';

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Pictures of codes come from PUBLIC_URL. People's come from nowhere else either, for their addresses are chosen by strangers. */
const policy = (nonce: string, imageOrigin: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' ${imageOrigin} data: blob:`,
    "connect-src 'self'",
    "font-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'x-robots-tag': 'noindex, nofollow',
};

export interface ConsolePageOptions {
  publicUrl: string;
  /** The folder of the built console; it is not served when it was not built. */
  consoleFolder: string;
}

/**
 * The operators' console (decision 32): one page for every address below `/console/`, which the page itself reads, and its files from
 * memory. The names of `assets/` change with what they hold, so browsers keep them.
 */
export function consolePageRoutes(
  app: App,
  { consoleDoor: door }: { consoleDoor: ConsoleDoor },
  { publicUrl, consoleFolder }: ConsolePageOptions,
): void {
  const index = join(consoleFolder, 'index.html');
  if (!existsSync(index)) return;
  const { origin, pathname } = new URL(publicUrl);
  const path = pathname.replace(/\/$/, '');
  // The path of PUBLIC_URL is for a proxy to strip, and nothing strips it on the way to the console's own port.
  const page = readFileSync(index, 'utf8')
    .replaceAll('__BASE__', door.hasOwnPort ? '' : path)
    .replaceAll('__PUBLIC_URL__', `${origin}${path}`);
  const names = globSync('**/*.{js,css,svg}', { cwd: consoleFolder }).map((name) => name.split(sep).join('/'));
  const files = new Map(
    names.map((name) => [
      name,
      new FixedReply(
        {
          'content-type': types[extname(name)] ?? 'application/octet-stream',
          'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
          'cross-origin-resource-policy': 'same-origin',
        },
        () => readFileSync(join(consoleFolder, name)),
      ),
    ]),
  );

  app.register(async (scope: App) => {
    scope.addHook('onRequest', async (request) => {
      if (!door.isThere(request)) throw new DomainError('route_not_found');
    });
    for (const path of ['/console', '/console/*']) {
      scope.get<{ Params: { '*'?: string } }>(path, { schema: { hide: true } }, async (request, reply) => {
        const { '*': name = '' } = request.params;
        const file = files.get(name);
        if (file !== undefined) return file.send(request, reply);
        if (/^(assets|api)(\/|$)/.test(name)) throw new DomainError('route_not_found');
        const nonce = randomBytes(16).toString('base64');
        reply.headers({ ...pageHeaders, 'content-security-policy': policy(nonce, origin) });
        return reply.send(page.replaceAll('__NONCE__', nonce));
      });
    }
  });
}
