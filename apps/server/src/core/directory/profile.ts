import type {
  ApplicationBrandingConfig,
  ApplicationDto,
  ApplicationLoginConfig,
  ApplicationRegisterConfig,
} from '@passbeam/protocol';

/** How an application presents itself and its login page. No rule of scanning depends on it. */
export interface ApplicationProfile {
  /** A host name label, unique in the pool; null: the id serves. */
  identifier: string | null;
  description: string | null;
  type: ApplicationDto['appType'];
  defaultProtocol: ApplicationDto['defaultProtocol'];
  initLoginUri: string | null;
  /** Null when single sign-on is off. */
  ssoEnabledAt: number | null;
  template: string | null;
  loginConfig: ApplicationLoginConfig;
  registerConfig: ApplicationRegisterConfig;
  brandingConfig: ApplicationBrandingConfig;
}

export const defaultApplicationProfile: ApplicationProfile = {
  identifier: null,
  description: null,
  type: 'web',
  defaultProtocol: 'oidc',
  initLoginUri: null,
  ssoEnabledAt: null,
  template: null,
  loginConfig: {
    mergeLoginAndRegisterPage: false,
    enabledBasicLoginMethods: ['USERNAME_PASSWORD', 'EMAIL_PASSWORD', 'PHONE_PASSWORD', 'SELF_BUILT_APP_QRCODE'],
    defaultLoginMethod: {
      connectionType: 'QRCODE',
      qrcodeType: 'SELF_BUILT_APP',
      qrcodeExtIdpConnId: '',
      adExtIdpConnId: '',
      ldapExtIdpConnId: '',
    },
    enabledExtIdpConns: [],
    showAuthorizationPage: false,
  },
  registerConfig: { enabledBasicRegisterMethods: ['EMAIL_PASSWORD'], defaultRegisterMethod: 'PASSWORD' },
  brandingConfig: {
    customCSSEnabled: false,
    guardVersion: 'Advanced',
    showChangeLanguageButton: true,
    defaultLanguage: 'en-US',
    showForgetPasswordButton: false,
    showEnterpriseConnections: false,
    showSocialConnections: false,
    showAgreement: false,
    agreements: [],
  },
};
