import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markPicture } from '@passbeam/widget/look/mark';
import type { App } from '../../server/app.ts';
import { FixedReply } from '../../server/fixed-reply.ts';

/** Asked about at each use, so that the page never runs with another release's script. */
const alwaysAsked = { 'cache-control': 'no-cache' };

const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' https: data:",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'x-robots-tag': 'noindex, nofollow',
  ...alwaysAsked,
};

const files = {
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
};

const shell = (folder: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Sign in · 登录</title><link rel="icon" type="image/svg+xml" href="data:image/svg+xml,${encodeURIComponent(markPicture)}">
<link rel="stylesheet" href="${folder}/page.css"><script type="module" src="${folder}/page.js"></script></head>
<body><div class="page"><div class="card"><main><div class="spinner late"></div>
<noscript><h1>Sign in · 登录</h1><p class="lead">This page needs JavaScript. Allow it for this site, then load the page again.</p>
<p class="lead" lang="zh-CN">此页面需要 JavaScript。请允许本站使用，然后重新加载。</p></noscript></main></div></div></body></html>`;

/**
 * The page at which people log in (decision 26): the same for every interaction, for it looks nothing up. What it shows comes from the
 * calls under `/login/interactions/`.
 */
export function hostedPageRoutes(
  app: App,
  { publicUrl, hostedPageFolder }: { publicUrl: string; hostedPageFolder: string },
): void {
  if (!existsSync(hostedPageFolder)) return;
  const hidden = { schema: { hide: true } };
  const path = new URL(publicUrl).pathname.replace(/\/$/, '');
  const page = new FixedReply(pageHeaders, () => shell(`${path}/login`));
  app.get('/login', hidden, (request, reply) => page.send(request, reply));
  for (const [name, type] of Object.entries(files)) {
    const headers = { 'content-type': type, 'cross-origin-resource-policy': 'same-origin', ...alwaysAsked };
    const file = new FixedReply(headers, () => readFileSync(join(hostedPageFolder, name)));
    app.get(`/login/${name}`, hidden, (request, reply) => file.send(request, reply));
  }
}
