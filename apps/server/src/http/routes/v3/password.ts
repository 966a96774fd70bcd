import { CommonResponseDto, UpdatePasswordDto } from '@passbeam/protocol';
import { callerOf } from '../../callers/caller.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { newPassword as readNew, typedPassword } from '../../requests/encrypted-password.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

/** `POST /api/v3/update-password` (wire 4.3). */
export function passwordRoutes(app: App, parts: Parts): void {
  app.post(
    '/api/v3/update-password',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Change the own password',
        description:
          'Needs the access token in authorization (raw or Bearer), and, when a password is set, oldPassword or a passwordResetToken of the same person (of verify-reset-password-request). passwordEncryptType speaks of both passwords. ' +
          'Every other login of the person ends, and with it the codes it confirmed; this one stays. ' +
          'Errors: 400 apiCode 2203 wrong old password, 400 apiCode 2001 wrong, expired or used token, 400 apiCode 2029 new password too short or too common, 403 apiCode 2005 too many failures, 401 apiCode 2020 not signed in.',
        body: UpdatePasswordDto,
        response: { 200: CommonResponseDto },
      },
    },
    async (request) => {
      const signedIn = await parts.tokens.authenticate(request.headers.authorization, 'changePassword');
      const { newPassword, oldPassword, passwordEncryptType, passwordResetToken } = request.body;
      const { passwordDecryption } = parts;
      const caller = callerOf(request);
      await limitingGuesses(parts.limits, caller, async () => {
        const change = {
          newPassword: readNew(newPassword, passwordEncryptType, passwordDecryption, 'newPassword'),
          ...(oldPassword ? { oldPassword: typedPassword(oldPassword, passwordEncryptType, passwordDecryption) } : {}),
          ...(passwordResetToken ? { resetToken: passwordResetToken } : {}),
        };
        await parts.changePassword(signedIn, change, caller);
      });
      return ok(request);
    },
  );
}
