import { brands, type HeaderSuffix } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { type Application, requireOwnProduct } from '../../core/directory/application.ts';
import type { ClientCredentials } from '../../core/directory/client-auth.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { DomainError } from '../../core/ground/errors.ts';

/** The value of a header that exists under both brands. Two that disagree are an error (wire 9, row 2). */
export function brandHeader(request: FastifyRequest, suffix: HeaderSuffix): string | null {
  let found: string | null = null;
  for (const brand of brands) {
    const value = request.headers[`x-${brand}-${suffix}`];
    if (value === undefined || value === '') continue;
    // Node joins a repeated custom header with a comma: two values are a contradiction too (threats T12).
    if (typeof value !== 'string' || value.includes(',') || (found !== null && found !== value)) {
      throw new DomainError('app_id_conflict', { field: `x-${brand}-${suffix}` });
    }
    found = value;
  }
  return found;
}

/** The application the headers select, or null. They select, they never authenticate (threats T12). */
export function findApplication(request: FastifyRequest, directory: Directory): Application | null {
  const id = brandHeader(request, 'app-id');
  return id === null ? null : inPoolNamed(request, directory, directory.getApplication(id));
}

/** @throws DomainError app_id_conflict, pool_not_found: the headers name another user pool than the application's */
export function inPoolNamed(request: FastifyRequest, directory: Directory, application: Application): Application {
  const poolId = brandHeader(request, 'userpool-id');
  if (poolId !== null && directory.getPool(poolId).id !== application.userPoolId) {
    throw new DomainError('app_id_conflict', { reason: 'applicationOfOtherPool' });
  }
  return application;
}

/** @throws DomainError app_id_required, app_id_conflict, app_not_found, pool_not_found */
export function applicationOf(request: FastifyRequest, directory: Directory): Application {
  const application = findApplication(request, directory);
  if (application === null) throw new DomainError('app_id_required');
  request.aboutApplication = application.id;
  return application;
}

/** One of the company's own, for what concerns people who are not signed in. @throws DomainError as applicationOf, permission_denied */
export function ownApplicationOf(request: FastifyRequest, directory: Directory): Application {
  const application = applicationOf(request, directory);
  requireOwnProduct(application);
  return application;
}

/**
 * Named by the headers or, by plain OAuth clients, by credentials. @throws DomainError app_id_required, app_id_conflict, app_not_found,
 * pool_not_found
 */
export function selectApplication(
  request: FastifyRequest,
  directory: Directory,
  credentials: ClientCredentials,
): Application {
  const id = credentials.basic?.id ?? credentials.post?.id;
  const named = findApplication(request, directory);
  if (named === null && id === undefined) throw new DomainError('app_id_required');
  const application = named ?? inPoolNamed(request, directory, directory.getApplication(id ?? ''));
  request.aboutApplication = application.id;
  return application;
}
