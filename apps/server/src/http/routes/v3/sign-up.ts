import { envelope, type Reason, SignUpDto, UserDto } from '@passbeam/protocol';
import type { Application } from '../../../core/directory/application.ts';
import type { Caller } from '../../../core/ground/caller.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import type { PasswordDecryption } from '../../../core/ground/ports.ts';
import type { User } from '../../../core/users/user.ts';
import { applicationOf } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { countAttempt, limitingGuesses } from '../../limits/guess-limit.ts';
import { type EncryptType, newPassword } from '../../requests/encrypted-password.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { userDto } from '../../wire/user-dto.ts';
import { contactOf } from './sign-in.ts';

/** `POST /api/v3/signup` (wire 4.2). */
export function signUpRoutes(app: App, parts: Parts): void {
  app.post(
    '/api/v3/signup',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Register with a password or a code',
        description:
          'connection PASSWORD, with exactly one of username and email beside the password; further fields go into profile. Or connection PASSCODE, with a code of CHANNEL_REGISTER and the email or phone it was sent to, which is verified then; ' +
          'options.passwordForPhonePassCode sets a password as well. Names the application in the x-authing-app-id ' +
          '(or x-genauth-app-id) header; does not sign in. Errors: 409 apiCode 2026 identifier taken (the message names it), 403 apiCode 2031 registration closed, ' +
          '400 apiCode 2029 password too short or too common, 400 apiCode 2231 a field is not valid, 501 other connections.',
        body: SignUpDto,
        response: { 200: envelope(UserDto) },
      },
    },
    async (request) => {
      const { options } = request.body;
      const application = applicationOf(request, parts.directory);
      const caller = callerOf(request);
      if (request.body.connection === 'PASSCODE') {
        await countAttempt(parts.limits, caller);
        const user = await limitingGuesses(parts.limits, caller, () => withPasscode(request.body, application, caller));
        return ok(request, userDto(user, { publicUrl: parts.publicUrl, withCustomData: false }));
      }
      const { username, email, password } = credentialsOf(request.body);
      const { email: profileEmail, phone, phoneCountryCode, customData, ...profile } = request.body.profile ?? {};
      await countAttempt(parts.limits, caller);
      const names = {
        username: 'passwordPayload.username',
        email: email === undefined ? 'profile.email' : 'passwordPayload.email',
        password: 'passwordPayload.password',
        phone: 'profile.phone',
        phoneCountryCode: 'profile.phoneCountryCode',
        customData: 'profile.customData',
      };
      const user = await withFieldNames(names, () =>
        parts.signUp.withPassword({
          application,
          username,
          email: email ?? profileEmail,
          phone,
          phoneCountryCode,
          password: newPassword(
            password,
            options?.passwordEncryptType,
            parts.passwordDecryption,
            'passwordPayload.password',
          ),
          profile,
          customData,
          caller,
        }),
      );
      return ok(request, userDto(user, { publicUrl: parts.publicUrl, withCustomData: false }));
    },
  );

  async function withPasscode(body: SignUpDto, application: Application, caller: Caller): Promise<User> {
    const { contact, passcode } = await contactOf(body);
    const { email, phone, phoneCountryCode, customData, ...profile } = body.profile ?? {};
    const { passwordForPhonePassCode, passwordEncryptType } = body.options ?? {};
    const names = {
      email: 'profile.email',
      phone: 'profile.phone',
      phoneCountryCode: 'profile.phoneCountryCode',
      customData: 'profile.customData',
      password: 'options.passwordForPhonePassCode',
    };
    return withFieldNames(names, () =>
      parts.signUp.withPasscode({
        application,
        contact,
        passcode,
        ...(contact.kind === 'email' ? { phone, phoneCountryCode } : { email }),
        password: plainOptional(passwordForPhonePassCode, passwordEncryptType, parts.passwordDecryption),
        profile,
        customData,
        caller,
      }),
    );
  }
}

function plainOptional(
  sent: string | undefined,
  encryptType: EncryptType,
  passwordDecryption: PasswordDecryption,
): string | undefined {
  if (!sent) return undefined;
  return newPassword(sent, encryptType, passwordDecryption, 'options.passwordForPhonePassCode');
}

function credentialsOf({ connection, passwordPayload, profile }: SignUpDto) {
  const refuse = (field: string, reason: Reason): never => {
    throw new DomainError('invalid_argument', { field, reason });
  };
  if (connection !== 'PASSWORD') {
    throw new DomainError('not_implemented', { field: 'connection', reason: ['connectionNotOffered', connection] });
  }
  if (passwordPayload === undefined) return refuse('passwordPayload', 'required');
  const { username, email } = passwordPayload;
  if ((username === undefined) === (email === undefined)) {
    return refuse(`passwordPayload.${username === undefined ? 'username' : 'email'}`, [
      'notExactlyOne',
      ['username', 'email'],
    ]);
  }
  if (email !== undefined && profile?.email !== undefined && profile.email !== email) {
    return refuse('profile.email', ['notSameAs', 'passwordPayload.email']);
  }
  return passwordPayload;
}
