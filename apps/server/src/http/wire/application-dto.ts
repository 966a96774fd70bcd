import {
  type ApplicationDto,
  type ApplicationSimpleInfoDto,
  offeredScopes,
  type SecurityOverrideDto,
} from '@passbeam/protocol';
import type { Static } from 'typebox';
import type { Application } from '../../core/directory/application.ts';
import { fieldsOfApplication, whoManages } from '../../core/directory/managed-fields.ts';

/** The application as administrators see it (wire 5.2), field by field, so that nothing new reaches the wire by accident. */
export function applicationDto(application: Application, publicUrl: string): ApplicationDto {
  return {
    ...applicationFacts(application, publicUrl),
    version: application.version,
    updatedBy: application.updatedBy,
    managed: whoManages('application', fieldsOfApplication(application), application.managed),
  };
}

/** What the application is, for records of its changes. */
export function applicationFacts(application: Application, publicUrl: string): ApplicationDto {
  const { profile } = application;
  return {
    ...applicationSimpleInfo(application, publicUrl),
    userPoolId: application.userPoolId,
    defaultProtocol: profile.defaultProtocol,
    redirectUris: application.redirectUris,
    logoutRedirectUris: application.logoutRedirectUris,
    backchannelLogoutUri: application.backchannelLogoutUri,
    backchannelLogoutSessionRequired: application.backchannelLogoutSessionRequired,
    initLoginUri: profile.initLoginUri ?? '',
    ssoEnabled: profile.ssoEnabledAt !== null,
    ...(profile.ssoEnabledAt === null ? {} : { ssoEnabledAt: new Date(profile.ssoEnabledAt).toISOString() }),
    loginConfig: profile.loginConfig,
    registerConfig: profile.registerConfig,
    brandingConfig: profile.brandingConfig,
    oidcConfig: oidcConfig(application),
    samlProviderEnabled: false,
    oauthProviderEnabled: false,
    casProviderEnabled: false,
    customBrandingEnabled: profile.brandingConfig.customCSSEnabled,
    customSecurityEnabled: application.customSecurityEnabled,
    ...(profile.template === null ? {} : { template: profile.template }),
    securityOverride: application.securityOverride satisfies Static<typeof SecurityOverrideDto>,
    enabled: application.enabled,
    kind: application.kind,
    color: application.color,
    termsUrl: application.termsUrl,
    domain: application.domain,
    approvesScans: application.approvesScans,
    signsInDevices: application.signsInDevices,
    pollBinding: application.pollBinding,
    qrPayload: application.qrPayload,
    appleAppIds: application.appleAppIds,
    androidApps: application.androidApps,
    appStoreUrl: application.appStoreUrl,
    androidStoreUrl: application.androidStoreUrl,
    savesCustomData: application.savesCustomData,
    allowedScopes: application.allowedScopes ?? [...offeredScopes],
    refreshTokenExpiresIn: application.refreshTokenExpiresIn,
    createdAt: new Date(application.createdAt).toISOString(),
    updatedAt: new Date(application.updatedAt).toISOString(),
  };
}

export function applicationSimpleInfo(application: Application, publicUrl: string): ApplicationSimpleInfoDto {
  const { profile } = application;
  return {
    appId: application.id,
    appIdentifier: profile.identifier ?? application.id,
    appName: application.name,
    appLogo: applicationLogo(application, publicUrl),
    ...(profile.description === null ? {} : { appDescription: profile.description }),
    appType: profile.type,
    isIntegrateApp: false,
  };
}

export function applicationLogo(application: Application, publicUrl: string): string {
  return application.logoUrl ?? `${publicUrl}/logos/default.png`;
}

/** The application's settings of OpenID Connect, under the names of its registration; published clients do not look into them. */
function oidcConfig({ id, redirectUris, logoutRedirectUris, tokenEndpointAuthMethod }: Application) {
  return {
    client_id: id,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: logoutRedirectUris,
    token_endpoint_auth_method: tokenEndpointAuthMethod,
    introspection_endpoint_auth_method: tokenEndpointAuthMethod,
    revocation_endpoint_auth_method: tokenEndpointAuthMethod,
    id_token_signed_response_alg: 'RS256',
  };
}
