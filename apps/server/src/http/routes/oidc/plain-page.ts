import { createHash } from 'node:crypto';
import type { Language } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { languageOf } from '../../requests/errors.ts';

export interface PlainPage {
  publicUrl: string;
  language: Language;
  title: string;
  /** HTML, with every text of a stranger escaped. */
  body: string;
  /** Runs at once; its hash goes into the policy. */
  script?: string;
  /** Where a form of the page may lead, as a source of the policy. Default: nowhere. */
  formAction?: string;
  /** Who may show the page in a frame. Default: nobody. */
  frameAncestors?: string;
}

/** A page of few words that needs no script, in the frame and with the style sheet of the page at /login. */
export function sendPage(reply: FastifyReply, page: PlainPage, status = 200): FastifyReply {
  const { publicUrl, language, title, body, script, formAction = "'none'", frameAncestors = "'none'" } = page;
  const scriptSource =
    script === undefined ? "'none'" : `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  const folder = `${new URL(publicUrl).pathname.replace(/\/$/, '')}/login`;
  const sheet = `<link rel="stylesheet" href="${folder}/page.css">`;
  // A script runs before the style sheet is there: the answer to an application waits for no looks.
  const [head, end] = script === undefined ? [sheet, ''] : ['', `<script>${script}</script>${sheet}`];
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'self'; script-src ${scriptSource}; form-action ${formAction}; frame-ancestors ${frameAncestors}; base-uri 'none'`,
      ...(frameAncestors === "'none'" ? { 'x-frame-options': 'DENY' } : {}),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'x-robots-tag': 'noindex, nofollow',
    })
    .serializer((text: unknown) => String(text))
    .send(`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)}</title>${head}</head>
<body><div class="page"><div class="card"><main><h1>${escaped(title)}</h1>${body}</main></div></div>${end}</body></html>`);
}

/** What the browser prefers, where no header of an SDK says more. */
export function languageOfBrowser(request: FastifyRequest): Language {
  return /^\s*zh/i.test(request.headers['accept-language'] ?? '') ? 'zh' : languageOf(request);
}

export function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
