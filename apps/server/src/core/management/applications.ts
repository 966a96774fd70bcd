import type { CreateApplicationDto, Reason, UpdateApplicationDto } from '@passbeam/protocol';
import { changesOf } from '../audit/changes.ts';
import type { AuditType } from '../audit/event.ts';
import type { AuditStore } from '../audit/store.ts';
import { colorPattern, domainPattern, isCallableUrl, isRedirectUri, isWebUrl } from '../directory/addresses.ts';
import type { Application } from '../directory/application.ts';
import type { ApplicationFilter, ApplicationStore } from '../directory/application-store.ts';
import { checkedOverride, checkStrategy } from '../directory/check.ts';
import type { Directory } from '../directory/directory.ts';
import { changedBy, checkVersion } from '../directory/kept/kept.ts';
import { fieldsOfApplication, refuseManaged, refuseRemoval } from '../directory/managed-fields.ts';
import { newApplication } from '../directory/new-application.ts';
import { drawnId, madeBefore } from '../ground/asked-before.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { createTurns } from '../ground/turns.ts';
import { type Administrator, idOf } from './administrator.ts';
import { managementEvent } from './event.ts';
import { requireOwnerToOpen } from './open-switches.ts';

type ApplicationChanges = Omit<UpdateApplicationDto, 'appId'> & Pick<CreateApplicationDto, 'appType' | 'template'>;

/** Manages the applications of the administrator's own pool (wire 5.2, rows 18–22); those of others look unknown. */
export function createApplicationManagement(parts: {
  directory: Directory;
  applications: Pick<ApplicationStore, 'page'>;
  audit: Pick<AuditStore, 'append'>;
  secrets: Secrets;
  clock: Clock;
  /** What the audit says of an application, without its secret. */
  describe: (application: Application) => object;
}) {
  const { directory, applications, audit, secrets, clock, describe } = parts;
  const inTurn = createTurns();

  /** Changes read before they write: of two at once, here or on another node, the second must see the first. */
  function changeInTurn<T>(appId: string, work: (version: number | undefined) => Promise<T>): Promise<T> {
    return inTurn(appId, () => directory.change(work));
  }

  /** @throws DomainError app_not_found */
  function get(admin: Administrator, appId: string): Application {
    const application = directory.findApplication(appId);
    if (application?.userPoolId !== admin.userPoolId) throw new DomainError('app_not_found', { field: 'appId' });
    return application;
  }

  function list(admin: Administrator, filter: Omit<ApplicationFilter, 'userPoolId'>) {
    return applications.page({ ...filter, userPoolId: admin.userPoolId });
  }

  /** With an `idempotencyKey`, a repeat shows the application that the first request made. @throws DomainError invalid_argument, app_identifier_taken */
  async function create(admin: Administrator, input: CreateApplicationDto, caller: Caller): Promise<Application> {
    const { idempotencyKey, ...asked } = input;
    if (idempotencyKey === undefined) return insert(admin, asked, { id: secrets.randomId(24) }, caller);
    const drawn = { scope: ['application', admin.userPoolId], idempotencyKey, asked };
    // Of two at once, the second is refused for its version and then sees what the first one made.
    return directory.change(async (version) => {
      const own = directory.applications().filter(({ userPoolId }) => userPoolId === admin.userPoolId);
      const before = madeBefore(secrets, drawn, own);
      return before ?? insert(admin, asked, { id: drawnId(secrets, drawn), version }, caller);
    });
  }

  async function insert(
    admin: Administrator,
    input: CreateApplicationDto,
    { id, version }: { id: string; version?: number },
    caller: Caller,
  ): Promise<Application> {
    const now = clock.now();
    const blank = newApplication(
      {
        id,
        userPoolId: admin.userPoolId,
        name: input.appName,
        secret: secrets.randomId(32),
        ...directory.getPool(admin.userPoolId).defaults,
      },
      now,
    );
    const application = changedBy(changed(blank, input, now), idOf(admin), now);
    requireOwnerToOpen(admin, switchesOf(blank, application), now);
    const event = eventOf('admin.application_created', admin, application, caller, {
      targetValue: changesOf({}, describe(application)).targetValue,
    });
    if (!(await directory.putApplication(application, event, version))) throw identifierTaken();
    return application;
  }

  /** @throws DomainError app_not_found, invalid_argument, app_identifier_taken, managed_by_file, version_conflict */
  function update(admin: Administrator, input: UpdateApplicationDto, caller: Caller): Promise<Application> {
    return changeInTurn(input.appId, async (version) => {
      const before = get(admin, input.appId);
      checkVersion(before, input.ifVersion);
      const now = clock.now();
      const after = changedBy(changed(before, input, now), idOf(admin), now);
      requireOwnerToOpen(admin, switchesOf(before, after), now);
      refuseManaged('application', before.managed, fieldsOfApplication(before), fieldsOfApplication(after));
      const event = eventOf('admin.application_updated', admin, after, caller, {
        ...changesOf(describe(before), describe(after)),
      });
      if (!(await directory.changeApplication(before, after, { at: now, event, version }))) throw identifierTaken();
      return after;
    });
  }

  /** @throws DomainError app_not_found, managed_by_file */
  function remove(admin: Administrator, appId: string, caller: Caller): Promise<void> {
    return changeInTurn(appId, async (version) => {
      const application = get(admin, appId);
      refuseRemoval(application.managed, 'appId');
      const event = eventOf('admin.application_deleted', admin, application, caller, {
        originValue: changesOf(describe(application), {}).originValue,
      });
      const isRemoved = await directory.removeApplication(appId, clock.now(), event, version);
      if (!isRemoved) throw new DomainError('app_not_found', { field: 'appId' });
    });
  }

  /** Nobody reads a secret without a trace. @throws DomainError app_not_found */
  async function showSecret(admin: Administrator, appId: string, caller: Caller): Promise<string> {
    const application = get(admin, appId);
    await audit.append(eventOf('admin.application_secret_shown', admin, application, caller, {}));
    return application.secret;
  }

  /** Draws a new secret; the old one is wrong from now on. @throws DomainError app_not_found */
  function refreshSecret(admin: Administrator, appId: string, caller: Caller): Promise<string> {
    return changeInTurn(appId, async (version) => {
      const application = get(admin, appId);
      const secret = secrets.randomId(32);
      const event = eventOf('admin.application_secret_refreshed', admin, application, caller, {});
      const after = { ...application, secret, olderSecrets: [] };
      await directory.putApplication(changedBy(after, idOf(admin), clock.now()), event, version);
      return secret;
    });
  }

  const switchesOf = (before: Application, after: Application) => ({
    before: directory.qrcodeLoginStrategy(before),
    after: directory.qrcodeLoginStrategy(after),
    field: 'securityOverride.qrcodeLoginStrategy',
  });

  function eventOf(
    type: AuditType,
    admin: Administrator,
    { id: applicationId, name }: Application,
    caller: Caller,
    detail: Record<string, string>,
  ) {
    return managementEvent(secrets, type, admin, caller, {
      applicationId,
      detail: { operationParam: name, ...detail },
    });
  }

  return { get, list, create, update, remove, showSecret, refreshSecret };
}

export type ApplicationManagement = ReturnType<typeof createApplicationManagement>;

function changed(before: Application, input: ApplicationChanges, now: number): Application {
  check(input);
  const kind = input.kind ?? before.kind;
  const approvesScans = input.approvesScans ?? before.approvesScans;
  if (kind === 'relyingParty' && approvesScans) {
    throw new DomainError('invalid_argument', { field: 'approvesScans', reason: 'relyingPartyApproves' });
  }
  const { profile } = before;
  const text = (value: string | null | undefined, old: string | null) => (value === undefined ? old : value || null);
  return {
    ...before,
    kind,
    name: input.appName ?? before.name,
    domain: input.domain === undefined ? before.domain : input.domain || null,
    logoUrl: text(input.appLogo, before.logoUrl),
    color: input.color === undefined ? before.color : input.color?.toLowerCase() || null,
    termsUrl: text(input.termsUrl, before.termsUrl),
    redirectUris: input.redirectUris ?? before.redirectUris,
    logoutRedirectUris: input.logoutRedirectUris ?? before.logoutRedirectUris,
    backchannelLogoutUri: text(input.backchannelLogoutUri, before.backchannelLogoutUri),
    backchannelLogoutSessionRequired: input.backchannelLogoutSessionRequired ?? before.backchannelLogoutSessionRequired,
    tokenEndpointAuthMethod: input.oidcConfig?.token_endpoint_auth_method ?? before.tokenEndpointAuthMethod,
    enabled: input.enabled ?? before.enabled,
    approvesScans,
    signsInDevices: input.signsInDevices ?? before.signsInDevices,
    pollBinding: input.pollBinding ?? before.pollBinding,
    qrPayload: input.qrPayload ?? before.qrPayload,
    appleAppIds: input.appleAppIds ?? before.appleAppIds,
    androidApps: input.androidApps ?? before.androidApps,
    appStoreUrl: text(input.appStoreUrl, before.appStoreUrl),
    androidStoreUrl: text(input.androidStoreUrl, before.androidStoreUrl),
    customSecurityEnabled: input.customSecurityEnabled ?? before.customSecurityEnabled,
    securityOverride: input.securityOverride
      ? checkedOverride(input.securityOverride, 'securityOverride')
      : before.securityOverride,
    savesCustomData: input.savesCustomData ?? before.savesCustomData,
    allowedScopes: input.allowedScopes === undefined ? before.allowedScopes : input.allowedScopes,
    refreshTokenExpiresIn: input.refreshTokenExpiresIn ?? before.refreshTokenExpiresIn,
    profile: {
      identifier: input.appIdentifier ?? profile.identifier,
      description: text(input.appDescription, profile.description),
      type: input.appType ?? profile.type,
      defaultProtocol: input.defaultProtocol ?? profile.defaultProtocol,
      initLoginUri: text(input.initLoginUri, profile.initLoginUri),
      ssoEnabledAt: ssoEnabledAt(input.ssoEnabled, profile.ssoEnabledAt, now),
      template: text(input.template, profile.template),
      loginConfig: {
        ...profile.loginConfig,
        ...input.loginConfig,
        defaultLoginMethod: { ...profile.loginConfig.defaultLoginMethod, ...input.loginConfig?.defaultLoginMethod },
        enabledExtIdpConns: [],
      },
      registerConfig: { ...profile.registerConfig, ...input.registerConfig },
      brandingConfig: { ...profile.brandingConfig, ...input.brandingConfig, showAgreement: false, agreements: [] },
    },
  };
}

function ssoEnabledAt(isEnabled: boolean | undefined, before: number | null, now: number): number | null {
  if (isEnabled === undefined) return before;
  return isEnabled ? (before ?? now) : null;
}

/** Checks the rules that no schema can express. @throws DomainError invalid_argument, unsupported_type */
function check(input: ApplicationChanges): void {
  const refuse = (field: string, reason: Reason): never => {
    throw new DomainError('invalid_argument', { field, reason });
  };
  for (const field of ['redirectUris', 'logoutRedirectUris'] as const) {
    input[field]?.forEach((uri, index) => {
      if (!isRedirectUri(uri)) refuse(`${field}.${index}`, 'notRedirectUri');
    });
  }
  for (const field of ['appLogo', 'termsUrl', 'initLoginUri', 'appStoreUrl', 'androidStoreUrl'] as const) {
    if (input[field] && !isWebUrl(input[field])) refuse(field, 'notWebUrl');
  }
  const { backchannelLogoutUri } = input;
  if (backchannelLogoutUri && !isCallableUrl(backchannelLogoutUri)) refuse('backchannelLogoutUri', 'notCallable');
  if (input.color && !new RegExp(colorPattern).test(input.color)) refuse('color', 'notColor');
  if (input.domain && !new RegExp(domainPattern).test(input.domain)) refuse('domain', 'notHostName');
  if (input.defaultProtocol !== undefined && input.defaultProtocol !== 'oidc') {
    throw new DomainError('unsupported_type', { field: 'defaultProtocol', reason: 'onlyOidc' });
  }
  const { securityOverride } = input;
  if (securityOverride?.qrcodeLoginStrategy) {
    checkStrategy(securityOverride.qrcodeLoginStrategy, 'securityOverride.qrcodeLoginStrategy');
  }
}

function identifierTaken(): DomainError {
  return new DomainError('app_identifier_taken', { field: 'appIdentifier' });
}
