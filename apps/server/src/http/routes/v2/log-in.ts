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
import { onBehalf, type ToldAddress } from '../../callers/on-behalf.ts';
import { provingClient } from '../../callers/proving-client.ts';
import { limitingGuesses } from '../../limits/guess-limit.ts';
import { newPassword, typedPassword } from '../../requests/encrypted-password.ts';
import type { Parts } from '../../requests/parts.ts';

/** The application that headers name, and who asks for it. */
export interface ApplicationCaller {
  application: Application;
  caller: Caller;
}

export interface PasswordLogIn extends ApplicationCaller {
  field: LoginField;
  identifier: string;
  /** Encrypted, as clients of this generation send it. */
  password: string;
  autoRegister: boolean;
}

/** Signs in by the same use cases as the other generations, and answers with a V2 login token; for REST and GraphQL. */
export function createV2LogIn(parts: Parts) {
  const { directory, secretUses, limits, signIn, signInOrUp, v2LoginTokens, passwordDecryption } = parts;

  /**
   * The application the headers name. Clients of this generation hold no secret, so none is asked for; a wrong one is refused, and who
   * proves it may speak for a person's address.
   */
  async function applicationCallerOf(request: FastifyRequest, clientIp?: ToldAddress): Promise<ApplicationCaller> {
    const application = applicationOf(request, directory);
    const sender = callerOf(request);
    const isProved = await provingClient(limits, application, sender, () =>
      provesSecret(application, clientCredentials(request, {}), secretUses),
    );
    return { application, caller: isProved ? onBehalf(request, clientIp) : sender };
  }

  async function withPassword({ password: sent, autoRegister, ...given }: PasswordLogIn) {
    const { application, caller } = given;
    const input = { ...given, scope: defaultScope };
    const { user, loginSession, isNew } = await limitingGuesses(limits, caller, async () => {
      const password = decryptedToCompare(sent, passwordDecryption);
      if (!autoRegister) return { ...(await signIn.withPassword({ ...input, password })), isNew: false };
      return signInOrUp({ ...input, password, newPassword: () => decrypted(sent, passwordDecryption, 'password') });
    });
    const held = await v2LoginTokens.mint({ user, application, loginSession, issuedAt: loginSession.createdAt });
    return { user, held, isNew };
  }

  /** Logs in somebody who has just made the account with a password; their address need not be proved for that. */
  async function asRegistered(
    user: User,
    { application, caller }: ApplicationCaller,
  ): Promise<{ user: User; held: V2LoginToken }> {
    const entered = await signIn.enter(user, { application, amr: ['pwd'], scope: defaultScope, caller });
    const { loginSession } = entered;
    const held = await v2LoginTokens.mint({ ...entered, application, issuedAt: loginSession.createdAt });
    return { user: entered.user, held };
  }

  return { callerOf: applicationCallerOf, withPassword, asRegistered };
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
