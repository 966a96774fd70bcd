import { type AdministratorParts, requireAdministrator } from '../../callers/administrator.ts';
import type { App } from '../../server/app.ts';
import { tagRoutes } from '../../server/tag-routes.ts';
import { type AccessKeyParts, accessKeyRoutes } from './access-keys.ts';
import { type ApplicationParts, applicationRoutes } from './applications.ts';
import { type CustomDataParts, customDataRoutes } from './custom-data.ts';
import { type LoginHistoryParts, loginHistoryRoutes } from './logins.ts';
import { type LogRouteParts, logRoutes } from './logs.ts';
import { type SecuritySettingsParts, securitySettingsRoutes } from './security-settings.ts';
import { type SigningKeyParts, signingKeyRoutes } from './signing-keys.ts';
import { type ManagementTokenParts, managementTokenRoutes } from './tokens.ts';
import { type ManagedUserParts, managedUserRoutes } from './users.ts';

export type ManagementParts = AdministratorParts &
  ManagementTokenParts &
  AccessKeyParts &
  ManagedUserParts &
  CustomDataParts &
  ApplicationParts &
  SecuritySettingsParts &
  SigningKeyParts &
  LogRouteParts &
  LoginHistoryParts;

/** The management API (wire 5): v3 envelopes, for whoever shows a pool's authority. */
export function managementRoutes(app: App, parts: ManagementParts): void {
  managementTokenRoutes(app, parts);
  app.register(async (scope: App) => {
    requireAdministrator(scope, parts);
    tagRoutes(scope, 'Management');
    accessKeyRoutes(scope, parts);
    managedUserRoutes(scope, parts);
    customDataRoutes(scope, parts);
    applicationRoutes(scope, parts);
    securitySettingsRoutes(scope, parts);
    signingKeyRoutes(scope, parts);
    logRoutes(scope, parts);
    loginHistoryRoutes(scope, parts);
  });
}
