import type { Language } from '@passbeam/protocol';
import type { App } from '../../server/app.ts';
import { FixedReply } from '../../server/fixed-reply.ts';
import { devicePageWords } from './device-page-words.ts';
import { languageOfPage } from './link-page-words.ts';

/** The page that a device sends people to. It looks nothing up, so link previews may open it as they like. */
export function devicePageRoutes(app: App): void {
  const pages: Record<Language, FixedReply> = { en: pageIn('en'), zh: pageIn('zh') };

  app.get(
    '/device',
    { schema: { tags: ['OIDC'], summary: 'The page where people let a device in' } },
    (request, reply) => pages[languageOfPage(request.headers['accept-language'])].send(request, reply),
  );
}

function pageIn(language: Language): FixedReply {
  const { tag, title, inTheApp, warning } = devicePageWords[language];
  return new FixedReply(
    {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      vary: 'accept-language',
    },
    () =>
      `<!doctype html>\n<html lang="${tag}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><h1>${title}</h1><p>${inTheApp}</p><p>${warning}</p></html>\n`,
  );
}
