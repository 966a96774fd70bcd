import { toDomainError, writeV2Error } from '../../requests/errors.ts';
import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';
import { tagRoutes } from '../../server/tag-routes.ts';
import { keepAddressesSecret } from '../../server/tokens-in-addresses.ts';
import { v2AccountRoutes } from './account.ts';
import { browserLoginRoutes } from './browser-logins.ts';
import { v2EmptyListRoutes } from './empty-lists.ts';
import { guardRoutes } from './guard.ts';
import { v2ManagementRoutes } from './management.ts';
import { v2OwnContactRoutes } from './own-contacts.ts';
import { v2PasscodeRoutes } from './passcodes.ts';
import { v2PasswordRoutes } from './passwords.ts';
import { v2QrCodeRoutes } from './qr-codes.ts';
import { v2SignInRoutes } from './sign-in.ts';
import { v2UserExistsRoutes } from './user-exists.ts';
import { validateTokenRoutes } from './validate-token.ts';

/** The second generation (wire 2.5–2.7, 4.6), in a scope of its own, because its refusals look different. */
export function v2Routes(app: App, parts: Parts): void {
  app.register(async (scope: App) => {
    scope.setErrorHandler((error, request, reply) =>
      writeV2Error(toDomainError(error, request, parts), request, reply),
    );
    tagRoutes(scope, 'v2');
    v2QrCodeRoutes(scope, parts);
    v2SignInRoutes(scope, parts);
    v2PasscodeRoutes(scope, parts);
    v2AccountRoutes(scope, parts);
    v2OwnContactRoutes(scope, parts);
    v2PasswordRoutes(scope, parts);
    v2UserExistsRoutes(scope, parts);
    v2EmptyListRoutes(scope, parts);
    scope.register(async (checks: App) => {
      keepAddressesSecret(checks);
      validateTokenRoutes(checks, parts);
    });
    v2ManagementRoutes(scope, parts);
    guardRoutes(scope, parts);
    browserLoginRoutes(scope, parts);
  });
}

/** Whether refusals at this address must be in the second generation's words, even where no route is. */
export function isOfV2(url: string): boolean {
  return /^\/+api\/+(v2|qrcode)\//.test(url);
}
