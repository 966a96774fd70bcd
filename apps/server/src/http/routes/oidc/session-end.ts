import { type Language, OidcError, OidcLogoutForm, OidcLogoutQuery, OidcLogoutResult } from '@passbeam/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { LogOut, LogoutInput } from '../../../core/account/logout.ts';
import { displayName } from '../../../core/users/display.ts';
import { audienceOf } from '../../callers/audience.ts';
import { callerOf } from '../../callers/caller.ts';
import { createSignInCookies, isOfThisSite } from '../../callers/sign-in-cookies.ts';
import { type FailureParts, toDomainError } from '../../requests/errors.ts';
import type { App } from '../../server/app.ts';
import { sendErrorPage } from './error-page.ts';
import { writeOidcError } from './errors.ts';
import { escaped, languageOfBrowser, sendPage } from './plain-page.ts';

const words: Record<Language, { done: string; after: string; ask: string; who(name: string): string; yes: string }> = {
  en: {
    done: 'Signed out',
    after: 'You can close this page.',
    ask: 'Sign out?',
    who: (name) => `You are signed in as ${name}. Signing out ends it for every application in this browser.`,
    yes: 'Sign out',
  },
  zh: {
    done: '已退出登录',
    after: '您可以关闭此页面。',
    ask: '退出登录？',
    who: (name) => `当前以 ${name} 登录。退出后，此浏览器中的所有应用都将退出登录。`,
    yes: '退出登录',
  },
};

export interface SessionEndParts extends FailureParts {
  logout: LogOut;
  publicUrl: string;
}

/** `/oidc/session/end` (wire 4.4), and the older address of the same. */
export function sessionEndRoutes(app: App, parts: SessionEndParts): void {
  const { logout, publicUrl } = parts;
  const cookies = createSignInCookies(publicUrl);

  app.register(async (scope: App) => {
    scope.setErrorHandler((error, request, reply) => {
      const refusal = toDomainError(error, request, parts);
      return isForPeople(request) ? sendErrorPage(refusal, request, reply, parts) : writeOidcError(refusal, reply);
    });

    async function end(
      request: FastifyRequest,
      reply: FastifyReply,
      asked: OidcLogoutForm,
      more: Pick<LogoutInput, 'consent' | 'isNameless'>,
    ) {
      const { id_token_hint, client_id, post_logout_redirect_uri, state } = asked;
      request.aboutApplication = audienceOf(id_token_hint) ?? client_id ?? null;
      const done = await logout({
        idTokenHint: id_token_hint || undefined,
        clientId: client_id || undefined,
        postLogoutRedirectUri: post_logout_redirect_uri || undefined,
        state: state || undefined,
        cookies: cookies.ssoCookiesOf(request),
        caller: callerOf(request),
        ...more,
      });
      const language = languageOfBrowser(request);
      const { ask, who, yes } = words[language];
      if (done.kind === 'ask') {
        const path = more.isNameless ? nameless : '/oidc/session/end';
        const fields = { ...asked, confirm: done.formToken };
        const body = `<p class="lead">${escaped(who(displayName(done.person)))}</p>${formOf(`${publicUrl}${path}`, fields, yes)}`;
        return sendPage(reply, { publicUrl, language, title: ask, body, formAction: formTargets(asked) });
      }
      for (const userPoolId of done.pools) cookies.clearSso(reply, userPoolId);
      if (done.redirectTo !== null) {
        return reply
          .code(request.method === 'POST' ? 303 : 302)
          .header('location', done.redirectTo)
          .send();
      }
      if (!isForPeople(request)) return { success: true };
      return sendPage(reply, {
        publicUrl,
        language,
        title: words[language].done,
        body: `<p class="lead">${words[language].after}</p>`,
      });
    }

    const reply200 = {
      description: 'Signed out, and no address to go to was given; or the person is asked',
      content: { 'application/json': { schema: OidcLogoutResult }, 'text/html': { schema: Type.String() } },
    };
    const response = {
      200: reply200,
      302: Type.Null({ description: 'On to post_logout_redirect_uri' }),
      '4xx': OidcError,
    };
    const summary =
      'Log out: end the login an ID token names and the one of this browser, then go to a registered address';
    const tags = ['OIDC'];

    scope.get(
      '/oidc/session/end',
      // A HEAD request must not end a login.
      { exposeHeadRoute: false, schema: { tags, summary, querystring: OidcLogoutQuery, response } },
      (request, reply) => end(request, reply, request.query, { consent: null }),
    );

    const consumes = ['application/x-www-form-urlencoded'];
    scope.post('/oidc/session/end', { schema: { tags, summary, consumes, body: OidcLogoutForm } }, (request, reply) => {
      const { confirm, ...asked } = request.body;
      if (confirm !== undefined) return end(request, reply, asked, { consent: { formToken: confirm } });
      // A form of another site comes without our cookies; a redirect brings them.
      const query = new URLSearchParams(Object.entries(asked)).toString();
      return reply.code(303).header('location', `${publicUrl}/oidc/session/end?${query}`).send();
    });

    /** Clients of the first SDKs come here, and name no application. */
    scope.get(
      nameless,
      {
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: 'Log out of this browser (older address)',
          querystring: Type.Object({ redirect_uri: Type.Optional(Type.String({ maxLength: 2048 })) }),
        },
      },
      (request, reply) =>
        end(
          request,
          reply,
          { post_logout_redirect_uri: request.query.redirect_uri },
          { consent: isOfThisSite(request) ? 'sameSite' : null, isNameless: true },
        ),
    );
    scope.post(nameless, { schema: { tags, summary, consumes, body: OidcLogoutForm } }, (request, reply) => {
      const { confirm, ...asked } = request.body;
      return end(request, reply, asked, { consent: { formToken: confirm ?? '' }, isNameless: true });
    });
  });
}

const nameless = '/login/profile/logout';

const isForPeople = ({ headers }: FastifyRequest) => headers.accept?.includes('text/html') ?? false;

function formOf(action: string, fields: Record<string, string | undefined>, label: string): string {
  const inputs = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value ?? '')}">`);
  return `<form method="post" action="${escaped(action)}">${inputs.join('')}<button class="button primary">${label}</button></form>`;
}

/** Our own address, and where that leads to: browsers hold the whole chain against the policy. */
function formTargets({ post_logout_redirect_uri: uri }: OidcLogoutForm): string {
  const url = uri === undefined ? null : URL.parse(uri);
  if (url === null) return "'self'";
  return `'self' ${url.origin === 'null' ? url.protocol : url.origin}`;
}
