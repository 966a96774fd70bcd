import { CommonResponseDto, SendEmailDto, SendSmsDto } from '@passbeam/protocol';
import { DomainError } from '../../../core/errors.ts';
import type { Directory } from '../../../core/pools/directory.ts';
import { parseContact } from '../../../core/users/contact.ts';
import { type PasscodePurpose, passcodePurposes } from '../../../core/users/passcodes.ts';
import type { App } from '../../app.ts';
import { applicationOf } from '../../guards/application.ts';
import { createPasscodeCalls, type PasscodeCallParts } from '../../passcode-calls.ts';
import { ok } from '../../reply.ts';
import { withFieldNames } from './field-names.ts';

const tags = ['Sign-in'];
const description =
  'Six digits, good for five minutes, one use and the channel they were asked for. Needs no login. Answers alike whether the address is known or not; one code a minute for each address. ' +
  'Errors: 501 this server cannot send (the message says what its operator must set) or another channel, 429 too soon, 400 apiCode 2231 not an address, 404 unknown application.';

/** One-time codes (contract 4.1). */
export function passcodeRoutes(app: App, parts: PasscodeCallParts & { directory: Directory }): void {
  const sendPasscode = createPasscodeCalls(parts);

  app.post(
    '/api/v3/send-email',
    {
      bodyLimit: 16 * 1024,
      schema: {
        tags,
        summary: 'Send a code by e-mail',
        description,
        body: SendEmailDto,
        response: { 200: CommonResponseDto },
      },
    },
    async (request) => {
      const application = applicationOf(request, parts.directory);
      const purpose = purposeOf(request.body.channel);
      const contact = parseContact({ email: request.body.email });
      await sendPasscode(request, { application, purpose, contact });
      return ok(request);
    },
  );

  app.post(
    '/api/v3/send-sms',
    {
      bodyLimit: 16 * 1024,
      schema: {
        tags,
        summary: 'Send a code by SMS',
        description,
        body: SendSmsDto,
        response: { 200: CommonResponseDto },
      },
    },
    async (request) => {
      const application = applicationOf(request, parts.directory);
      const { channel, phoneNumber: phone, phoneCountryCode } = request.body;
      const purpose = purposeOf(channel);
      const contact = await withFieldNames({ phone: 'phoneNumber' }, async () =>
        parseContact({ phone, phoneCountryCode }),
      );
      await sendPasscode(request, { application, purpose, contact });
      return ok(request);
    },
  );
}

/** @throws DomainError not_implemented */
function purposeOf(channel: string): PasscodePurpose {
  const purpose = passcodePurposes.find((served) => served === channel);
  if (purpose !== undefined) return purpose;
  throw new DomainError('not_implemented', {
    field: 'channel',
    reason: `${channel} is not offered here: use one of ${passcodePurposes.join(', ')}`,
  });
}
