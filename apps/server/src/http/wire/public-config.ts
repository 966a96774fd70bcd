import type { GuardPageConfig, PublicConfig } from '@passbeam/protocol';
import type { Application } from '../../core/directory/application.ts';
import type { UserPool } from '../../core/directory/pool.ts';
import { defaultScope } from '../../core/sessions/scopes.ts';
import { passcodeDigits } from '../../core/sign-in/passcodes.ts';
import { loginOffer } from './login-tabs.ts';

/** What anybody may know of an application, built field by field: nothing of it is copied whole, least of all its secret. */

export interface PublicSurroundings {
  pool: UserPool;
  allowedOrigins: readonly string[];
  publicUrl: string;
  passwordKeyPem: string;
  /** Whether people who forgot their password can be sent a code. */
  canResetPassword: boolean;
}

/** How Guard judges new passwords while they are typed: six characters or more, whatever they are. */
export const passwordStrength = 1;

export function publicConfig(
  application: Application,
  { pool, allowedOrigins, publicUrl, passwordKeyPem, canResetPassword }: PublicSurroundings,
): PublicConfig {
  const { origin, host } = new URL(publicUrl);
  const mayRegister = !pool.securitySettings.registerDisabled;
  const logo = `${publicUrl}/logos/default.png`;
  const authMethod = application.tokenEndpointAuthMethod;
  const { profile } = application;
  const { brandingConfig: branding } = profile;
  const { typed, scanned, ...tabs } = loginOffer(profile, mayRegister);

  return {
    id: application.id,
    userPoolId: pool.id,
    rootUserPoolId: pool.id,
    identifier: profile.identifier ?? application.id,
    name: application.name,
    description: profile.description ?? '',
    logo: application.logoUrl ?? logo,
    userpoolLogo: logo,
    requestHostname: host,
    cdnBase: publicUrl,
    publicKey: withoutArmour(passwordKeyPem),
    // The server's own pages are always listed. Guard would read an empty list as "everywhere".
    allowedOrigins: [...new Set([...allowedOrigins, origin])],
    corsWhitelist: [],
    redirectUris: application.redirectUris,
    logoutRedirectUris: application.logoutRedirectUris,
    protocol: profile.defaultProtocol,
    oidcConfig: {
      client_id: application.id,
      redirect_uris: application.redirectUris,
      scope: defaultScope,
      token_endpoint_auth_method: authMethod,
      introspection_endpoint_auth_method: authMethod,
      revocation_endpoint_auth_method: authMethod,
    },

    ...tabs,
    authingOtpPushTabConfig: { enabledLoginMethods: [], validLoginMethods: [], validRegisterMethods: [] },
    tabMethodsSortConfig: { loginMethodsSort: typed },
    qrCodeSortConfig: { loginMethodsSort: scanned },
    qrcodeTabsSettings: {},
    tabMethodsFields: fieldNames.map(([key, zh, en, tw, ja]) => ({
      key,
      label: zh,
      labelEn: en,
      i18n: { 'zh-CN': zh, 'en-US': en, 'zh-TW': tw, 'ja-JP': ja },
    })),
    ssoPageComponentDisplay: {
      autoRegisterThenLoginHintInfo: mayRegister && profile.loginConfig.mergeLoginAndRegisterPage,
      forgetPasswordBtn: branding.showForgetPasswordButton && canResetPassword,
      idpBtns: false,
      loginBtn: true,
      loginByPhoneCodeTab: typed.includes('phone-code'),
      loginByUserPasswordTab: typed.includes('password'),
      loginMethodNav: true,
      phoneCodeInput: typed.includes('phone-code'),
      registerBtn: mayRegister,
      registerByEmailTab: tabs.registerTabs.list.includes('email'),
      registerByPhoneTab: tabs.registerTabs.list.includes('phone'),
      registerMethodNav: mayRegister,
      socialLoginBtns: false,
      userPasswordInput: typed.includes('password'),
      wxMpScanTab: false,
      loginMethodsI18nDisplaySettings: {},
    },

    registerDisabled: pool.securitySettings.registerDisabled,
    passwordStrength,
    customPasswordStrength: {},
    // The real length: the pool's setting has no effect, and would give people the wrong number of boxes to fill.
    verifyCodeLength: passcodeDigits,
    customSecurityEnabled: application.customSecurityEnabled,
    appRobotVerify: 'disable',
    userpoolRobotVerify: 'disable',
    registerSmsConfig: { robot: { switch: 'OFF' } },
    loginSmsConfig: { robot: { switch: 'OFF' } },
    selfUnlockStrategy: 'captcha',
    enableLoginAccountSwitch: false,

    extendsFieldsEnabled: false,
    extendsFields: [],
    extendsFieldsI18n: {},
    complateFiledsPlace: [],
    skipComplateFileds: true,
    enableCompletePassword: false,
    agreementEnabled: false,
    agreements: [],
    regexRules: [],

    socialConnections: [],
    identityProviders: [],
    ecConnections: [],
    mergeAdAndAccountPasswordLogin: false,
    enabledMatchEmailDomain: false,
    enabledPPRegisterValid: false,
    internationalSmsConfig: { enabled: false, defaultISOType: 'CN' },
    mfa: {},
    mfaBindConfigs: [],
    passkeyEnabled: false,
    deviceFuncEnabled: false,

    isTenantConsole: false,
    isTenantDefault: false,
    tenantInfo: {},
    enableCreateTenant: false,
    enableJoinTenant: false,
    enableVerifyDomainInJoinTenant: false,

    css: branding.customCSSEnabled ? (branding.customCSS ?? '') : '',
    customLoading: branding.customLoadingImage ?? '',
    welcomeMessage: {},
    websocket: '',
    eventSocket: '',
    specialBrowserSymbols: [],
  };
}

export function guardPageConfig({ profile: { brandingConfig } }: Application): GuardPageConfig {
  const { showChangeLanguageButton, defaultLanguage } = brandingConfig;
  return { global: { showChangeLanguage: showChangeLanguageButton, defaultLanguage } };
}

/** zh-CN, en-US, zh-TW, ja-JP: the languages Guard speaks. */
const fieldNames = [
  ['username', '用户名', 'username', '使用者名稱', 'ユーザー名'],
  ['email', '邮箱', 'email', '電子郵件', 'メール'],
  ['phone', '手机号', 'phone number', '手機號碼', '電話番号'],
] as const;

/** The key without PEM armour and line feeds, as one phone SDK needs it (wire 4.7). */
function withoutArmour(pem: string): string {
  return pem.replaceAll(/-----[^-]+-----|\s/g, '');
}
