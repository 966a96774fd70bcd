import { UpdateProfileDto } from '@passbeam/protocol';
import { DomainError } from '../../../core/ground/errors.ts';
import type { Action } from '../../../core/sessions/rights.ts';
import type { SignedIn } from '../../../core/sessions/signed-in.ts';
import { bearerOf } from '../../../core/tokens/bearer.ts';
import { checkPassword } from '../../../core/users/password-policy.ts';
import { profileOf } from '../../../core/users/profile-text.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { languageOf, messageOf } from '../../requests/errors.ts';
import { withFieldNames } from '../../requests/field-names.ts';
import { loginStatus } from '../../requests/login-status.ts';
import type { Parts } from '../../requests/parts.ts';
import { decrypted, decryptedToCompare } from '../v2/log-in.ts';
import type { OperationContext, Said } from './context.ts';
import { checkFields } from './fields.ts';
import { ownContactOperations } from './own-contacts.ts';
import { graphqlUser } from './user.ts';

export function createAccount(parts: Parts) {
  const { directory, v2LoginTokens, profiles, changePassword, passwordDecryption, clock, publicUrl } = parts;

  /** The person behind the call; `id`, where given, must be theirs. */
  async function self<A extends Action>(
    { request }: OperationContext,
    action: A,
    id?: string | null,
  ): Promise<SignedIn<A>> {
    const signedIn = await v2LoginTokens.authenticate(request.headers.authorization, action);
    if (id && id !== signedIn.user.id) throw new DomainError('permission_denied', { field: 'id' });
    return signedIn;
  }

  /** The person with the token that was sent: the official client keeps the one it reads here, and null would sign it out. */
  function own({ user, expiresAt }: SignedIn, { request }: OperationContext) {
    const token = bearerOf(request.headers.authorization) ?? '';
    return graphqlUser(user, { publicUrl, held: { token, tokenExpiredAt: expiresAt } });
  }

  async function read(id: string | null | undefined, context: OperationContext) {
    return own(await self(context, 'readProfile', id), context);
  }

  async function update(id: string | null | undefined, input: Record<string, unknown>, context: OperationContext) {
    const signedIn = await self(context, 'changeNicknameAndPhoto', id);
    const changes = changesOf(input, own(signedIn, context));
    const user = await withFieldNames({ username: 'input.username', externalId: 'input.externalId' }, () =>
      profiles.update(signedIn, changes, context.caller),
    );
    return own({ ...signedIn, user }, context);
  }

  /** Merges keys into the person's custom data; null removes one. */
  async function setCustomData(id: string, customData: Record<string, unknown>, context: OperationContext) {
    const signedIn = await self(context, 'changeCustomData', id);
    const user = await profiles.update(signedIn, { customData }, context.caller);
    return own({ ...signedIn, user }, context);
  }

  const operations = {
    ...ownContactOperations({ ...parts, self, own }),

    async updatePassword(
      { newPassword, oldPassword }: { newPassword: string; oldPassword?: string | null },
      context: OperationContext,
    ) {
      const signedIn = await self(context, 'changePassword');
      await limitingGuesses(parts.limits, context.caller, async () => {
        const change = {
          newPassword: decrypted(newPassword, passwordDecryption, 'newPassword'),
          ...(oldPassword ? { oldPassword: decryptedToCompare(oldPassword, passwordDecryption) } : {}),
        };
        await changePassword(signedIn, change, context.caller);
      });
      return read(null, context);
    },

    async refreshToken({ id }: Said<{ id: string }>, context: OperationContext) {
      const { user, loginSession, applicationId } = await self(context, 'renewLoginToken', id);
      const issuedAt = clock.now();
      const application = directory.getApplication(applicationId);
      const { token, tokenExpiredAt } = await v2LoginTokens.mint({ user, application, loginSession, issuedAt });
      return { token, iat: Math.floor(issuedAt / 1000), exp: Math.floor(tokenExpiredAt / 1000) };
    },

    checkLoginStatus: ({ token }: Said<{ token: string }>, { request }: OperationContext) =>
      loginStatus(parts, request, token),

    checkPasswordStrength({ password }: { password: string }, { request }: OperationContext) {
      try {
        checkPassword(password, 'password', []);
        return { valid: true, message: 'ok' };
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return { valid: false, message: messageOf(error, languageOf(request)) };
      }
    },
  };

  return { read, update, setCustomData, operations };
}

/** The fields that people may change, as in v3. Forms send the others as they were read, which is allowed and changes nothing. */
function changesOf(input: Record<string, unknown>, current: Record<string, unknown>): UpdateProfileDto {
  const { username, externalId } = input;
  const changes = {
    ...profileOf(input),
    ...(username === undefined ? {} : { username }),
    ...(externalId === undefined ? {} : { externalId }),
  };
  for (const [name, value] of Object.entries(input)) {
    if (Object.hasOwn(changes, name) || (current[name] ?? null) === value) continue;
    throw new DomainError('invalid_argument', { field: `input.${name}`, reason: 'unchangeable' });
  }
  checkFields(UpdateProfileDto, changes, 'input');
  return changes as UpdateProfileDto;
}
