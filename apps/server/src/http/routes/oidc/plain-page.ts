import { createHash } from 'node:crypto';
import type { Language } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { languageOf } from '../../requests/errors.ts';

const style = `:root{color-scheme:light dark}*{box-sizing:border-box}
body{font:17px/1.55 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;margin:0;padding:clamp(1.25rem,12vh,8rem) 1.25rem 2rem;background:light-dark(#f3f5fa,#101114);color:light-dark(#14171f,#f2f4f8)}
main{max-width:27rem;margin:0 auto;padding:1.75rem 1.5rem;background:light-dark(#fff,#191b22);border:1px solid light-dark(#e2e6ed,#2e333f);border-radius:20px}
h1{margin:0;font-size:1.375rem;line-height:1.3;text-wrap:balance}p{margin:1rem 0 0;overflow-wrap:anywhere}.soft{color:light-dark(#5a6272,#a4adbd);font-size:.875rem}
label{display:block;margin:1.25rem 0 .35rem;font-weight:650}input{width:100%;padding:.7rem 1rem;border:1px solid light-dark(#8a94a6,#6b7487);border-radius:14px;background:light-dark(#fff,#101114);color:inherit;font:600 1.375rem/1.3 ui-monospace,monospace;letter-spacing:.12em;text-align:center;text-transform:uppercase}
input:focus-visible{outline:3px solid light-dark(#2456e6,#8fb0ff);outline-offset:2px}.alert,.warning{padding:.85rem 1rem;border-radius:14px;font-size:.9375rem}.alert{background:light-dark(#ffe9e7,#3d1a17);color:light-dark(#7a1710,#ffc9c4)}.warning{background:light-dark(#fff4dc,#33290f);color:light-dark(#5c3d00,#ffdf9e)}
button,.button{display:block;width:100%;margin:1.25rem 0 0;padding:.8rem 1rem;border:0;border-radius:999px;background:light-dark(#2456e6,#8fb0ff);color:light-dark(#fff,#0b1633);font:inherit;font-weight:650;text-align:center;text-decoration:none;cursor:pointer}
button:focus-visible,.button:focus-visible{outline:3px solid light-dark(#2456e6,#8fb0ff);outline-offset:3px}`;

const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export interface PlainPage {
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

/** A page of few words, with the headers that belong to it. */
export function sendPage(reply: FastifyReply, page: PlainPage, status = 200): FastifyReply {
  const { language, title, body, script, formAction = "'none'", frameAncestors = "'none'" } = page;
  const scriptSource =
    script === undefined ? "'none'" : `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src ${styleSource}; script-src ${scriptSource}; form-action ${formAction}; frame-ancestors ${frameAncestors}; base-uri 'none'`,
      ...(frameAncestors === "'none'" ? { 'x-frame-options': 'DENY' } : {}),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=(), geolocation=(), microphone=()',
      'x-robots-tag': 'noindex, nofollow',
    })
    .serializer((text: unknown) => String(text))
    .send(`<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(title)}</h1>${body}</main>${script === undefined ? '' : `<script>${script}</script>`}</body></html>`);
}

/** What the browser prefers, where no header of an SDK says more. */
export function languageOfBrowser(request: FastifyRequest): Language {
  return /^\s*zh/i.test(request.headers['accept-language'] ?? '') ? 'zh' : languageOf(request);
}

export function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
