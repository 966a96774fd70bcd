import type { PublicConfig } from '@passbeam/protocol';
import type { ApplicationProfile } from '../../core/directory/profile.ts';

/** The ways to log in that pages offer, in the words of Guard and the phone SDKs (wire 3.4). */

const tabOfConnection = { QRCODE: 'app-qrcode', PASSWORD: 'password', PASSCODE: 'phone-code', LDAP: '', AD: '' };
const tabOfRegisterMethod = { EMAIL_PASSWORD: 'email', EMAIL_CODE: 'emailCode', PHONE_CODE: 'phone' };

type Offer = Pick<PublicConfig, 'loginTabs' | 'registerTabs' | 'passwordTabConfig' | 'verifyCodeTabConfig'> & {
  /** The tabs with fields to fill in, and those with codes to scan. */
  typed: string[];
  scanned: string[];
};

export function loginOffer({ loginConfig, registerConfig }: ApplicationProfile, mayRegister: boolean): Offer {
  const enabled = loginConfig.enabledBasicLoginMethods;
  const passwords = guardNames(enabled.filter((method) => method.endsWith('_PASSWORD')));
  const passcodes = guardNames(enabled.filter((method) => method.endsWith('_CODE')));
  const scanned = enabled.includes('SELF_BUILT_APP_QRCODE') ? ['app-qrcode'] : [];
  // The tab of passcodes is named after its oldest method, whichever methods it offers.
  const typed = [...(passwords.length > 0 ? ['password'] : []), ...(passcodes.length > 0 ? ['phone-code'] : [])];
  const list = [...scanned, ...typed];
  const wanted = tabOfConnection[loginConfig.defaultLoginMethod.connectionType];

  const register = mayRegister ? registerConfig.enabledBasicRegisterMethods : [];
  const prefersPassword = registerConfig.defaultRegisterMethod === 'PASSWORD';
  const firstRegister = register.find((method) => method.endsWith('_PASSWORD') === prefersPassword) ?? register[0];

  return {
    typed,
    scanned,
    loginTabs: { list, default: list.includes(wanted) ? wanted : (list[0] ?? 'app-qrcode'), title: {} },
    registerTabs: {
      list: register.map((method) => tabOfRegisterMethod[method]),
      default: tabOfRegisterMethod[firstRegister ?? 'EMAIL_PASSWORD'],
      title: {},
    },
    passwordTabConfig: {
      enabledLoginMethods: passwords,
      validLoginMethods: passwords,
      validRegisterMethods: guardNames(register.filter((method) => method.endsWith('_PASSWORD'))),
    },
    verifyCodeTabConfig: {
      enabledLoginMethods: passcodes,
      validLoginMethods: passcodes,
      validRegisterMethods: guardNames(register.filter((method) => method.endsWith('_CODE'))),
    },
  };
}

/** Guard's names of methods: `EMAIL_PASSWORD` is `email-password`. */
function guardNames(methods: readonly string[]): string[] {
  return methods.map((method) => method.toLowerCase().replace('_', '-'));
}
