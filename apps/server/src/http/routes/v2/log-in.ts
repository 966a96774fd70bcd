import type { FastifyRequest } from 'fastify';
import type { Application } from '../../../core/directory/application.ts';
import { provesSecret } from '../../../core/directory/client-auth.ts';
import type { Caller } from '../../../core/ground/caller.ts';
import type { PasswordDecryption } from '../../../core/ground/ports.ts';
import { defaultScope } from '../../../core/sessions/scopes.ts';
import type { V2LoginToken } from '../../../core/tokens/v2-login-tokens.ts';
import type { LoginField } from '../../../core/users/store.ts';
import type { User } from '../../../core/users/user.ts';
import { applicationOf } from '../../callers/application.ts';
import { callerOf } from '../../callers/caller.ts';
import { clientCredentials } from '../../callers/client-credentials.ts';
import { provingClient } from '../../callers/proving-client.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { newPassword, typedPassword } from '../../requests/encrypted-password.ts';
import type { Parts } from '../../requests/parts.ts';

export interface PasswordLogIn {
  application: Application;
  field: LoginField;
  identifier: string;
  /** In the clear. */
  password: () => string;
}

/** Signs in by the same use cases as the other generations, and answers with a V2 login token; for REST and GraphQL. */
export function createV2LogIn(parts: Parts) {
  const { directory, secretUses, limits, signIn, v2LoginTokens } = parts;

  /** The application the headers name. Clients of this generation hold no secret, so none is asked for; a wrong one is refused. */
  async function namedApplication(request: FastifyRequest): Promise<Application> {
    const application = applicationOf(request, directory);
    await provingClient(limits, application, callerOf(request), () =>
      provesSecret(application, clientCredentials(request, {}), secretUses),
    );
    return application;
  }

  async function withPassword(input: PasswordLogIn, caller: Caller): Promise<{ user: User; held: V2LoginToken }> {
    const { application, field, identifier } = input;
    const { user, loginSession } = await limitingGuesses(limits, caller, () =>
      signIn.withPassword({
        application,
        field,
        identifier,
        password: input.password(),
        scope: defaultScope,
        caller,
      }),
    );
    const held = await v2LoginTokens.mint({ user, application, loginSession, issuedAt: loginSession.createdAt });
    return { user, held };
  }

  /** Logs in somebody who has just made the account with a password; their address need not be proved for that. */
  async function asRegistered(user: User, application: Application, caller: Caller) {
    const entered = await signIn.enter(user, { application, amr: ['pwd'], scope: defaultScope, caller });
    const { loginSession } = entered;
    const held = await v2LoginTokens.mint({ ...entered, application, issuedAt: loginSession.createdAt });
    return { user: entered.user, held };
  }

  return { namedApplication, withPassword, asRegistered };
}

/** The mark of ciphertexts that are not RSA: clients of this generation always encrypt passwords (wire 4.7). */
const sm2Mark = 'sm2:';

function readEncrypted(sent: string): { text: string; type: keyof PasswordDecryption } {
  return sent.startsWith(sm2Mark) ? { text: sent.slice(sm2Mark.length), type: 'sm2' } : { text: sent, type: 'rsa' };
}

/** Decrypts a new password. @throws DomainError password_decryption_failed */
export function decrypted(sent: string, passwordDecryption: PasswordDecryption, field: string): string {
  const { text, type } = readEncrypted(sent);
  return newPassword(text, type, passwordDecryption, field);
}

/** Decrypts a password that will be compared; a text that cannot be decrypted becomes nobody's password. */
export function decryptedToCompare(sent: string, passwordDecryption: PasswordDecryption): string {
  const { text, type } = readEncrypted(sent);
  return typedPassword(text, type, passwordDecryption);
}
