import { type FailureParts, toDomainError, writeV2Error } from '../../requests/errors.ts';
import type { App } from '../../server/app.ts';
import { tagRoutes } from '../../server/tag-routes.ts';
import { keepAddressesSecret } from '../../server/tokens-in-addresses.ts';
import { type V2AccountParts, v2AccountRoutes } from './account.ts';
import { v2EmptyListRoutes } from './empty-lists.ts';
import { type GuardParts, guardRoutes } from './guard.ts';
import { type V2ManagementParts, v2ManagementRoutes } from './management.ts';
import { type V2OwnContactParts, v2OwnContactRoutes } from './own-contacts.ts';
import { type V2PasscodeParts, v2PasscodeRoutes } from './passcodes.ts';
import { type V2PasswordParts, v2PasswordRoutes } from './passwords.ts';
import { type V2QrCodeParts, v2QrCodeRoutes } from './qr-codes.ts';
import { type V2SignInParts, v2SignInRoutes } from './sign-in.ts';
import { type UserExistsParts, v2UserExistsRoutes } from './user-exists.ts';
import { type ValidateTokenParts, validateTokenRoutes } from './validate-token.ts';

export type V2Parts = FailureParts &
  GuardParts &
  V2ManagementParts &
  V2QrCodeParts &
  V2SignInParts &
  V2PasscodeParts &
  V2AccountParts &
  V2OwnContactParts &
  V2PasswordParts &
  UserExistsParts &
  ValidateTokenParts;

/** The second generation (wire 2.5–2.7, 4.6), in a scope of its own, because its refusals look different. */
export function v2Routes(app: App, parts: V2Parts): void {
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
  });
}

/** Whether refusals at this address must be in the second generation's words, even where no route is. */
export function isOfV2(url: string): boolean {
  return /^\/+api\/+(v2|qrcode)\//.test(url);
}
