import { envelope, SigningKeyDto, SigningKeyIdDto } from '@passbeam/protocol';
import { Type } from 'typebox';
import { administratorOf } from '../../callers/administrator.ts';
import { callerOf } from '../../callers/caller.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

/** Lists and rotates the keys that sign tokens. These calls are our own; the published API has none for it. */
export function signingKeyRoutes(app: App, parts: Parts): void {
  const { signingKeys } = parts;

  app.get(
    '/api/v3/list-signing-keys',
    {
      schema: {
        summary: 'List the keys that sign tokens or still verify them',
        description: 'Newest first: the first one signs. For the secret of a user pool, not for access keys.',
        response: { 200: envelope(Type.Array(SigningKeyDto)) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      const keys = await signingKeys.list(admin);
      return ok(
        request,
        keys.map(({ kid, createdAt, retiredAt, verifiesUntil }) => ({
          kid,
          createdAt: new Date(createdAt).toISOString(),
          retiredAt: isoOrNull(retiredAt),
          verifiesUntil: isoOrNull(verifiesUntil),
        })),
      );
    },
  );

  app.post(
    '/api/v3/rotate-signing-key',
    {
      bodyLimit: 1024,
      schema: {
        summary: 'Let a new key sign tokens',
        description:
          'The old key verifies on until the tokens it signed are gone. For the secret of a user pool, not for access keys. Errors: 403, 429 while the current key is younger than an hour.',
        response: { 200: envelope(SigningKeyIdDto) },
      },
    },
    async (request) => {
      const admin = await administratorOf(request, parts);
      return ok(request, { kid: await signingKeys.rotate(admin, callerOf(request)) });
    },
  );
}

function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
