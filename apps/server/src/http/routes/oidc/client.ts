import type { FastifyRequest } from 'fastify';
import type { Application } from '../../../core/directory/application.ts';
import { provesSecret, requireClient } from '../../../core/directory/client-auth.ts';
import type { Directory } from '../../../core/directory/directory.ts';
import type { SecretUses } from '../../../core/directory/kept/secret-uses.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { findApplication, inPoolNamed } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { clientCredentials } from '../../callers/client-credentials.ts';
import { provingClient } from '../../callers/proving-client.ts';
import type { Limits } from '../../limits/limits.ts';

export interface OidcClientParts {
  directory: Directory;
  secretUses: SecretUses;
  limits: Limits;
}

/**
 * The application a request speaks for, authenticated as its method demands. Named by Basic, by the body, or by the
 * app id header: `@authing/web` sends nothing but the header (wire 4.4).
 */
export function createClientAuthentication({ directory, secretUses, limits }: OidcClientParts) {
  /** @throws DomainError client_auth_failed, app_id_required, app_not_found, app_id_conflict, too_many_requests */
  return async function authenticateClient(
    request: FastifyRequest,
    body: { client_id?: string; client_secret?: string },
  ): Promise<{ application: Application; isProved: boolean }> {
    const credentials = clientCredentials(request, body);
    const fromHeader = findApplication(request, directory);
    const namedId = credentials.basic?.id ?? credentials.post?.id;
    const application =
      namedId === undefined ? fromHeader : inPoolNamed(request, directory, directory.getApplication(namedId));
    if (application === null) throw new DomainError('app_id_required');
    if (fromHeader !== null && fromHeader.id !== application.id) {
      throw new DomainError('app_id_conflict', { field: 'client_id', reason: 'notApplicationOfHeader' });
    }

    request.aboutApplication = application.id;
    const isProved = await provingClient(limits, application, callerOf(request), () => {
      requireClient(application, credentials, secretUses);
      return provesSecret(application, credentials, secretUses);
    });
    return { application, isProved };
  };
}

export type AuthenticateClient = ReturnType<typeof createClientAuthentication>;
