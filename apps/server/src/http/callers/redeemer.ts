import type { FastifyRequest } from 'fastify';
import { type ClientCredentials, provesSecret } from '../../core/directory/client-auth.ts';
import type { Directory } from '../../core/directory/directory.ts';
import type { SecretUses } from '../../core/directory/kept/secret-uses.ts';
import type { UserPool } from '../../core/directory/pool.ts';
import { DomainError } from '../../core/ground/errors.ts';
import type { Redeemer } from '../../core/qr/exchange.ts';
import type { Limits } from '../limits/limits.ts';
import { type AdministratorParts, findAdministrator } from './administrator.ts';
import { findApplication, inPoolNamed } from './application.ts';
import { callerOf } from './caller.ts';
import { clientCredentials } from './client-credentials.ts';
import { applicationOrPools } from './pool-application.ts';
import { provingClient } from './proving-client.ts';

export type RedeemerParts = AdministratorParts & { directory: Directory; secretUses: SecretUses; limits: Limits };

/**
 * Who asks for the login behind a ticket: proved by a management signature or token, or by the secret of the application or pool, else
 * the application that the headers name (wire 2.7).
 * @throws DomainError client_auth_failed, signature_*, app_id_required, app_id_conflict, app_not_found
 */
export async function redeemerOf(
  request: FastifyRequest,
  body: { client_id?: string; client_secret?: string },
  parts: RedeemerParts,
): Promise<Redeemer> {
  const { directory, secretUses, limits } = parts;
  const admin = await findAdministrator(request, parts);
  if (admin !== null) return { kind: 'pool', userPoolId: admin.userPoolId };

  const caller = callerOf(request);
  const credentials = clientCredentials(request, body);
  const namedId = credentials.basic?.id ?? credentials.post?.id;
  const pool = namedId === undefined ? null : directory.findPool(namedId);
  if (pool !== null) {
    request.aboutPool = pool.id;
    await provingClient(limits, pool, caller, () => requirePoolSecret(pool, credentials, secretUses));
    return { kind: 'pool', userPoolId: pool.id };
  }

  const application =
    findApplication(request, directory) ??
    (namedId === undefined
      ? await applicationOrPools(request, parts)
      : inPoolNamed(request, directory, directory.getApplication(namedId)));
  request.aboutApplication = application.id;
  const isProved = await provingClient(limits, application, caller, () =>
    provesSecret(application, credentials, secretUses),
  );
  return { kind: 'application', application, isProved };
}

/** @throws DomainError client_auth_failed, since a caller that names a pool must prove its secret */
function requirePoolSecret(pool: UserPool, { basic, post }: ClientCredentials, secretUses: SecretUses): void {
  for (const offered of [basic, post]) {
    if (offered === null) continue;
    const { id, secret } = offered;
    const isRight = id === pool.id && secret !== null && secretUses.proves('userPool', pool, secret);
    if (!isRight) throw new DomainError('client_auth_failed');
  }
}
