import { V2ValidateTokenQuery } from '@passbeam/protocol';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import { audienceOf } from '../../callers/audience.ts';
import { languageOf, messageOf } from '../../requests/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';

/** `GET /api/v2/oidc/validate_token` and its alias (wire 4.4): the claims of a live token, without an envelope. */
export function validateTokenRoutes(scope: App, { tokens, v2LoginTokens }: Parts): void {
  for (const url of ['/api/v2/oidc/validate_token', '/api/oidc/validate_token']) {
    scope.get(
      url,
      {
        schema: {
          summary: 'Whether a token is live, and what it says',
          description:
            'Give access_token or id_token. The reply is the claims; {code: 400, message} when the token is unknown, expired, revoked, or of a login that ended.',
          querystring: V2ValidateTokenQuery,
          response: { 200: Type.Record(Type.String(), Type.Unknown()) },
        },
      },
      async (request) => {
        const { access_token: accessToken, id_token: idToken } = request.query;
        if ((accessToken === undefined) === (idToken === undefined)) {
          throw new DomainError('invalid_argument', {
            field: 'access_token',
            reason: ['notExactlyOne', ['access_token', 'id_token']],
          });
        }
        request.aboutApplication = audienceOf(accessToken ?? idToken);
        try {
          const claims =
            accessToken === undefined
              ? await v2LoginTokens.claimsOf(idToken ?? '')
              : await tokens.claimsOf(accessToken);
          return { ...claims };
        } catch (error) {
          if (error instanceof DomainError) return { code: 400, message: messageOf(error, languageOf(request)) };
          throw error;
        }
      },
    );
  }
}
