import {
  envelopeV2,
  V2BindEmailDto,
  V2BindPhoneDto,
  V2UpdateEmailDto,
  V2UpdatePhoneDto,
  V2User,
} from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import type { SignedIn } from '../../../core/sessions/signed-in.ts';
import { bearerOf } from '../../../core/tokens/bearer.ts';
import { type Contact, parseContact } from '../../../core/users/contact.ts';
import type { User } from '../../../core/users/user.ts';
import { callerOf } from '../../callers/caller.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { okV2 } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { v2User } from '../../wire/v2-user.ts';

const bodyLimit = 16 * 1024;

/** The phone SDKs' calls about a person's own e-mail address and phone (wire 4.6); the rules are those of v3. */
export function v2OwnContactRoutes(scope: App, parts: Parts): void {
  const { v2LoginTokens, ownContacts, limits, publicUrl } = parts;

  async function changing(
    request: FastifyRequest,
    work: (signedIn: SignedIn<'changeContacts'>) => Promise<User>,
    names: Record<string, string> = {},
  ) {
    const { authorization } = request.headers;
    const signedIn = await v2LoginTokens.authenticate(authorization, 'changeContacts');
    const user = await withFieldNames(names, () => limitingGuesses(limits, callerOf(request), () => work(signedIn)));
    const token = bearerOf(authorization) ?? undefined;
    return okV2(v2User(user, { publicUrl, token, tokenExpiredAt: signedIn.expiresAt }));
  }

  const schema = (summary: string) => ({
    summary,
    description:
      'Needs a login that came from no scan, in authorization (raw or Bearer). Codes are asked for with the same login. Errors: 2001 wrong, expired or used code, 2026 the address is somebody else’s, 2231 a field is not valid, 2020 not signed in.',
    response: { 200: envelopeV2(V2User) },
  });

  scope.post(
    '/api/v2/users/email/bind',
    { bodyLimit, schema: { ...schema('Bind an e-mail address'), body: V2BindEmailDto } },
    (request) => {
      const { email, emailCode: passcode } = request.body;
      return changing(request, async (signedIn) =>
        ownContacts.bind(signedIn, { contact: parseContact({ email }), passcode }, callerOf(request)),
      );
    },
  );

  scope.post(
    '/api/v2/users/phone/bind',
    { bodyLimit, schema: { ...schema('Bind a phone'), body: V2BindPhoneDto } },
    (request) => {
      const { phone, phoneCountryCode, phoneCode: passcode } = request.body;
      return changing(request, async (signedIn) =>
        ownContacts.bind(signedIn, { contact: parseContact({ phone, phoneCountryCode }), passcode }, callerOf(request)),
      );
    },
  );

  scope.post(
    '/api/v2/users/email/update',
    { bodyLimit, schema: { ...schema('Replace the own e-mail address'), body: V2UpdateEmailDto } },
    (request) => {
      const { email, emailCode: passcode, oldEmailCode: oldPasscode } = request.body;
      return changing(
        request,
        async (signedIn) =>
          ownContacts.replace(
            signedIn,
            { next: { contact: parseContact({ email }), passcode }, oldPasscode },
            callerOf(request),
          ),
        { oldPasscode: 'oldEmailCode' },
      );
    },
  );

  scope.post(
    '/api/v2/users/phone/update',
    { bodyLimit, schema: { ...schema('Replace the own phone'), body: V2UpdatePhoneDto } },
    (request) => {
      const { phone, phoneCountryCode, phoneCode: passcode, oldPhoneCode: oldPasscode } = request.body;
      return changing(
        request,
        async (signedIn) => {
          const next = { contact: parseContact({ phone, phoneCountryCode }), passcode };
          return ownContacts.replace(signedIn, { next, oldPasscode }, callerOf(request));
        },
        { oldPasscode: 'oldPhoneCode' },
      );
    },
  );

  for (const kind of ['email', 'phone'] as const satisfies Contact['kind'][]) {
    scope.post(
      `/api/v2/users/${kind}/unbind`,
      {
        bodyLimit,
        schema: schema(kind === 'email' ? 'Remove the own e-mail address' : 'Remove the own phone'),
      },
      (request) => changing(request, (signedIn) => ownContacts.unbind(signedIn, kind, null, callerOf(request))),
    );
  }
}
