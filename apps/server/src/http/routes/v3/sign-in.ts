import { envelope, SignInDto, TokenSetDto } from '@passbeam/protocol';
import { provesSecret, requireClient } from '../../../core/directory/client-auth.ts';
import { DomainError } from '../../../core/ground/errors.ts';
import { grantableScope } from '../../../core/sessions/scopes.ts';
import { parseContact } from '../../../core/users/contact.ts';
import type { LoginField } from '../../../core/users/store.ts';
import { selectApplication } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { clientCredentials } from '../../callers/client-credentials.ts';
import { onBehalf } from '../../callers/on-behalf.ts';
import { provingClient } from '../../callers/proving-client.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { newPassword, typedPassword } from '../../requests/encrypted-password.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import type { Parts } from '../../requests/parts.ts';
import { ok } from '../../requests/reply.ts';
import type { App } from '../../server/app.ts';
import { tokenSetDto } from '../../wire/token-set-dto.ts';

const loginFields = ['account', 'email', 'username', 'phone'] as const satisfies LoginField[];
const namesOfFields = {
  username: 'passwordPayload.username',
  email: 'passwordPayload.email',
  phone: 'passwordPayload.phone',
  password: 'passwordPayload.password',
};

/** `POST /api/v3/signin` (wire 4.1). */
export function signInRoutes(app: App, parts: Parts): void {
  const { directory, secretUses, limits } = parts;

  app.post(
    '/api/v3/signin',
    {
      bodyLimit: 16 * 1024,
      schema: {
        summary: 'Sign in with a password or a code',
        description:
          'connection PASSWORD, with exactly one of account, email, username and phone beside the password; or PASSCODE, with a code of CHANNEL_LOGIN and the email or phone it was sent to ' +
          "(options.autoRegister makes an account for an address that is nobody's; with a password, for a username, email or phone that is nobody's). Names the application in the x-authing-app-id (or x-genauth-app-id) header and " +
          'authenticates it as its method says: client_id and client_secret in the body, authorization: Basic, or nothing. A backend that proves the secret should pass the address of the person ' +
          'as options.clientIp or in x-real-ip: limits and records count by it. Errors: 403 apiCode 2333 wrong account or password, 2005 too many failures (retry-after tells when to try again), ' +
          '2120008 account not active, 400 apiCode 2001 wrong, expired or used code, 404 apiCode 2004 nobody has that address, 302 apiCode 1639 a new password is due: data.passwordResetToken is for reset-password, 401 wrong application secret, 501 other connections.',
        body: SignInDto,
        response: { 200: envelope(TokenSetDto) },
      },
    },
    async (request) => {
      const { body } = request;
      const credentials = clientCredentials(request, body);
      const application = selectApplication(request, directory, credentials);
      const sender = callerOf(request);
      const isProved = await provingClient(limits, application, sender, () => {
        requireClient(application, credentials, secretUses);
        return provesSecret(application, credentials, secretUses);
      });
      const { clientIp, autoRegister = false, passwordEncryptType } = body.options ?? {};
      const caller = isProved ? onBehalf(request, { field: 'options.clientIp', value: clientIp }) : sender;
      const scope = grantableScope(body.options?.scope);
      if (body.connection === 'PASSCODE') {
        const { contact, passcode } = await contactOf(body);
        const { tokenSet } = await limitingGuesses(limits, caller, () =>
          parts.signInWithPasscode({ application, contact, passcode, autoRegister, scope, caller }),
        );
        return ok(request, tokenSetDto(tokenSet));
      }
      const { field, identifier, password: sent } = credentialsOf(body);
      const { passwordDecryption: keys } = parts;
      const password = typedPassword(sent, passwordEncryptType, keys);
      const input = { application, field, identifier, password, scope, caller };
      // As published: `account` may be the name of anything, and makes no account.
      const mayRegister = autoRegister && field !== 'account';
      const { tokenSet } = await limitingGuesses(limits, caller, () =>
        mayRegister
          ? withFieldNames(namesOfFields, () =>
              parts.signInOrUp({
                ...input,
                newPassword: () => newPassword(sent, passwordEncryptType, keys, 'password'),
              }),
            )
          : parts.signIn.withPassword(input),
      );
      return ok(request, tokenSetDto(tokenSet));
    },
  );
}

function credentialsOf({ connection, passwordPayload }: SignInDto) {
  if (connection !== 'PASSWORD') {
    throw new DomainError('not_implemented', { field: 'connection', reason: ['connectionNotOffered', connection] });
  }
  if (passwordPayload === undefined) {
    throw new DomainError('invalid_argument', { field: 'passwordPayload', reason: 'required' });
  }
  const given = loginFields.filter((field) => passwordPayload[field] !== undefined);
  const [field] = given;
  const identifier = field && passwordPayload[field];
  if (field === undefined || identifier === undefined || given.length > 1) {
    throw new DomainError('invalid_argument', {
      field: given.length > 1 ? `passwordPayload.${given[1]}` : 'passwordPayload.account',
      reason: ['notExactlyOne', loginFields],
    });
  }
  return { field, identifier, password: passwordPayload.password };
}

/** The passcode, and the one address it was sent to. @throws DomainError invalid_argument */
export async function contactOf({ passCodePayload }: Pick<SignInDto, 'passCodePayload'>) {
  if (passCodePayload === undefined) {
    throw new DomainError('invalid_argument', { field: 'passCodePayload', reason: 'required' });
  }
  const { passCode: passcode, ...address } = passCodePayload;
  const names = {
    email: 'passCodePayload.email',
    phone: 'passCodePayload.phone',
    phoneCountryCode: 'passCodePayload.phoneCountryCode',
  };
  return { contact: await withFieldNames(names, async () => parseContact(address)), passcode };
}
