import type { FastifyRequest } from 'fastify';
import type { Application } from '../../../core/directory/application.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { actionOf, type PasscodePurpose, type SendPasscodeInput } from '../../../core/sign-in/passcodes.ts';
import type { Contact } from '../../../core/users/contact.ts';
import type { User } from '../../../core/users/user.ts';
import type { Parts } from '../../requests/parts.ts';

/** The purposes that are served, by the names that clients give them for SMS and e-mail. */
const purposes: Record<string, PasscodePurpose> = {
  login: 'CHANNEL_LOGIN',
  register: 'CHANNEL_REGISTER',
  reset: 'CHANNEL_RESET_PASSWORD',
  LOGIN_VERIFY_CODE: 'CHANNEL_LOGIN',
  REGISTER_VERIFY_CODE: 'CHANNEL_REGISTER',
  RESET_PASSWORD: 'CHANNEL_RESET_PASSWORD',
  RESET_PASSWORD_VERIFY_CODE: 'CHANNEL_RESET_PASSWORD',
  CHANGE_EMAIL: 'CHANNEL_UPDATE_EMAIL',
  EMAIL_BIND_VERIFY_CODE: 'CHANNEL_BIND_EMAIL',
  EMAIL_UNBIND_VERIFY_CODE: 'CHANNEL_UNBIND_EMAIL',
};

/** Finds the purpose of a passcode from the scene in which it is asked for, and from the person who asks where that matters. */
export function createPasscodePurposes(parts: Pick<Parts, 'passcodes' | 'v2LoginTokens'>) {
  const { passcodes, v2LoginTokens } = parts;

  /** @throws DomainError invalid_argument for a scene without a use here, not_signed_in, qr_born_login, permission_denied */
  return async function purposeOf(
    request: FastifyRequest,
    application: Application,
    contact: Contact,
    scene: string | null | undefined,
  ): Promise<Pick<SendPasscodeInput, 'purpose' | 'person' | 'isForReset'>> {
    // Older clients name one scene for everything, or none.
    if (!scene || scene === 'VERIFY_CODE') {
      const person = await askingPerson(request);
      if (person === null || person.userPoolId !== application.userPoolId) {
        const purpose = scene ? 'CHANNEL_LOGIN' : await passcodes.usualPurpose(application, contact);
        return { purpose, isForReset: true };
      }
      return { purpose: contact.kind === 'email' ? 'CHANNEL_BIND_EMAIL' : 'CHANNEL_BIND_PHONE', person };
    }
    const purpose = Object.hasOwn(purposes, scene) ? purposes[scene] : undefined;
    if (purpose === undefined) throw new DomainError('invalid_argument', { field: 'scene', reason: ['noUse', scene] });
    const action = actionOf(purpose);
    if (action === null) return { purpose };
    return { purpose, person: (await v2LoginTokens.authenticate(request.headers.authorization, action)).user };
  };

  /** Who asks. Clients send the token of an old login with everything: an ended one is nobody's, and one without the right is refused. */
  async function askingPerson(request: FastifyRequest): Promise<User | null> {
    if (request.headers.authorization === undefined) return null;
    try {
      return (await v2LoginTokens.authenticate(request.headers.authorization, 'changeContacts')).user;
    } catch (error) {
      if (error instanceof DomainError && (error.code === 'not_signed_in' || error.code === 'user_suspended'))
        return null;
      throw error;
    }
  }
}
