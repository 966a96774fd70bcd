import type {
  GeneralSecuritySettings,
  Reason,
  SecuritySettingsDto,
  UpdateSecuritySettingsDto,
} from '@passbeam/protocol';
import { changesOf } from '../audit/changes.ts';
import { colorPattern, isWebUrl } from '../directory/addresses.ts';
import { checkedOrigins, checkSsoLifetimes, checkStrategy } from '../directory/check.ts';
import type { Directory } from '../directory/directory.ts';
import { changedBy, checkVersion } from '../directory/kept/kept.ts';
import { fieldsOfPool, refuseManaged, whoManages } from '../directory/managed-fields.ts';
import { noBrand, type PoolBrand, type UserPool } from '../directory/pool.ts';
import { defaultSsoLifetimes, type SecuritySettings } from '../directory/settings.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { createTurns } from '../ground/turns.ts';
import { maxPasscodeFailures } from '../sign-in/passcode-store.ts';
import { passcodeDigits } from '../sign-in/passcodes.ts';
import { type Administrator, idOf } from './administrator.ts';
import { managementEvent } from './event.ts';
import { requireOwnerToOpen } from './open-switches.ts';

/** Settings without effect show what this server really does, so that no promise is shown that is not kept. */
const defaultGeneralSettings: GeneralSecuritySettings = {
  authingTokenExpiresIn: 1_296_000,
  verifyCodeLength: passcodeDigits,
  verifyCodeMaxAttempts: maxPasscodeFailures,
  changeEmailStrategy: { verifyOldEmail: true },
  changePhoneStrategy: { verifyOldPhone: true },
  cookieSettings: { cookieExpiresIn: 1_209_600, cookieExpiresOnBrowserSession: false },
  registerAnomalyDetection: { enabled: false, limit: 50, timeInterval: 300 },
  completePasswordAfterPassCodeLogin: false,
  loginAnomalyDetection: {
    loginFailStrategy: 'block-account',
    robotVerify: 'disable',
    accountLock: 'condition_set',
    loginFailCheck: { enabled: false, limit: 50, timeInterval: 300 },
    loginPasswordFailCheck: { enabled: true, limit: 5, timeInterval: 300 },
    accountLockLoginPasswordFailCheck: { enabled: true, limit: 5, timeInterval: 300 },
    robotVerifyLoginPasswordFailCheck: { enabled: false, limit: 5, timeInterval: 300 },
    robotVerifyLoginIpWhitelistCheck: { enabled: false, ipWhitelist: '' },
    robotVerifyLoginTimeCheckEnable: false,
    robotVerifyloginWeekStartEndTime: [],
  },
  loginRequireEmailVerified: false,
  selfUnlockAccount: { enabled: false, strategy: 'captcha' },
  enableLoginAccountSwitch: false,
};

/** The pool's security settings, read and changed by its administrators (wire 3.3). */
export function createSecuritySettings(parts: { directory: Directory; secrets: Secrets; clock: Clock }) {
  const { directory, secrets, clock } = parts;
  /** A change reads before it writes: of two at once, the second must see the first. */
  const inTurn = createTurns();

  function get({ userPoolId }: Administrator): SecuritySettingsDto {
    return securitySettingsDto(directory.getPool(userPoolId));
  }

  /** Fields that are not named stay, those of the strategy too. @throws DomainError invalid_argument, managed_by_file, version_conflict */
  function update(
    admin: Administrator,
    input: UpdateSecuritySettingsDto,
    caller: Caller,
  ): Promise<SecuritySettingsDto> {
    const { allowedOrigins: asked, registerDisabled, qrcodeLoginStrategy, sso, brand, ifVersion, ...general } = input;
    const allowedOrigins = asked && checkedOrigins(asked, 'allowedOrigins');
    if (qrcodeLoginStrategy) checkStrategy(qrcodeLoginStrategy, 'qrcodeLoginStrategy');
    if (brand) checkBrand(brand);
    return inTurn(admin.userPoolId, () =>
      directory.change(async (version) => {
        const pool = directory.getPool(admin.userPoolId);
        checkVersion(pool, ifVersion);
        const before = pool.securitySettings;
        const settings: SecuritySettings = {
          allowedOrigins: allowedOrigins ?? before.allowedOrigins,
          registerDisabled: registerDisabled ?? before.registerDisabled,
          qrcodeLoginStrategy: { ...before.qrcodeLoginStrategy, ...qrcodeLoginStrategy },
          sso: { ...before.sso, ...sso },
          general: { ...before.general, ...known(general) },
        };
        checkSsoLifetimes(settings.sso, 'sso');
        const [was, becomes] = [before.qrcodeLoginStrategy, settings.qrcodeLoginStrategy];
        requireOwnerToOpen(admin, { before: was, after: becomes, field: 'qrcodeLoginStrategy' }, clock.now());
        const changed = { ...pool, securitySettings: settings, brand: { ...pool.brand, ...inOneForm(brand) } };
        const after = changedBy(changed, idOf(admin), clock.now());
        refuseManaged('pool', pool.managed, fieldsOfPool(pool), fieldsOfPool(after));
        // Whoever reads meanwhile must not meet a new version of the same settings.
        if (JSON.stringify(settingsOf(pool)) === JSON.stringify(settingsOf(after))) return securitySettingsDto(pool);
        const event = managementEvent(secrets, 'admin.security_settings_updated', admin, caller, {
          detail: changesOf(settingsOf(pool), settingsOf(after)),
        });
        await directory.putPool(after, event, version);
        return securitySettingsDto(after);
      }),
    );
  }

  return { get, update };
}

export function securitySettingsDto(pool: UserPool): SecuritySettingsDto {
  const { name, ...fields } = fieldsOfPool(pool);
  return {
    ...settingsOf(pool),
    updatedAt: new Date(pool.updatedAt).toISOString(),
    version: pool.version,
    updatedBy: pool.updatedBy,
    managed: whoManages('pool', fields, pool.managed),
  };
}

function settingsOf({ securitySettings: settings, brand }: UserPool): SecuritySettingsDto {
  const { qrcodeExpiresIn, qrcodeExpiresInUnit, ticketExpiresIn, ticketExpiresInUnit } = settings.qrcodeLoginStrategy;
  const { returnFullUserInfo, allowExchangeUserInfoFromBrowser } = settings.qrcodeLoginStrategy;
  return {
    ...defaultGeneralSettings,
    ...settings.general,
    allowedOrigins: settings.allowedOrigins.join('\n'),
    registerDisabled: settings.registerDisabled,
    qrcodeLoginStrategy: {
      qrcodeExpiresIn,
      qrcodeExpiresInUnit: qrcodeExpiresInUnit ?? 'Second',
      ticketExpiresIn,
      ticketExpiresInUnit: ticketExpiresInUnit ?? 'Second',
      allowExchangeUserInfoFromBrowser,
      returnFullUserInfo,
    },
    ...(isSame(settings.sso, defaultSsoLifetimes) ? {} : { sso: settings.sso }),
    ...(isSame(brand, noBrand) ? {} : { brand }),
  };
}

/** Extensions of ours are absent until somebody sets them: published clients know nothing of them. */
function isSame<T extends object>(settings: T, defaults: T): boolean {
  return (Object.keys(defaults) as (keyof T)[]).every((key) => settings[key] === defaults[key]);
}

function inOneForm(brand: Partial<PoolBrand> | undefined): Partial<PoolBrand> {
  return brand?.color ? { ...brand, color: brand.color.toLowerCase() } : { ...brand };
}

/** @throws DomainError invalid_argument */
function checkBrand({ logoUrl, color, termsUrl }: Partial<PoolBrand>): void {
  const refuse = (field: string, reason: Reason): never => {
    throw new DomainError('invalid_argument', { field: `brand.${field}`, reason });
  };
  if (logoUrl && !isWebUrl(logoUrl)) refuse('logoUrl', 'notWebUrl');
  if (termsUrl && !isWebUrl(termsUrl)) refuse('termsUrl', 'notWebUrl');
  if (color && !new RegExp(colorPattern).test(color)) refuse('color', 'notColor');
}

/** The settings that the contract knows. Bodies may hold others, which are not kept. */
function known(general: Partial<GeneralSecuritySettings>): Partial<GeneralSecuritySettings> {
  const entries = Object.entries(general).filter(
    ([name, value]) =>
      (Object.hasOwn(defaultGeneralSettings, name) || name === 'defaultPhoneCountryCode') && value !== undefined,
  );
  return Object.fromEntries(entries);
}
