import { OidcError, OidcIntrospection, OidcRevocation, OidcTokenSubject } from '@passbeam/protocol';
import type { OidcTokenService } from '../../../core/tokens/token-service.ts';
import { callerOf } from '../../callers/caller.ts';
import type { App } from '../../server/app.ts';
import type { AuthenticateClient } from './client.ts';

/** Introspection (RFC 7662) and revocation (RFC 7009), with their aliases. */
export function inspectionRoutes(
  scope: App,
  parts: { tokens: Pick<OidcTokenService, 'introspect' | 'revoke'>; authenticateClient: AuthenticateClient },
): void {
  const { tokens, authenticateClient } = parts;
  const consumes = ['application/x-www-form-urlencoded', 'application/json'];

  for (const prefix of ['/oidc', '/oauth']) {
    scope.post(
      `${prefix}/token/introspection`,
      {
        schema: {
          tags: ['OIDC'],
          summary: 'Ask whether a token of the application is live',
          consumes,
          body: OidcTokenSubject,
          response: { 200: OidcIntrospection, '4xx': OidcError },
        },
      },
      async (request) => {
        const { application } = await authenticateClient(request, request.body);
        return tokens.introspect(application, request.body.token);
      },
    );

    scope.post(
      `${prefix}/token/revocation`,
      {
        schema: {
          tags: ['OIDC'],
          summary: 'End the login that a token belongs to, and with it every token of it',
          consumes,
          body: OidcTokenSubject,
          response: { 200: OidcRevocation, '4xx': OidcError },
        },
      },
      async (request) => {
        const { application } = await authenticateClient(request, request.body);
        await tokens.revoke({ application, token: request.body.token, caller: callerOf(request) });
        return {};
      },
    );
  }
}
