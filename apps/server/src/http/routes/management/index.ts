import { requireAdministrator } from '../../callers/administrator.ts';
import type { Parts } from '../../requests/parts.ts';
import type { App } from '../../server/app.ts';
import { tagRoutes } from '../../server/tag-routes.ts';
import { accessKeyRoutes } from './access-keys.ts';
import { administratorRoutes } from './administrators.ts';
import { applicationRoutes } from './applications.ts';
import { auditEventRoutes } from './console/audit-events.ts';
import { configurationRoutes } from './console/configuration.ts';
import { installationRoutes } from './console/installation.ts';
import { liveCodeRoutes } from './console/live-codes.ts';
import { messageRoutes } from './console/messages.ts';
import { secretRoutes } from './console/secrets.ts';
import { userImportRoutes } from './console/user-imports.ts';
import { userPoolRoutes } from './console/user-pools.ts';
import { userSearchRoutes } from './console/user-search.ts';
import { userSessionRoutes } from './console/user-sessions.ts';
import { customDataRoutes } from './custom-data.ts';
import { loginHistoryRoutes } from './logins.ts';
import { logRoutes } from './logs.ts';
import { securitySettingsRoutes } from './security-settings.ts';
import { signingKeyRoutes } from './signing-keys.ts';
import { managementTokenRoutes } from './tokens.ts';
import { managedUserRoutes } from './users.ts';

/** The management API (wire 5): v3 envelopes, for whoever shows a pool's authority. */
export function managementRoutes(app: App, parts: Parts): void {
  managementTokenRoutes(app, parts);
  administratorRoutes(app, parts);
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
    auditEventRoutes(scope, parts);
    userSessionRoutes(scope, parts);
    userSearchRoutes(scope, parts);
    liveCodeRoutes(scope, parts);
    secretRoutes(scope, parts);
    userPoolRoutes(scope, parts);
    messageRoutes(scope, parts);
    installationRoutes(scope, parts);
    userImportRoutes(scope, parts);
    configurationRoutes(scope, parts);
  });
}
