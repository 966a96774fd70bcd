import type { FastifyRequest } from 'fastify';
import type { Application } from '../../core/directory/application.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { DomainError } from '../../core/ground/errors.ts';
import { brandHeader, findApplication } from './application.ts';
import { findManagementCaller, type ManagementGuardParts } from './management.ts';

/**
 * The application a call about codes is for: the one the headers name. The v2 documents let a call name its pool alone, and
 * management clients are signed for theirs: then the pool's first application asks, the one that was registered first.
 * @throws DomainError app_id_required, app_id_conflict, app_not_found, pool_not_found, signature_*, not_signed_in
 */
export async function applicationOrPools(
  request: FastifyRequest,
  parts: ManagementGuardParts & { directory: Directory },
): Promise<Application> {
  const { directory } = parts;
  const manager = await findManagementCaller(request, parts);
  const named = findApplication(request, directory);
  if (named !== null) {
    if (manager !== null && manager.userPoolId !== named.userPoolId) throw new DomainError('app_not_found');
    return named;
  }
  const poolId = manager?.userPoolId ?? brandHeader(request, 'userpool-id');
  if (poolId === null) throw new DomainError('app_id_required');
  return firstApplication(directory, directory.getPool(poolId).id);
}

function firstApplication(directory: Directory, userPoolId: string): Application {
  const [first] = directory
    .applications()
    .filter((application) => application.userPoolId === userPoolId && application.enabled)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  if (first === undefined) {
    throw new DomainError('app_not_found', { reason: 'the user pool has none that is enabled' });
  }
  return first;
}
