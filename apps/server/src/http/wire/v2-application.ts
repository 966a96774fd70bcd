import type { V2Application } from '@passbeam/protocol';
import type { Application } from '../../core/directory/application.ts';
import { applicationDto } from './application-dto.ts';

export function v2Application(
  application: Application,
  { publicUrl, registerDisabled }: { publicUrl: string; registerDisabled: boolean },
): V2Application {
  const dto = applicationDto(application, publicUrl);
  return {
    id: dto.appId,
    createdAt: dto.createdAt,
    updatedAt: dto.updatedAt,
    userPoolId: dto.userPoolId,
    protocol: dto.defaultProtocol,
    isOfficial: false,
    isDeleted: false,
    isDefault: false,
    isDemo: false,
    name: dto.appName,
    description: dto.appDescription ?? '',
    identifier: dto.appIdentifier,
    logo: dto.appLogo,
    redirectUris: dto.redirectUris,
    logoutRedirectUris: dto.logoutRedirectUris,
    oidcProviderEnabled: true,
    oauthProviderEnabled: dto.oauthProviderEnabled,
    samlProviderEnabled: dto.samlProviderEnabled,
    casProviderEnabled: dto.casProviderEnabled,
    registerDisabled,
    customSecurityEnabled: dto.customSecurityEnabled,
    oidcConfig: dto.oidcConfig,
  };
}
