import { OidcError, OidcUserInfo, OidcUserInfoRequest } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../core/ground/errors.ts';
import { bearerOf } from '../../../core/tokens/bearer.ts';
import type { OidcTokenService } from '../../../core/tokens/token-service.ts';
import { audienceOf } from '../../callers/audience.ts';
import type { App } from '../../server/app.ts';

/** `/oidc/me` and its alias: three ways to hand over the token, all found in official clients (wire 4.4). */
export function userInfoRoutes(scope: App, { tokens }: { tokens: Pick<OidcTokenService, 'userInfo'> }): void {
  for (const url of ['/oidc/me', '/oauth/me']) {
    scope.get(
      url,
      {
        schema: {
          tags: ['OIDC'],
          summary: 'The user behind an access token',
          querystring: OidcUserInfoRequest,
          response: { 200: OidcUserInfo, '4xx': OidcError },
        },
      },
      (request) => tokens.userInfo(accessTokenOf(request, request.query.access_token)),
    );

    scope.post(
      url,
      {
        // A body may be missing, for the token may stand in the header.
        preValidation: async (request) => {
          request.body ??= {};
        },
        schema: {
          tags: ['OIDC'],
          summary: 'The user behind an access token',
          consumes: ['application/x-www-form-urlencoded', 'application/json'],
          querystring: OidcUserInfoRequest,
          body: OidcUserInfoRequest,
          response: { 200: OidcUserInfo, '4xx': OidcError },
        },
      },
      (request) => tokens.userInfo(accessTokenOf(request, request.body.access_token, request.query.access_token)),
    );
  }
}

/** @throws DomainError not_signed_in, invalid_argument when two different tokens are sent (RFC 6750, section 2) */
function accessTokenOf(request: FastifyRequest, ...parameters: (string | undefined)[]): string {
  const given = parameters.filter((token) => token !== undefined && token !== '');
  const { authorization } = request.headers;
  // Official clients attach the token they hold, without Bearer, to every call. A token that is named on purpose beside
  // it is the one meant.
  const isStray = given.length > 0 && !/^bearer\s/i.test(authorization ?? '');
  const offered = isStray ? given : [bearerOf(authorization), ...given].filter((token) => token !== null);
  const [token] = offered;
  if (token === undefined) throw new DomainError('not_signed_in');
  request.aboutApplication = audienceOf(token);
  if (offered.some((other) => other !== token)) {
    throw new DomainError('invalid_argument', { field: 'access_token', reason: 'notTokenOfHeader' });
  }
  return token;
}
