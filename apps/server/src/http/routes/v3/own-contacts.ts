import {
  BindEmailDto,
  BindPhoneDto,
  CommonResponseDto,
  envelope,
  UnbindContactDto,
  UpdateEmailDto,
  UpdateEmailTokenDto,
  UpdatePhoneDto,
  UpdatePhoneTokenDto,
  VerifyUpdateEmailDto,
  VerifyUpdatePhoneDto,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { updateTokenSeconds } from '../../../core/account/own-contacts.ts';
import type { SignedIn } from '../../../core/sessions/signed-in.ts';
import { type Contact, parseContact } from '../../../core/users/contact.ts';
import { callerOf } from '../../callers/caller.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

const needs = 'Needs the access token in authorization (raw or Bearer)';
const errors =
  'Errors: 400 apiCode 2001 wrong, expired or used code or token, 409 apiCode 2026 the address is somebody else’s, 400 apiCode 2231 a field is not valid, 401 apiCode 2020 not signed in.';

/** The published v3 clients' calls about the signed-in person's own e-mail address and phone. */
export function ownContactRoutes(app: App, parts: Parts): void {
  const { tokens, ownContacts, limits } = parts;

  async function proving<T>(
    request: FastifyRequest,
    names: Record<string, string>,
    work: (signedIn: SignedIn<'changeContacts'>) => Promise<T>,
  ): Promise<T> {
    const signedIn = await tokens.authenticate(request.headers.authorization, 'changeContacts');
    return withFieldNames(names, () => limitingGuesses(limits, callerOf(request), () => work(signedIn)));
  }
  const schema = (summary: string, about: string) => ({ summary, description: `${needs}. ${about} ${errors}` });
  const bodyLimit = 16 * 1024;
  const done = { 200: CommonResponseDto };

  app.post(
    '/api/v3/bind-email',
    {
      bodyLimit,
      schema: {
        ...schema(
          'Bind an e-mail address',
          'The code is one of CHANNEL_BIND_EMAIL. The bound address can be verified so, too.',
        ),
        body: BindEmailDto,
        response: done,
      },
    },
    async (request) => {
      const { email, passCode: passcode } = request.body;
      await proving(request, {}, (signedIn) =>
        ownContacts.bind(signedIn, { contact: parseContact({ email }), passcode }, callerOf(request)),
      );
      return ok(request);
    },
  );

  app.post(
    '/api/v3/bind-phone',
    {
      bodyLimit,
      schema: {
        ...schema('Bind a phone', 'The code is one of CHANNEL_BIND_PHONE. The bound phone can be verified so, too.'),
        body: BindPhoneDto,
        response: done,
      },
    },
    async (request) => {
      const { phoneNumber: phone, phoneCountryCode, passCode: passcode } = request.body;
      await proving(request, { phone: 'phoneNumber' }, (signedIn) =>
        ownContacts.bind(signedIn, { contact: parseContact({ phone, phoneCountryCode }), passcode }, callerOf(request)),
      );
      return ok(request);
    },
  );

  for (const kind of ['email', 'phone'] as const satisfies Contact['kind'][]) {
    app.post(
      `/api/v3/unbind-${kind}`,
      {
        bodyLimit,
        schema: {
          ...schema(
            kind === 'email' ? 'Remove the own e-mail address' : 'Remove the own phone',
            `The code is one of CHANNEL_UNBIND_${kind.toUpperCase()}, sent to what is removed. Something to sign in with must be left.`,
          ),
          body: UnbindContactDto,
          response: done,
        },
      },
      async (request) => {
        await proving(request, {}, (signedIn) =>
          ownContacts.unbind(signedIn, kind, request.body.passCode, callerOf(request)),
        );
        return ok(request);
      },
    );
  }

  const oldCodeNote =
    'The code of the old address is needed when that one is verified, unless the settings of the user pool say otherwise. The token is good for ten minutes and one change.';

  app.post(
    '/api/v3/verify-update-email-request',
    {
      bodyLimit,
      schema: {
        ...schema('Prove a new e-mail address', `The codes are of CHANNEL_UPDATE_EMAIL. ${oldCodeNote}`),
        body: VerifyUpdateEmailDto,
        response: { 200: envelope(UpdateEmailTokenDto) },
      },
    },
    async (request) => {
      const {
        newEmail: email,
        newEmailPassCode: passcode,
        oldEmailPassCode: oldPasscode,
      } = request.body.emailPassCodePayload;
      const names = { email: 'emailPassCodePayload.newEmail', oldPasscode: 'emailPassCodePayload.oldEmailPassCode' };
      const updateEmailToken = await proving(request, names, async (signedIn) =>
        ownContacts.allowReplacement(
          signedIn,
          { next: { contact: parseContact({ email }), passcode }, oldPasscode },
          callerOf(request),
        ),
      );
      return ok(request, { updateEmailToken, tokenExpiresIn: updateTokenSeconds });
    },
  );

  app.post(
    '/api/v3/verify-update-phone-request',
    {
      bodyLimit,
      schema: {
        ...schema(
          'Prove a new phone',
          `The codes are of CHANNEL_BIND_PHONE for the new, CHANNEL_UNBIND_PHONE for the old one. ${oldCodeNote}`,
        ),
        body: VerifyUpdatePhoneDto,
        response: { 200: envelope(UpdatePhoneTokenDto) },
      },
    },
    async (request) => {
      const payload = request.body.phonePassCodePayload;
      const names = {
        phone: 'phonePassCodePayload.newPhoneNumber',
        phoneCountryCode: 'phonePassCodePayload.newPhoneCountryCode',
        oldPasscode: 'phonePassCodePayload.oldPhonePassCode',
      };
      const updatePhoneToken = await proving(request, names, async (signedIn) => {
        const contact = parseContact({ phone: payload.newPhoneNumber, phoneCountryCode: payload.newPhoneCountryCode });
        const next = { contact, passcode: payload.newPhonePassCode };
        return ownContacts.allowReplacement(
          signedIn,
          { next, oldPasscode: payload.oldPhonePassCode },
          callerOf(request),
        );
      });
      return ok(request, { updatePhoneToken, tokenExpiresIn: updateTokenSeconds });
    },
  );

  app.post(
    '/api/v3/update-email',
    {
      bodyLimit,
      schema: {
        ...schema('Replace the own e-mail address', 'With the token of verify-update-email-request.'),
        body: UpdateEmailDto,
        response: done,
      },
    },
    async (request) => {
      const { updateEmailToken: token } = request.body;
      await proving(request, {}, (signedIn) =>
        ownContacts.replaceWithToken(signedIn, 'email', token, callerOf(request)),
      );
      return ok(request);
    },
  );

  app.post(
    '/api/v3/update-phone',
    {
      bodyLimit,
      schema: {
        ...schema('Replace the own phone', 'With the token of verify-update-phone-request.'),
        body: UpdatePhoneDto,
        response: done,
      },
    },
    async (request) => {
      const { updatePhoneToken: token } = request.body;
      await proving(request, {}, (signedIn) =>
        ownContacts.replaceWithToken(signedIn, 'phone', token, callerOf(request)),
      );
      return ok(request);
    },
  );
}
