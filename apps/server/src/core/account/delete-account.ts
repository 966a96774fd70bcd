import { newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash, type UseStore } from '../ground/honest-repeat.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import type { PhoneCountries } from '../identifiers/phone-country.ts';
import { loginFacts } from '../sessions/login-session.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import type { SignInFailureStore } from '../sign-in/failure-store.ts';
import { createOneTimeTokens } from '../sign-in/one-time-tokens.ts';
import type { PasscodeStore } from '../sign-in/passcode-store.ts';
import type { Passcodes, TakenPasscode } from '../sign-in/passcodes.ts';
import { createPasswordAttempts } from '../sign-in/password-attempts.ts';
import { bearerOf } from '../tokens/bearer.ts';
import { type Contact, contactIn, findByContact, ownContact } from '../users/contact.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';

export const deletionTokenSeconds = 60;
const recentLoginSeconds = 600;

type Leaving = SignedIn<'deleteAccount'>;

/** Deletes a person's own account. A token alone is not enough, since somebody may hold it for a moment: each way asks for a proof. */
export function createAccountDeletion(parts: {
  users: Pick<UserStore, 'delete' | 'findByLogin'>;
  passwords: PasswordHasher;
  signInFailures: SignInFailureStore;
  countRightPassword(holderId: string, caller: Caller): Promise<void>;
  passcodes: Pick<Passcodes, 'take'>;
  tokenSlots: PasscodeStore;
  uses: UseStore;
  directory: PhoneCountries;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passcodes, uses, directory, secrets, clock } = parts;
  const passwordAttempts = createPasswordAttempts(parts);
  const deletionTokens = createOneTimeTokens('account-deletion', deletionTokenSeconds, parts);

  /**
   * Gives the deletion token for a passcode that was sent to the person's own address: to `contact`, or to their e-mail address.
   * @throws DomainError passcode_invalid, invalid_argument with the field named after the kind of address
   */
  async function allowWithPasscode(
    { user, loginSession }: Leaving,
    contact: Contact | null,
    passcode: string,
    caller: Caller,
  ): Promise<string> {
    const kind = contact?.kind ?? 'email';
    const own = ownContact(user, kind);
    if (own === null) throw new DomainError('invalid_argument', { field: kind, reason: 'noneBound' });
    // The passcode was sent to the person whose address it is, in whatever spelling.
    const owner =
      contact === null
        ? user
        : await findByContact(users, user.userPoolId, contactIn(directory, user.userPoolId, contact));
    if (owner?.id !== user.id) throw new DomainError('invalid_argument', { field: kind, reason: 'notTheBoundOne' });
    const by = callerHash(secrets, `allow-deletion:${loginSession.id}`, caller);
    return issue(user, await passcodes.take(user.userPoolId, 'CHANNEL_DELETE_ACCOUNT', own, passcode, by));
  }

  /**
   * Gives the deletion token for the password, but only to people whom no passcode reaches (the published rule).
   * @throws DomainError wrong_old_password, account_locked, invalid_argument
   */
  async function allowWithPassword({ user }: Leaving, password: string, caller: Caller): Promise<string> {
    if (user.emailVerified || user.phoneVerified) {
      throw new DomainError('invalid_argument', { field: 'verifyMethod', reason: 'notCodeToBoundOne' });
    }
    const { matches } = await passwordAttempts.attempt(user.userPoolId, user, '', password, caller);
    if (!matches) throw new DomainError('wrong_old_password', { field: 'password' });
    return issue(user);
  }

  /** Uses the token up. @throws DomainError passcode_invalid */
  async function takeToken(signedIn: Leaving, token: string, caller: Caller): Promise<void> {
    const by = callerHash(secrets, `delete:${signedIn.loginSession.id}`, caller);
    if ((await deletionTokens.take(signedIn.user, token, by)) === null)
      throw new DomainError('passcode_invalid', { field: 'deleteAccountToken' });
  }

  /** For callers that send no proof: a sign-in of a moment ago is one. @throws DomainError recent_login_required */
  function requireRecentLogin({ loginSession }: Leaving): void {
    if (clock.now() - loginSession.createdAt >= recentLoginSeconds * 1000) {
      throw new DomainError('recent_login_required');
    }
  }

  async function issue(user: User, taken?: TakenPasscode): Promise<string> {
    const token = taken?.mark ?? secrets.randomToken();
    await deletionTokens.put(user, token, taken?.taken ?? 'first');
    return token;
  }

  async function remove({ user, loginSession }: Leaving, caller: Caller): Promise<void> {
    const facts = loginFacts(loginSession);
    const event = newEvent(secrets, 'user.deleted', caller, facts);
    const ended = newEvent(secrets, 'session.revoked', caller, { ...facts, detail: { reason: 'user_deleted' } });
    await users.delete(user.userPoolId, [{ id: user.id, event, end: { at: clock.now(), event: ended } }]);
  }

  /**
   * Deletes the account of whoever proves that it is theirs. A repeat of a caller that lost its reply, whose login has gone with the account,
   * is told the same.
   * @throws DomainError as `prove` does
   */
  async function deleteProved(
    authorization: string | undefined,
    caller: Caller,
    prove: () => Promise<Leaving>,
  ): Promise<void> {
    const whatHash = secrets.hash(JSON.stringify(['account-deleted-by', bearerOf(authorization)]));
    const by = callerHash(secrets, 'delete-account', caller);
    let leaving: Leaving;
    try {
      leaving = await prove();
    } catch (error) {
      const isGone = error instanceof DomainError && error.code === 'not_signed_in';
      if (isGone && (await uses.isRepeat(whatHash, { by, at: clock.now() }))) return;
      throw error;
    }
    // Before the account is gone, since the server may die right after that.
    await uses.remember(whatHash, { by, at: clock.now() });
    await remove(leaving, caller);
  }

  return { deleteProved, allowWithPasscode, allowWithPassword, takeToken, requireRecentLogin };
}
