import { envelope, GetManagementTokenDto, ManagementTokenDto } from '@passbeam/protocol';
import { limitingKeyGuesses } from '../../callers/administrator.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

/** `POST /api/v3/get-management-token` (wire 5.1): the one management call that is not signed itself. */
export function managementTokenRoutes(app: App, parts: Parts): void {
  app.post(
    '/api/v3/get-management-token',
    {
      bodyLimit: 16 * 1024,
      schema: {
        tags: ['Management'],
        summary: 'Get a token to manage the user pool with',
        description:
          'accessKeyId is the id of an access key, or of the user pool itself; accessKeySecret is its secret. The token ends when that secret changes or the key is revoked. ' +
          'Errors: 401 apiCode 1300 unknown key or wrong secret.',
        body: GetManagementTokenDto,
        response: { 200: envelope(ManagementTokenDto) },
      },
    },
    async (request) => {
      const { accessKeyId, accessKeySecret } = request.body;
      const token = await limitingKeyGuesses(accessKeyId, request, parts, () =>
        parts.management.mintManagementToken(accessKeyId, accessKeySecret),
      );
      return ok(request, { access_token: token.accessToken, expires_in: token.expiresInSeconds });
    },
  );
}
