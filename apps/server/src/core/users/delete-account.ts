import { newEvent } from '../audit/event.ts';
import { ownFacts } from '../audit/own-facts.ts';
import type { Client } from '../client.ts';
import { DomainError } from '../errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ports.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { SignedIn } from '../tokens/token-set.ts';
import { type Contact, contactIn, findByContact, ownContact } from './contact.ts';
import type { PasscodeStore } from './passcode-store.ts';
import type { Passcodes } from './passcodes.ts';
import { createPasswordAttempts } from './password-attempts.ts';
import type { PhoneCountries } from './phone-country.ts';
import type { SignInFailureStore, UserStore } from './store.ts';
import type { User } from './user.ts';

export const deletionTokenSeconds = 60;
const recentLoginSeconds = 600;

type Leaving = SignedIn<'deleteAccount'>;

/** A person leaving for good. Whoever holds a token of theirs for a moment must not be able to do it for them. */
export function createAccountDeletion(parts: {
  users: Pick<UserStore, 'delete' | 'findByLogin'>;
  passwords: PasswordHasher;
  signInFailures: SignInFailureStore;
  passcodes: Pick<Passcodes, 'take'>;
  /** The slots of deletion tokens (threat model T17). */
  deletionTokens: PasscodeStore;
  loginSessions: Pick<LoginSessionStore, 'revokeAll'>;
  directory: PhoneCountries;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passcodes, deletionTokens, loginSessions, directory, secrets, clock } = parts;
  const passwordAttempts = createPasswordAttempts(parts);

  /**
   * A code that was sent to an address of the person gives the token. Without `contact` it is the e-mail address that is bound.
   * @throws DomainError passcode_invalid, invalid_argument with the field named after the kind of address
   */
  async function allowWithCode({ user }: Leaving, contact: Contact | null, code: string): Promise<string> {
    const kind = contact?.kind ?? 'email';
    const own = ownContact(user, kind);
    if (own === null) throw new DomainError('invalid_argument', { field: kind, reason: 'none is bound' });
    // Codes are sent to whose address it is, in whatever spelling.
    const owner =
      contact === null
        ? user
        : await findByContact(users, user.userPoolId, contactIn(directory, user.userPoolId, contact));
    if (owner?.id !== user.id) {
      throw new DomainError('invalid_argument', { field: kind, reason: 'must be the one that is bound' });
    }
    await passcodes.take(user.userPoolId, 'CHANNEL_DELETE_ACCOUNT', own, code);
    return issue(user);
  }

  /**
   * For people whom no code reaches (the published rule), so that a password alone, which may be known to others, is not enough.
   * @throws DomainError wrong_old_password, account_locked, invalid_argument
   */
  async function allowWithPassword({ user }: Leaving, password: string, client: Client): Promise<string> {
    if (user.emailVerified || user.phoneVerified) {
      throw new DomainError('invalid_argument', {
        field: 'verifyMethod',
        reason: 'must be a code to the e-mail address or phone that is bound',
      });
    }
    const { matches } = await passwordAttempts.attempt(user.userPoolId, user, '', password, client);
    if (!matches) throw new DomainError('wrong_old_password', { field: 'password' });
    return issue(user);
  }

  /** @throws DomainError passcode_invalid */
  async function withToken(signedIn: Leaving, token: string, client: Client): Promise<void> {
    const isTaken = await deletionTokens.take(slotOf(signedIn.user), secrets.hash(token), clock.now());
    if (!isTaken) throw new DomainError('passcode_invalid', { field: 'deleteAccountToken' });
    await remove(signedIn, client);
  }

  /** For clients that send no proof: a sign-in of a moment ago is one. @throws DomainError recent_login_required */
  async function withRecentLogin(signedIn: Leaving, client: Client): Promise<void> {
    if (clock.now() - signedIn.loginSession.createdAt >= recentLoginSeconds * 1000) {
      throw new DomainError('recent_login_required');
    }
    await remove(signedIn, client);
  }

  async function issue(user: User): Promise<string> {
    const token = secrets.randomToken();
    const now = clock.now();
    const expiresAt = now + deletionTokenSeconds * 1000;
    await deletionTokens.put({ slotHash: slotOf(user), codeHash: secrets.hash(token), sentAt: now, expiresAt }, now);
    return token;
  }

  async function remove(signedIn: Leaving, client: Client): Promise<void> {
    const { user } = signedIn;
    const facts = ownFacts(signedIn, client);
    await users.delete(user.userPoolId, [{ id: user.id, event: newEvent(secrets, 'user.deleted', facts) }]);
    const detail = { reason: 'user_deleted' };
    const ended = newEvent(secrets, 'session.revoked', { ...facts, detail });
    await loginSessions.revokeAll(user.id, clock.now(), null, ended);
  }

  function slotOf({ userPoolId, id, passwordLastSetAt }: User): string {
    return secrets.hash(JSON.stringify(['account-deletion', userPoolId, id, passwordLastSetAt]));
  }

  return { allowWithCode, allowWithPassword, withToken, withRecentLogin };
}

export type AccountDeletion = ReturnType<typeof createAccountDeletion>;
