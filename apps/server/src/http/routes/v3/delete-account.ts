import {
  DeleteAccountDto,
  DeletionTokenDto,
  envelope,
  SuccessDto,
  VerifyDeleteAccountDto as VerifyDeleteAccount,
  type VerifyDeleteAccountDto,
} from '@passbeam/protocol';
import { deletionTokenSeconds } from '../../../core/account/delete-account.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import type { SignedIn } from '../../../core/sessions/signed-in.ts';
import { parseContact } from '../../../core/users/contact.ts';
import { callerOf } from '../../callers/caller.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { typedPassword } from '../../requests/encrypted-password.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

const bodyLimit = 16 * 1024;

export function accountDeletionRoutes(app: App, parts: Parts): void {
  const { tokens, accountDeletion, limits, passwordDecryption } = parts;

  app.post(
    '/api/v3/verify-delete-account-request',
    {
      bodyLimit,
      schema: {
        summary: 'Prove who is leaving, for a token to delete the own account',
        description:
          'Needs the access token in authorization (raw or Bearer), of a login that came from no scan. With a code of CHANNEL_DELETE_ACCOUNT, sent to an address that is bound; with the password where no address is verified. The token is good for a minute and one use. ' +
          'Errors: 400 apiCode 2001 wrong, expired or used code, 400 apiCode 2203 wrong password, 400 apiCode 2231 a field is not valid, 401 apiCode 2020 not signed in, 403 apiCode 1001 a login that came from a scan.',
        body: VerifyDeleteAccount,
        response: { 200: envelope(DeletionTokenDto) },
      },
    },
    async (request) => {
      const signedIn = await tokens.authenticate(request.headers.authorization, 'deleteAccount');
      const caller = callerOf(request);
      const deleteAccountToken = await limitingGuesses(limits, caller, () => proved(request.body, signedIn, caller));
      return ok(request, { deleteAccountToken, tokenExpiresIn: deletionTokenSeconds });
    },
  );

  app.post(
    '/api/v3/delete-account',
    {
      bodyLimit,
      schema: {
        summary: 'Delete the own account',
        description:
          'For good, with every login of the person. With the token of verify-delete-account-request. ' +
          'Errors: 400 apiCode 2001 token wrong, expired or used, 401 apiCode 2020 not signed in.',
        body: DeleteAccountDto,
        response: { 200: envelope(SuccessDto) },
      },
    },
    async (request) => {
      const { authorization } = request.headers;
      const caller = callerOf(request);
      await accountDeletion.deleteProved(authorization, caller, async () => {
        const signedIn = await tokens.authenticate(authorization, 'deleteAccount');
        await limitingGuesses(limits, caller, () =>
          accountDeletion.takeToken(signedIn, request.body.deleteAccountToken, caller),
        );
        return signedIn;
      });
      return ok(request, { success: true });
    },
  );

  function proved(
    body: VerifyDeleteAccountDto,
    signedIn: SignedIn<'deleteAccount'>,
    caller: ReturnType<typeof callerOf>,
  ) {
    const { emailPassCodePayload: byEmail, phonePassCodePayload: byPhone, passwordPayload: byPassword } = body;
    if (body.verifyMethod === 'EMAIL_PASSCODE' && byEmail !== undefined) {
      return withFieldNames({ email: 'emailPassCodePayload.email' }, async () => {
        const contact = byEmail.email ? parseContact({ email: byEmail.email }) : null;
        return accountDeletion.allowWithPasscode(signedIn, contact, byEmail.passCode, caller);
      });
    }
    if (body.verifyMethod === 'PHONE_PASSCODE' && byPhone !== undefined) {
      return withFieldNames({ phone: 'phonePassCodePayload.phoneNumber' }, async () => {
        const contact = parseContact({ phone: byPhone.phoneNumber, phoneCountryCode: byPhone.phoneCountryCode });
        return accountDeletion.allowWithPasscode(signedIn, contact, byPhone.passCode, caller);
      });
    }
    if (body.verifyMethod === 'PASSWORD' && byPassword !== undefined) {
      return withFieldNames({ password: 'passwordPayload.password' }, async () => {
        const password = typedPassword(byPassword.password, byPassword.passwordEncryptType, passwordDecryption);
        return accountDeletion.allowWithPassword(signedIn, password, caller);
      });
    }
    throw new DomainError('invalid_argument', { field: payloadNames[body.verifyMethod], reason: 'required' });
  }
}

const payloadNames = {
  EMAIL_PASSCODE: 'emailPassCodePayload',
  PHONE_PASSCODE: 'phonePassCodePayload',
  PASSWORD: 'passwordPayload',
} as const;
