import { DomainError } from '../ground/errors.ts';
import type { Application } from './application.ts';
import type { Managed } from './kept/managed.ts';
import type { UserPool } from './pool.ts';

/** A pool or an application as flat values, by the path of their key in the configuration file. */
export type FlatFields = Readonly<Record<string, unknown>>;

export function fieldsOfPool({ name, brand, securitySettings: settings }: UserPool): FlatFields {
  const { qrcodeLoginStrategy: strategy } = settings;
  return {
    name,
    logoUrl: brand.logoUrl,
    color: brand.color,
    termsUrl: brand.termsUrl,
    'securitySettings.allowedOrigins': settings.allowedOrigins,
    'securitySettings.registerDisabled': settings.registerDisabled,
    'securitySettings.defaultPhoneCountryCode': settings.general.defaultPhoneCountryCode ?? null,
    ...strategyFields('securitySettings.qrcodeLoginStrategy', strategy),
    'securitySettings.sso.idleSeconds': settings.sso.idleSeconds,
    'securitySettings.sso.absoluteSeconds': settings.sso.absoluteSeconds,
  };
}

export function fieldsOfApplication(application: Application): FlatFields {
  const { securityOverride: override } = application;
  return {
    kind: application.kind,
    name: application.name,
    domain: application.domain,
    logoUrl: application.logoUrl,
    color: application.color,
    termsUrl: application.termsUrl,
    redirectUris: application.redirectUris,
    logoutRedirectUris: application.logoutRedirectUris,
    backchannelLogoutUri: application.backchannelLogoutUri,
    backchannelLogoutSessionRequired: application.backchannelLogoutSessionRequired,
    tokenEndpointAuthMethod: application.tokenEndpointAuthMethod,
    enabled: application.enabled,
    approvesScans: application.approvesScans,
    signsInDevices: application.signsInDevices,
    pollBinding: application.pollBinding,
    qrPayload: application.qrPayload,
    appleAppIds: application.appleAppIds,
    androidApps: application.androidApps,
    appStoreUrl: application.appStoreUrl,
    androidStoreUrl: application.androidStoreUrl,
    customSecurityEnabled: application.customSecurityEnabled,
    'securityOverride.allowedOrigins': override.allowedOrigins ?? null,
    ...strategyFields('securityOverride.qrcodeLoginStrategy', override.qrcodeLoginStrategy ?? {}),
    savesCustomData: application.savesCustomData,
    allowedScopes: application.allowedScopes,
    refreshTokenExpiresIn: application.refreshTokenExpiresIn,
    ssoEnabled: application.profile.ssoEnabledAt !== null,
  };
}

function strategyFields(at: string, strategy: Partial<UserPool['securitySettings']['qrcodeLoginStrategy']>) {
  const names = [
    'qrcodeExpiresIn',
    'ticketExpiresIn',
    'returnFullUserInfo',
    'allowExchangeUserInfoFromBrowser',
  ] as const;
  return Object.fromEntries(names.map((name) => [`${at}.${name}`, strategy[name] ?? null]));
}

/** Fields whose name in messages is not their key in the file. */
const messageNames: Readonly<Record<string, string>> = {
  'application name': 'appName',
  'application logoUrl': 'appLogo',
  'application tokenEndpointAuthMethod': 'oidcConfig.token_endpoint_auth_method',
  'pool name': 'userPoolName',
  'pool logoUrl': 'brand.logoUrl',
  'pool color': 'brand.color',
  'pool termsUrl': 'brand.termsUrl',
};

type Noun = 'application' | 'pool';

function messageName(noun: Noun, path: string): string {
  return messageNames[`${noun} ${path}`] ?? path.replace(/^securitySettings\./, '');
}

/** Who writes each field, by its name in messages. */
export function whoManages(
  noun: Noun,
  fields: FlatFields,
  { fields: managed }: Managed,
): Record<string, 'file' | 'console'> {
  return Object.fromEntries(
    Object.keys(fields).map((path) => [messageName(noun, path), Object.hasOwn(managed, path) ? 'file' : 'console']),
  );
}

/** Refuses a change of what the file writes. The same value is no change: clients send whole objects. @throws DomainError managed_by_file */
export function refuseManaged(noun: Noun, { fields: managed }: Managed, before: FlatFields, after: FlatFields): void {
  const [path] = Object.keys(managed).filter((key) => Object.hasOwn(before, key) && !isSame(before[key], after[key]));
  if (path !== undefined) throw managedByFile(messageName(noun, path), path, managed[path] ?? 0);
}

/** @throws DomainError managed_by_file when the file names the object itself, which would come back with the next start */
export function refuseRemoval({ configuration }: Managed, field: string): void {
  if (configuration === 'managed') throw new DomainError('managed_by_file', { field, reason: 'namedByFile' });
}

/** @throws DomainError managed_by_file when the file writes this key of the pool */
export function refuseManagedList({ fields }: Managed, path: string, field: string): void {
  if (Object.hasOwn(fields, path)) throw managedByFile(field, path, fields[path] ?? 0);
}

function managedByFile(field: string, path: string, line: number): DomainError {
  return new DomainError('managed_by_file', { field, reason: ['writtenByFile', path, line] });
}

/** Whether two values are written alike, whatever the order of their keys. */
export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one, sortedKeys) === JSON.stringify(other, sortedKeys);
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
