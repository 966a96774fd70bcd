import type { FastifyRequest } from 'fastify';
import type { Application } from '../../core/directory/application.ts';
import type { Directory } from '../../core/directory/directory.ts';
import { DomainError } from '../../core/ground/errors.ts';
import { type AdministratorParts, findAdministrator } from './administrator.ts';
import { brandHeader, findApplication } from './application.ts';

/**
 * The application that the headers name; for v2 calls that name a pool alone and for management calls, the one that was registered first.
 * @throws DomainError app_id_required, app_id_conflict, app_not_found, pool_not_found, signature_*, not_signed_in
 */
export async function applicationOrPools(
  request: FastifyRequest,
  parts: AdministratorParts & { directory: Directory },
): Promise<Application> {
  const { directory } = parts;
  const admin = await findAdministrator(request, parts);
  const named = findApplication(request, directory);
  if (named !== null) {
    if (admin !== null && admin.userPoolId !== named.userPoolId) throw new DomainError('app_not_found');
    return named;
  }
  const poolId = admin?.userPoolId ?? brandHeader(request, 'userpool-id');
  if (poolId === null) throw new DomainError('app_id_required');
  return firstApplication(directory, directory.getPool(poolId).id);
}

function firstApplication(directory: Directory, userPoolId: string): Application {
  const [first] = directory
    .applications()
    .filter((application) => application.userPoolId === userPoolId && application.enabled)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1));
  if (first === undefined) throw new DomainError('app_not_found', { reason: 'noEnabledApplication' });
  return first;
}
