import { envelopeV2, V2FindUserQuery, V2UserExistsQuery } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import type { UniqueField } from '../../../core/users/user.ts';
import { findAdministrator } from '../../callers/administrator.ts';
import { ownApplicationOf } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { countAttempt } from '../../limits/guess-limit.ts';
import type { Parts } from '../../requests/parts.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

/** Tells whether somebody exists: to strangers while registering would tell it, else to administrators only. */
export function createUserExists(parts: Parts) {
  const { directory, limits, userManagement } = parts;

  /** Null where the caller may not be told. @throws DomainError too_many_requests, app_id_required */
  return async function userExists(
    request: FastifyRequest,
    identifiers: Partial<Record<UniqueField, string>>,
  ): Promise<boolean | null> {
    const admin = await findAdministrator(request, parts);
    if (admin !== null) return userManagement.exists(admin, identifiers);
    const { userPoolId } = ownApplicationOf(request, directory);
    if (directory.getPool(userPoolId).securitySettings.registerDisabled) return null;
    await countAttempt(limits, callerOf(request));
    return userManagement.exists({ userPoolId }, identifiers);
  };
}

/** `GET /api/v2/users/is-user-exists`, as phones ask before they register somebody, and the like of Guard. */
export function v2UserExistsRoutes(scope: App, parts: Parts): void {
  const userExists = createUserExists(parts);

  scope.get(
    '/api/v2/users/is-user-exists',
    {
      schema: {
        summary: 'Whether somebody has a username, an e-mail address or a phone',
        description:
          'True when somebody has any of those given. Names the application in the x-authing-app-id (or x-genauth-app-id) header, or is a management call. ' +
          'Errors: 1001 registration is closed, so only management may ask, 1000 asked too often, 2231 nothing given.',
        querystring: V2UserExistsQuery,
        response: { 200: envelopeV2(Type.Boolean()) },
      },
    },
    async (request) => {
      const { username, email, phone, externalId } = request.query;
      const given = Object.fromEntries(
        Object.entries({ username, email, phone, externalId }).filter(([, value]) => value !== undefined),
      );
      if (Object.keys(given).length === 0) {
        throw new DomainError('invalid_argument', { field: 'username', reason: 'identifierMissing' });
      }
      const isThere = await userExists(request, given);
      if (isThere === null) throw new DomainError('permission_denied', { field: 'is-user-exists' });
      return okV2(isThere);
    },
  );

  scope.get(
    '/api/v2/users/find',
    {
      schema: {
        summary: 'Whether Guard may go on with a username, an e-mail address or a phone',
        description:
          'Guard asks before it registers somebody, and before it sends a code to sign in or to reset a password: then it goes on only if this is true. ' +
          'Where registration is closed it is true for everybody, so it tells nothing. Names the application in the x-authing-app-id (or x-genauth-app-id) header, or is a management call. ' +
          'Errors: 1000 asked too often, 2231 another type.',
        querystring: V2FindUserQuery,
        response: { 200: envelopeV2(Type.Boolean()) },
      },
    },
    async (request) => {
      const { key, type } = request.query;
      return okV2((await userExists(request, { [type]: key })) ?? true);
    },
  );
}
