import {
  envelopeV2,
  V2CheckedResetCode,
  V2CheckPasswordQuery,
  V2CheckResetCodeDto,
  V2ResetByCheckedCodeDto,
  V2ResetByEmailDto,
  V2ResetByPhoneDto,
  V2UpdatePasswordDto,
  V2User,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { DomainError } from '../../../core/ground/errors.ts';
import { bearerOf } from '../../../core/tokens/bearer.ts';
import { type Contact, parseContact } from '../../../core/users/contact.ts';
import { checkPassword } from '../../../core/users/password-policy.ts';
import { applicationOf, ownApplicationOf } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { countAttempt, limitingGuesses } from '../../limits/guess-limit.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { keepAddressesSecret } from '../../server/tokens-in-addresses.ts';
import { passwordStrength } from '../../wire/public-config.ts';
import { v2User } from '../../wire/v2-user.ts';
import { decrypted, decryptedToCompare } from './log-in.ts';

const bodyLimit = 16 * 1024;

/** Passwords in the calls of the phone SDKs, which always encrypt them (wire 4.6, 4.7); the rules are those of v3. */
export function v2PasswordRoutes(scope: App, parts: Parts): void {
  const { directory, limits, v2LoginTokens, changePassword, passwordReset, passwordDecryption, publicUrl } = parts;

  scope.post(
    '/api/v2/password/update',
    {
      bodyLimit,
      schema: {
        summary: 'Change the own password',
        description:
          'Needs a login that came from no scan, in authorization (raw or Bearer), and oldPassword when a password is set. Every other login of the person ends. ' +
          'Errors: 2203 wrong old password, 2029 password too short or too common, 2016 not decryptable, 2020 not signed in.',
        body: V2UpdatePasswordDto,
        response: { 200: envelopeV2(V2User) },
      },
    },
    async (request) => {
      const { authorization } = request.headers;
      const signedIn = await v2LoginTokens.authenticate(authorization, 'changePassword');
      const { newPassword, oldPassword } = request.body;
      const caller = callerOf(request);
      await limitingGuesses(limits, caller, async () => {
        const change = {
          newPassword: decrypted(newPassword, passwordDecryption, 'newPassword'),
          ...(oldPassword ? { oldPassword: decryptedToCompare(oldPassword, passwordDecryption) } : {}),
        };
        await changePassword(signedIn, change, caller);
      });
      const { user, expiresAt } = await v2LoginTokens.authenticate(authorization, 'readProfile');
      const token = bearerOf(authorization) ?? undefined;
      return okV2(v2User(user, { publicUrl, token, tokenExpiredAt: expiresAt }));
    },
  );

  async function reset(
    request: FastifyRequest,
    contact: Contact,
    { code: passcode, newPassword }: Record<'code' | 'newPassword', string>,
  ) {
    const application = applicationOf(request, directory);
    const caller = callerOf(request);
    await limitingGuesses(limits, caller, async () => {
      const password = decrypted(newPassword, passwordDecryption, 'newPassword');
      return passwordReset.withPasscode(application, { contact, passcode }, password, caller);
    });
    return okV2<null>();
  }

  const resetSchema = {
    description:
      'The code is one to reset a password, or an SMS code that was asked for without a scene. Every login of the person ends. ' +
      'Errors: 2001 wrong, expired or used code, 2029 password too short or too common (the code stays good), 2016 not decryptable, 2101 no application named.',
    response: { 200: envelopeV2(Type.Null()) },
  };
  scope.post(
    '/api/v2/password/reset/sms',
    { bodyLimit, schema: { ...resetSchema, summary: 'Set a new password by an SMS code', body: V2ResetByPhoneDto } },
    async (request) => {
      const { phone, phoneCountryCode } = request.body;
      return reset(request, parseContact({ phone, phoneCountryCode }), request.body);
    },
  );
  scope.post(
    '/api/v2/password/reset/email',
    {
      bodyLimit,
      schema: { ...resetSchema, summary: 'Set a new password by a code by e-mail', body: V2ResetByEmailDto },
    },
    async (request) => reset(request, parseContact({ email: request.body.email }), request.body),
  );

  scope.post(
    '/api/v2/users/password/forget/check-code',
    {
      bodyLimit,
      schema: {
        summary: 'Exchange a code for a password reset token',
        description:
          'As Guard does, with a code to reset a password and the email or phone it was sent to. Names the application in the x-authing-app-id (or x-genauth-app-id) header. ' +
          'Errors: 2001 wrong, expired or used code, 2231 not an address, 2101 no application named.',
        body: V2CheckResetCodeDto,
        response: { 200: envelopeV2(V2CheckedResetCode) },
      },
    },
    async (request) => {
      const application = applicationOf(request, directory);
      const { code, ...address } = request.body;
      const contact = parseContact(address);
      const caller = callerOf(request);
      const resetPasswordToken = await limitingGuesses(limits, caller, () =>
        passwordReset.verify(application, contact, code, caller),
      );
      return okV2({ resetPasswordToken, passwordStrength });
    },
  );

  scope.post(
    '/api/v2/users/password/password-reset',
    {
      bodyLimit,
      schema: {
        summary: 'Set a new password with a password reset token',
        description:
          'With the token of check-code. Every login of the person ends. Names the application in the x-authing-app-id (or x-genauth-app-id) header. ' +
          'Errors: 2001 token wrong, expired or used, 2029 password too short or too common, 2231 repeatPassword is another (the token stays good), 2016 not decryptable.',
        body: V2ResetByCheckedCodeDto,
        response: { 200: envelopeV2(Type.Null()) },
      },
    },
    async (request) => {
      const application = applicationOf(request, directory);
      const { newPassword, repeatPassword, resetPasswordToken } = request.body;
      const caller = callerOf(request);
      await limitingGuesses(limits, caller, async () => {
        const password = decrypted(newPassword, passwordDecryption, 'newPassword');
        if (repeatPassword && decrypted(repeatPassword, passwordDecryption, 'repeatPassword') !== password)
          throw new DomainError('invalid_argument', { field: 'repeatPassword', reason: ['notSameAs', 'newPassword'] });
        await withFieldNames({ password: 'newPassword' }, () =>
          passwordReset.reset(application, resetPasswordToken, password, caller),
        );
      });
      return okV2<null>();
    },
  );

  scope.register(async (checks: App) => {
    keepAddressesSecret(checks);
    checks.get(
      '/api/v2/users/password/check',
      {
        schema: {
          summary: 'Whether a password would be accepted',
          description:
            'Names the application in the x-authing-app-id (or x-genauth-app-id) header. Errors: 2029 password too short or too common, 2016 not decryptable, 1000 asked too often.',
          querystring: V2CheckPasswordQuery,
          response: { 200: envelopeV2(Type.Null()) },
        },
      },
      async (request) => {
        const caller = callerOf(request);
        ownApplicationOf(request, directory);
        await countAttempt(limits, caller);
        checkPassword(decrypted(request.query.password, passwordDecryption, 'password'), 'password', []);
        return okV2<null>();
      },
    );
  });
}
