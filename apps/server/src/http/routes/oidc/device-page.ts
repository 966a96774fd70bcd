import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { readUserCode } from '../../../core/devices/user-code.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { callerOf } from '../../callers/caller.ts';
import { createSignInCookies } from '../../callers/sign-in-cookies.ts';
import { networkOf } from '../../limits/address.ts';
import { limitingUserCodes } from '../../limits/guess-limit.ts';
import { type FailureParts, messageOf, toDomainError } from '../../requests/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';
import { keepAddressesSecret } from '../../server/tokens-in-addresses.ts';
import { devicePageWords } from './device-page-words.ts';
import { sendErrorPage } from './error-page.ts';
import { acceptForms } from './form-body.ts';
import { escaped, languageOfBrowser, sendPage } from './plain-page.ts';

const tags = ['OIDC'];
const maxTyped = 64;

/** The pages that a device sends people to (RFC 8628, 3.3). Without a script: what is typed goes on to the hosted page. */
export function devicePageRoutes(
  app: App,
  parts: Pick<Parts, 'deviceSignIn' | 'limits' | 'publicUrl'> & FailureParts,
): void {
  const { deviceSignIn, limits, publicUrl } = parts;
  const cookies = createSignInCookies(publicUrl);
  const address = `${new URL(publicUrl).pathname.replace(/\/$/, '')}/device`;

  app.register(async (scope: App) => {
    keepAddressesSecret(scope);
    acceptForms(scope);
    scope.setErrorHandler((error, request, reply) =>
      sendErrorPage(toDomainError(error, request, parts), request, reply, parts),
    );

    /** Looks nothing up: link previews and mail scanners may open it as they like. */
    scope.get(
      '/device',
      {
        schema: {
          tags,
          summary: 'The page where people let a device in',
          querystring: Type.Object({ user_code: typed() }),
        },
      },
      (request, reply) => codePage(request, reply, request.query.user_code ?? ''),
    );

    scope.post(
      '/device',
      {
        schema: {
          tags,
          summary: 'Where that page leads: to signing in, and to the question',
          consumes: ['application/x-www-form-urlencoded'],
          body: Type.Object({ user_code: typed() }),
        },
      },
      async (request, reply) => {
        refuseOtherPages(request, new URL(publicUrl).origin);
        const code = request.body.user_code ?? '';
        const caller = callerOf(request);
        try {
          const begun = await limitingUserCodes(limits, caller, async () => {
            await limits.consume('authorize', networkOf(caller.ip), caller);
            return deviceSignIn.begin(code);
          });
          cookies.setFlow(request, reply, begun.id, begun.flowSecret);
          return reply.code(303).header('location', `${publicUrl}/login?uuid=${begun.id}`).send();
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          return codePage(request, reply, code, error);
        }
      },
    );

    scope.get(
      '/device/done',
      {
        exposeHeadRoute: false,
        schema: {
          tags,
          summary: 'What became of a device that was asked about',
          querystring: Type.Object({ uuid: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) }),
        },
      },
      async (request, reply) => {
        const { uuid } = request.query;
        const result = await deviceSignIn.resultOf(uuid, cookies.browserOf(request, uuid));
        if (result === null) return reply.code(303).header('location', `${publicUrl}/login?uuid=${uuid}`).send();
        const language = languageOfBrowser(request);
        const { results, again } = devicePageWords[language];
        const { title, text } = results[result];
        const back =
          result === 'left' || result === 'over'
            ? `<p><a class="button primary" href="${address}">${again}</a></p>`
            : '';
        return sendPage(reply, { publicUrl, language, title, body: `<p class="lead">${text}</p>${back}` });
      },
    );
  });

  function codePage(request: FastifyRequest, reply: FastifyReply, code: string, refusal?: DomainError): FastifyReply {
    const language = languageOfBrowser(request);
    const { title, inTheApp, code: label, next, warning } = devicePageWords[language];
    const retryAfter = refusal?.detail.retryAfterSeconds;
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    const alert =
      refusal === undefined ? '' : `<p class="alert" role="alert">${escaped(messageOf(refusal, language))}</p>`;
    const value = escaped(readUserCode(code) ?? (refusal === undefined ? '' : code));
    const body = `<p class="lead">${inTheApp}</p><form class="form" method="post" action="${address}">${alert}<div class="field"><label for="code">${label}</label>
<input class="input typed-code" id="code" name="user_code" value="${value}" required maxlength="${maxTyped}" placeholder="XXXX-XXXX" autocomplete="off" autocapitalize="characters" spellcheck="false"${value === '' ? ' autofocus' : ''}></div>
<p class="warning">${warning}</p><button class="button primary">${next}</button></form>`;
    const status = refusal === undefined ? 200 : refusal.code === 'too_many_requests' ? 429 : 400;
    return sendPage(reply, { publicUrl, language, title, body, formAction: "'self'" }, status);
  }
}

const typed = () => Type.Optional(Type.String({ maxLength: maxTyped }));

/** Another site may link here, and may not press the button. Our pages send no referrer, so browsers name their origin `null`. */
function refuseOtherPages({ headers }: FastifyRequest, ownOrigin: string): void {
  const { origin, 'sec-fetch-site': site } = headers;
  const isOwn = site === undefined ? origin === undefined || origin === ownOrigin : site === 'same-origin';
  if (!isOwn) throw new DomainError('permission_denied', { field: 'origin', reason: 'originNotAllowed' });
}
