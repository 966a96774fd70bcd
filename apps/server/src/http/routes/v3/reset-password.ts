import { envelope, ResetPasswordDto, ResetTokenDto, SuccessDto, VerifyResetPasswordDto } from '@passbeam/protocol';
import { DomainError } from '../../../core/ground/errors.ts';
import { resetTokenSeconds } from '../../../core/sign-in/reset-tokens.ts';
import { parseContact } from '../../../core/users/contact.ts';
import { applicationOf } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { newPassword } from '../../requests/encrypted-password.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

export function resetPasswordRoutes(app: App, parts: Parts): void {
  const { directory, limits, passwordReset } = parts;

  app.post(
    '/api/v3/verify-reset-password-request',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Exchange a code for a password reset token',
        description:
          'With a code of CHANNEL_RESET_PASSWORD. Names the application in the x-authing-app-id (or x-genauth-app-id) header. The token is good for ten minutes and one password. ' +
          'Errors: 400 apiCode 2001 wrong, expired or used code, 403 apiCode 2120008 account not active.',
        body: VerifyResetPasswordDto,
        response: { 200: envelope(ResetTokenDto) },
      },
    },
    async (request) => {
      const application = applicationOf(request, directory);
      const { contact, passcode } = proofOf(request.body);
      const caller = callerOf(request);
      const passwordResetToken = await limitingGuesses(limits, caller, () =>
        passwordReset.verify(application, contact, passcode, caller),
      );
      return ok(request, { passwordResetToken, tokenExpiresIn: resetTokenSeconds });
    },
  );

  app.post(
    '/api/v3/reset-password',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Set a new password with a reset token',
        description:
          'With the token of verify-reset-password-request, or of a sign-in that was refused with apiCode 1639. Every login of the person ends. Names the application in the x-authing-app-id (or x-genauth-app-id) header. ' +
          'Errors: 400 apiCode 2001 token wrong, expired or used, 400 apiCode 2029 new password too short or too common (the token stays good).',
        body: ResetPasswordDto,
        response: { 200: envelope(SuccessDto) },
      },
    },
    async (request) => {
      const application = applicationOf(request, directory);
      const { password, passwordEncryptType, passwordResetToken } = request.body;
      const caller = callerOf(request);
      await limitingGuesses(limits, caller, async () => {
        const plain = newPassword(password, passwordEncryptType, parts.passwordDecryption, 'password');
        await passwordReset.reset(application, passwordResetToken, plain, caller);
      });
      return ok(request, { success: true });
    },
  );
}

function proofOf({ verifyMethod, emailPassCodePayload: email, phonePassCodePayload: phone }: VerifyResetPasswordDto) {
  if (verifyMethod === 'EMAIL_PASSCODE' && email !== undefined) {
    return { contact: parseContact({ email: email.email }), passcode: email.passCode };
  }
  if (verifyMethod === 'PHONE_PASSCODE' && phone !== undefined) {
    const { phoneNumber, phoneCountryCode, passCode: passcode } = phone;
    return { contact: parseContact({ phone: phoneNumber, phoneCountryCode }), passcode };
  }
  throw new DomainError('invalid_argument', {
    field: verifyMethod === 'EMAIL_PASSCODE' ? 'emailPassCodePayload' : 'phonePassCodePayload',
    reason: 'required',
  });
}
