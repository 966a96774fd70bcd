import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import { DomainError } from '../ground/errors.ts';
import type { MessageSender } from '../sign-in/message-sender.ts';
import type { Contact } from '../users/contact.ts';

type Channel = Contact['kind'];

/** The ways to sign in that a page may offer for an application. What is not offered is refused. */
export interface Offers {
  qrcode: boolean;
  password: { fields: ('username' | 'email' | 'phone')[] } | null;
  passcode: { channels: Channel[] } | null;
  signUp: { with: ('username' | 'email' | 'phone')[]; passcode: Channel[] } | null;
  forgotPassword: boolean;
}

export function createOffers({ directory, sender }: { directory: Directory; sender: Pick<MessageSender, 'missing'> }) {
  return function offersOf(application: Application): Offers {
    const { loginConfig, registerConfig } = application.profile;
    const methods = loginConfig.enabledBasicLoginMethods;
    const canSend = (channel: Channel) => sender.missing(channel) === null;
    const fields = [
      ...(methods.includes('USERNAME_PASSWORD') ? (['username'] as const) : []),
      ...(methods.includes('EMAIL_PASSWORD') ? (['email'] as const) : []),
      ...(methods.includes('PHONE_PASSWORD') ? (['phone'] as const) : []),
    ];
    const channels = [
      ...(methods.includes('EMAIL_CODE') && canSend('email') ? (['email'] as const) : []),
      ...(methods.includes('PHONE_CODE') && canSend('phone') ? (['phone'] as const) : []),
    ];
    return {
      qrcode: methods.includes('SELF_BUILT_APP_QRCODE') && somebodyApproves(application),
      password: fields.length === 0 ? null : { fields },
      passcode: channels.length === 0 ? null : { channels },
      signUp: signUpOf(application, registerConfig.enabledBasicRegisterMethods, channels),
      forgotPassword: fields.length > 0 && (canSend('email') || canSend('phone')),
    };
  };

  /** Without a phone application in the pool nobody could scan. */
  function somebodyApproves({ userPoolId }: Application): boolean {
    return directory
      .applications()
      .some((other) => other.userPoolId === userPoolId && other.enabled && other.approvesScans);
  }

  function signUpOf({ userPoolId }: Application, methods: readonly string[], channels: Channel[]): Offers['signUp'] {
    if (directory.getPool(userPoolId).securitySettings.registerDisabled) return null;
    const fields = methods.includes('EMAIL_PASSWORD') ? (['email'] as const) : [];
    const isOpen = fields.length > 0 || channels.length > 0;
    return isOpen ? { with: [...fields], passcode: channels } : null;
  }
}

/** @throws DomainError permission_denied */
export function requireOffered(isOffered: boolean): void {
  if (!isOffered) throw new DomainError('permission_denied', { reason: 'methodNotOffered' });
}
