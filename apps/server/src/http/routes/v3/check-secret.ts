import { CheckAppSecretDto, envelope, ValidDto } from '@passbeam/protocol';
import { requireClient } from '../../../core/directory/client-auth.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { callerOf } from '../../callers/caller.ts';
import { provingClient } from '../../callers/proving-client.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

/** `POST /api/v3/check-app-id-secret`: the Go client calls it when it is made, and does not go on without a yes. */
export function secretCheckRoutes(app: App, { directory, secretUses, limits }: Parts): void {
  app.post(
    '/api/v3/check-app-id-secret',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Whether this is the secret of an application',
        description:
          'data.valid is false for a wrong secret and for an unknown application alike; an application whose method is none needs none. A wrong one counts like everywhere else: errors 429 too many.',
        body: CheckAppSecretDto,
        response: { 200: envelope(ValidDto) },
      },
    },
    async (request) => {
      const { appId: id, appSecret: secret } = request.body;
      const application = directory.findApplication(id);
      try {
        // Unknown applications share one count, or guessing at ids would be free.
        await provingClient(limits, application ?? { id: 'unknown' }, callerOf(request), () => {
          if (application === null) throw new DomainError('client_auth_failed');
          requireClient(application, { basic: null, post: { id, secret: secret ?? null } }, secretUses);
        });
        return ok(request, { valid: true });
      } catch (error) {
        if (!(error instanceof DomainError) || error.code !== 'client_auth_failed') throw error;
        return ok(request, { valid: false });
      }
    },
  );
}
