import { CommonResponseDto, SendEmailDto, SendSmsDto } from '@passbeam/protocol';
import type { FastifyRequest } from 'fastify';
import { DomainError } from '../../../core/ground/errors.ts';
import { actionOf, type PasscodePurpose, passcodePurposes } from '../../../core/sign-in/passcodes.ts';
import { parseContact } from '../../../core/users/contact.ts';
import { applicationOf } from '../../callers/application.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { createPasscodeCalls } from '../../requests/passcode-calls.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';

const description =
  'Six digits, good for five minutes, one use and the channel they were asked for. The channels BIND, UNBIND, UPDATE_EMAIL and DELETE_ACCOUNT need the login of the person whose addresses they are about, the others none. Answers alike whether the address is known or not; one code a minute for each address, whatever it is for, or as soon as the one before was used. ' +
  'Errors: 501 this server cannot send (the message says what its operator must set), 401 apiCode 2020 not signed in, 429 too soon, 400 apiCode 2231 not an address, or a channel without a use here, 404 unknown application.';

/** Sending passcodes (wire 4.1). */
export function passcodeRoutes(app: App, parts: Parts): void {
  const sendPasscode = createPasscodeCalls(parts);

  async function asking(request: FastifyRequest, channel: string) {
    const application = applicationOf(request, parts.directory);
    const purpose = purposeOf(channel);
    const action = actionOf(purpose);
    if (action === null) return { application, purpose };
    const { user } = await parts.tokens.authenticate(request.headers.authorization, action);
    return { application, purpose, person: user };
  }

  app.post(
    '/api/v3/send-email',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Send a code by e-mail',
        description,
        body: SendEmailDto,
        response: { 200: CommonResponseDto },
      },
    },
    async (request) => {
      const asked = await asking(request, request.body.channel);
      const contact = parseContact({ email: request.body.email });
      await sendPasscode(request, { ...asked, contact });
      return ok(request);
    },
  );

  app.post(
    '/api/v3/send-sms',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Send a code by SMS',
        description,
        body: SendSmsDto,
        response: { 200: CommonResponseDto },
      },
    },
    async (request) => {
      const { channel, phoneNumber: phone, phoneCountryCode } = request.body;
      const asked = await asking(request, channel);
      const contact = await withFieldNames({ phone: 'phoneNumber' }, async () =>
        parseContact({ phone, phoneCountryCode }),
      );
      await sendPasscode(request, { ...asked, contact });
      return ok(request);
    },
  );
}

/** @throws DomainError invalid_argument */
function purposeOf(channel: string): PasscodePurpose {
  const purpose = passcodePurposes.find((served) => served === channel);
  if (purpose !== undefined) return purpose;
  throw new DomainError('invalid_argument', { field: 'channel', reason: ['noUseBut', channel, passcodePurposes] });
}
