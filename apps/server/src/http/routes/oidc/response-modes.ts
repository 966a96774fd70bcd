import type { Language } from '@passbeam/protocol';
import type { FastifyReply } from 'fastify';
import type { Answer } from '../../../core/authorization/issue.ts';
import { escaped, type PlainPage, sendPage } from './plain-page.ts';

type Fields = Record<string, string>;
type Page = Pick<PlainPage, 'publicUrl' | 'language'>;

const words: Record<Language, { title: string; go: string; close: string }> = {
  en: { title: 'Signing in…', go: 'Continue', close: 'You may close this window.' },
  zh: { title: '正在登录…', go: '继续', close: '可以关闭此窗口。' },
};

/**
 * Sends the answer to the application in the mode that it asked for. `issuer` goes along under https, so that an answer of one
 * server is not taken for another's (RFC 9207).
 */
export function sendAnswer(
  reply: FastifyReply,
  { returnTo, parameters }: Answer,
  { issuer, publicUrl }: { issuer: string; publicUrl: string },
  language: Language,
) {
  const page = { publicUrl, language };
  const { redirectUri, responseMode, state } = returnTo;
  const fields: Fields = {
    ...parameters,
    ...(state === null ? {} : { state }),
    ...(issuer.startsWith('https:') ? { iss: issuer } : {}),
  };
  reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  switch (responseMode) {
    case 'query':
      return redirect(reply, withQuery(redirectUri, fields));
    case 'fragment':
      return redirect(reply, `${redirectUri}#${encoded(fields)}`);
    case 'form_post':
      return sendForm(reply, redirectUri, fields, page);
    case 'web_message':
      return sendMessage(reply, redirectUri, fields, page);
  }
}

/** 303: whatever was posted to us, credentials too, is not posted on (RFC 9700, 4.12). */
function redirect(reply: FastifyReply, address: string): FastifyReply {
  const ascii = address.replaceAll(/[^\x21-\x7e]+/g, encodeURIComponent);
  return reply.code(303).header('location', ascii).send();
}

/** The address with its own query as it was registered; what we say replaces what it has under the same name. */
export function withQuery(address: string, fields: Fields): string {
  const [base = '', query = ''] = address.split(/\?(.*)/s, 2);
  const kept = query.split('&').filter((pair) => pair !== '' && !Object.hasOwn(fields, nameIn(pair)));
  return `${base}?${[...kept, encoded(fields)].join('&')}`;
}

function nameIn(pair: string): string {
  const [name = ''] = pair.split('=', 1);
  return new URLSearchParams(name).keys().next().value ?? '';
}

const encoded = (fields: Fields) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&');

function sendForm(reply: FastifyReply, address: string, fields: Fields, page: Page): FastifyReply {
  const { title, go } = words[page.language];
  const inputs = Object.entries(fields)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`)
    .join('');
  const body = `<form method="post" action="${escaped(address)}">${inputs}<noscript><button class="button primary">${go}</button></noscript></form>`;
  const script = 'document.forms[0].submit()';
  return sendPage(reply, { ...page, title, body, script, formAction: sourceOf(address) });
}

/** To whoever opened the window or holds the frame, if it is of the application's origin; and to nobody else. */
function sendMessage(reply: FastifyReply, address: string, fields: Fields, page: Page): FastifyReply {
  const { title, close } = words[page.language];
  const { origin } = new URL(address);
  const message = inScript({ type: 'authorization_response', response: fields });
  // A pop-up has done its work: no client of ours closes it.
  const script = `(window.opener||window.parent).postMessage(${message},${inScript(origin)});window.opener&&window.close()`;
  return sendPage(reply, { ...page, title, body: `<p class="lead">${close}</p>`, script, frameAncestors: origin });
}

/** JSON that no parser of HTML takes for the end of the script. */
function inScript(value: unknown): string {
  const escapes = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' };
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => escapes[character as keyof typeof escapes],
  );
}

/** The address as a source of a policy: its origin, or the scheme of an app. */
function sourceOf(address: string): string {
  const { origin, protocol } = new URL(address);
  return origin === 'null' ? protocol : origin;
}
