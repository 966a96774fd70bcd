import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Authorization, Authorized } from '../../../core/authorization/authorize.ts';
import type { GivenParameters } from '../../../core/authorization/read-request.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { callerOf } from '../../callers/caller.ts';
import { createSignInCookies } from '../../callers/sign-in-cookies.ts';
import { networkOf } from '../../limits/address.ts';
import type { Limits } from '../../limits/limits.ts';
import { type FailureParts, toDomainError } from '../../requests/errors.ts';
import type { App } from '../../server/app.ts';
import { refuseCompressed, utf8Text } from '../../server/body-text.ts';
import { formParameters } from '../../server/form-parameters.ts';
import { keepAddressesSecret } from '../../server/tokens-in-addresses.ts';
import { sendErrorPage } from './error-page.ts';
import { languageOfBrowser } from './plain-page.ts';
import { sendAnswer } from './response-modes.ts';

export interface AuthorizeParts extends FailureParts {
  authorization: Authorization;
  limits: Limits;
  issuer: string;
  publicUrl: string;
}

const tags = ['OIDC'];
/** Room for an ID token as a hint, and for a state and an address that are written with escapes throughout. */
const bodyLimit = 32 * 1024;
const id = Type.Object({ uuid: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }) });

/** The authorization endpoint. People see its refusals, so they are pages. */
export function authorizeRoutes(app: App, parts: AuthorizeParts): void {
  const { authorization, limits, issuer, publicUrl } = parts;
  const cookies = createSignInCookies(publicUrl);

  app.register(async (scope: App) => {
    keepAddressesSecret(scope);
    acceptFormsAsText(scope);
    scope.setErrorHandler((error, request, reply) =>
      sendErrorPage(toDomainError(error, request, parts), request, reply, parts),
    );

    async function count(request: FastifyRequest): Promise<void> {
      const caller = callerOf(request);
      await limits.consume('authorize', networkOf(caller.ip), caller);
    }

    function answer(
      request: FastifyRequest,
      reply: FastifyReply,
      authorized: Authorized,
      pageOf: (id: string) => string,
    ) {
      if (authorized.kind === 'answer') return sendAnswer(reply, authorized.answer, parts, languageOfBrowser(request));
      cookies.setFlow(request, reply, authorized.id, authorized.flowSecret);
      return reply.code(303).header('location', pageOf(authorized.id)).send();
    }

    const pageOf = (uuid: string) => `${publicUrl}/login?uuid=${uuid}`;
    const resumeOf = (uuid: string) => `${issuer}/auth/${uuid}`;

    for (const url of ['/oidc/auth', '/oauth/auth']) {
      const about = { tags, summary: 'Send a person here to sign in to an application' };
      scope.get(url, { exposeHeadRoute: false, schema: about }, async (request, reply) => {
        refusePrefetch(request);
        await count(request);
        const [, query = ''] = request.raw.url?.split(/\?(.*)/s, 2) ?? [];
        const authorized = await authorization.authorize(parametersIn(query), cookies.browserOf(request));
        return answer(request, reply, authorized, pageOf);
      });

      const consumes = ['application/x-www-form-urlencoded'];
      const posted = { ...about, consumes, description: 'As GET, with a form body' };
      scope.post<{ Body: string }>(url, { bodyLimit, schema: posted }, async (request, reply) => {
        await count(request);
        // A form of another site comes without our cookies; the address it is sent to by GET gets them.
        return answer(request, reply, await authorization.keep(parametersIn(request.body ?? '')), resumeOf);
      });
    }

    scope.get(
      '/oidc/auth/:uuid',
      {
        exposeHeadRoute: false,
        schema: { tags, summary: 'Where the page leads to in the end: the answer to the application', params: id },
      },
      async (request, reply) => {
        refusePrefetch(request);
        const { uuid } = request.params;
        const next = await authorization.resume(uuid, cookies.browserOf(request, uuid));
        if (next.kind === 'page') return reply.code(303).header('location', pageOf(uuid)).send();
        if (next.kind === 'over' || next.kind === 'device') throw new DomainError('interaction_not_found');
        return sendAnswer(reply, next.answer, parts, languageOfBrowser(request));
      },
    );
  });
}

/** Nothing begins, and no code is made, because a browser looked ahead. */
function refusePrefetch({ headers }: FastifyRequest): void {
  const purpose = `${headers['sec-purpose'] ?? ''} ${headers.purpose ?? ''}`;
  if (/prefetch|prerender/i.test(purpose)) throw new DomainError('unavailable');
}

function parametersIn(text: string): GivenParameters {
  const parameters = new Map<string, string[]>();
  for (const [name, value] of formParameters(text)) {
    const values = parameters.get(name);
    if (values === undefined) parameters.set(name, [value]);
    else values.push(value);
  }
  return parameters;
}

/** The text of a form: a parameter that came twice must be seen. */
function acceptFormsAsText(scope: App): void {
  scope.removeAllContentTypeParsers();
  const type = 'application/x-www-form-urlencoded';
  scope.addContentTypeParser(type, { parseAs: 'buffer' }, async (request: FastifyRequest, body: Buffer) => {
    refuseCompressed(request);
    return utf8Text(body);
  });
}
