import { DeviceAuthorizationRequest, DeviceAuthorizationResponse, OidcError, offeredScopes } from '@passbeam/protocol';
import { DomainError } from '../../../core/ground/errors.ts';
import { allowedScope, grantableScope } from '../../../core/sessions/scopes.ts';
import { callerOf } from '../../callers/caller.ts';
import { networkOf } from '../../limits/address.ts';
import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';
import type { AuthenticateClient } from './client.ts';

export type DeviceRouteParts = Pick<Parts, 'devices' | 'limits' | 'publicUrl'>;

/** Where devices without a browser begin (RFC 8628, 3.1). */
export function deviceAuthorizationRoute(
  scope: App,
  parts: DeviceRouteParts & { authenticateClient: AuthenticateClient },
): void {
  const verificationUri = `${parts.publicUrl}/device`;

  scope.post(
    '/oidc/device/auth',
    {
      schema: {
        tags: ['OIDC'],
        summary: 'Sign a device without a browser in: get the codes',
        description:
          'The application needs signsInDevices. Show user_code and verification_uri, or verification_uri_complete as a QR code, and ask the token endpoint with device_code every interval seconds.',
        consumes: ['application/x-www-form-urlencoded', 'application/json'],
        body: DeviceAuthorizationRequest,
        response: { 200: DeviceAuthorizationResponse, '4xx': OidcError },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { application } = await parts.authenticateClient(request, request.body);
      // What the application is not allowed is not asked of the person either.
      const scope = allowedScope(application, grantableScope(request.body.scope));
      if (scope === '') {
        throw new DomainError('invalid_argument', { field: 'scope', reason: ['notOneOf', offeredScopes] });
      }
      await parts.limits.consume('createDevice', networkOf(caller.ip), caller);
      const requested = await parts.devices.request({ application, scope, caller });
      return {
        device_code: requested.deviceCode,
        user_code: requested.userCode,
        verification_uri: verificationUri,
        verification_uri_complete: `${verificationUri}?user_code=${requested.userCode}`,
        expires_in: requested.expiresInSeconds,
        interval: requested.intervalSeconds,
      };
    },
  );
}
