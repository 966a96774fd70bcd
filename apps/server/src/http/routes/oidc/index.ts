import type { LoginSessions } from '../../../core/sessions/login-sessions.ts';
import type { Signer } from '../../../core/tokens/signer.ts';
import type { OidcTokenService } from '../../../core/tokens/token-service.ts';
import { type FailureParts, toDomainError } from '../../requests/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';
import { keepAddressesSecret } from '../../server/tokens-in-addresses.ts';
import { type AuthorizeParts, authorizeRoutes } from './authorize.ts';
import { createClientAuthentication, type OidcClientParts } from './client.ts';
import { type DeviceRouteParts, deviceAuthorizationRoute } from './device-authorization.ts';
import { devicePageRoutes } from './device-page.ts';
import { writeOidcError } from './errors.ts';
import { acceptForms } from './form-body.ts';
import { inspectionRoutes } from './inspection.ts';
import { metadataRoutes } from './metadata.ts';
import { type SessionEndParts, sessionEndRoutes } from './session-end.ts';
import { type TokenRouteParts, tokenRoute } from './token.ts';
import { userInfoRoutes } from './user-info.ts';

export interface OidcParts
  extends OidcClientParts,
    FailureParts,
    TokenRouteParts,
    AuthorizeParts,
    SessionEndParts,
    DeviceRouteParts {
  tokens: OidcTokenService;
  signer: Signer;
  loginSessions: LoginSessions;
  devices: Parts['devices'];
  deviceSignIn: Parts['deviceSignIn'];
  /** PUBLIC_URL + `/oidc`. */
  issuer: string;
}

/**
 * The OAuth and OpenID Connect endpoints (wire 4.4): form bodies, the RFCs' error shape and real HTTP statuses, all in a
 * scope of their own so that the JSON API keeps its manners.
 */
export function oidcRoutes(app: App, parts: OidcParts): void {
  authorizeRoutes(app, parts);
  devicePageRoutes(app, parts);
  app.register(async (scope: App) => {
    acceptForms(scope);
    scope.setErrorHandler((error, request, reply) => writeOidcError(toDomainError(error, request, parts), reply));
    keepAddressesSecret(scope);

    const authenticateClient = createClientAuthentication(parts);
    deviceAuthorizationRoute(scope, { ...parts, authenticateClient });
    tokenRoute(scope, { ...parts, authenticateClient });
    inspectionRoutes(scope, { ...parts, authenticateClient });
    userInfoRoutes(scope, parts);
    sessionEndRoutes(scope, parts);
    metadataRoutes(scope, parts);
  });
}
