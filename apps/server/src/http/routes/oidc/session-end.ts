import { OidcError, OidcLogoutQuery, OidcLogoutResult } from '@passbeam/protocol';
import { Type } from 'typebox';
import type { createLogout } from '../../../core/account/logout.ts';
import { audienceOf } from '../../callers/audience.ts';
import { callerOf } from '../../callers/caller.ts';
import { languageOf } from '../../requests/errors.ts';
import type { App } from '../../server/app.ts';

/** `GET /oidc/session/end` (wire 4.4). */
export function sessionEndRoute(scope: App, { logout }: { logout: ReturnType<typeof createLogout> }): void {
  scope.get(
    '/oidc/session/end',
    {
      // A HEAD request must not end a login.
      exposeHeadRoute: false,
      schema: {
        tags: ['OIDC'],
        summary: 'Log out: end the login session an ID token names, then go to a registered address',
        querystring: OidcLogoutQuery,
        response: {
          200: {
            description: 'Signed out, and no address to go to was given',
            content: { 'application/json': { schema: OidcLogoutResult }, 'text/html': { schema: Type.String() } },
          },
          302: Type.Null({ description: 'On to post_logout_redirect_uri' }),
          '4xx': OidcError,
        },
      },
    },
    async (request, reply) => {
      const { id_token_hint, client_id, post_logout_redirect_uri, state } = request.query;
      request.aboutApplication = audienceOf(id_token_hint) ?? client_id ?? null;
      const { redirectTo } = await logout({
        idTokenHint: id_token_hint,
        clientId: client_id,
        postLogoutRedirectUri: post_logout_redirect_uri,
        state,
        caller: callerOf(request),
      });
      if (redirectTo !== null) return reply.redirect(redirectTo, 302);
      if (!request.headers.accept?.includes('text/html')) return { success: true };
      const language = /^\s*zh/i.test(request.headers['accept-language'] ?? '') ? 'zh' : languageOf(request);
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'")
        .serializer((page: string) => page)
        .send(pages[language]);
    },
  );
}

const page = (lang: string, title: string, text: string) =>
  `<!doctype html>\n<html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`;

const pages = {
  en: page('en', 'Signed out', 'You are signed out and may close this page.'),
  zh: page('zh', '已退出登录', '您已退出登录，可以关闭此页面。'),
};
