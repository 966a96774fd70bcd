import { newEvent } from '../audit/event.ts';
import type { Application } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash, type UseStore } from '../ground/honest-repeat.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import type { PhoneCountries } from '../identifiers/phone-country.ts';
import { changedByOthers, withPassword } from '../users/changes.ts';
import { type Contact, contactIn, findByContact } from '../users/contact.ts';
import { checkPassword } from '../users/password-policy.ts';
import { isName } from '../users/proved-contacts.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import { createAccountClaims } from './claim-account.ts';
import type { Passcodes } from './passcodes.ts';
import { createPasswordRepeats } from './password-repeats.ts';
import { claimedOwner, type ResetTokens } from './reset-tokens.ts';

const maxAttempts = 4;

/** Resets a forgotten password: a passcode to an address of the account gives a token that sets one new password. */
export function createPasswordReset(parts: {
  users: UserStore;
  passwords: Pick<PasswordHasher, 'hash' | 'verify'>;
  uses: UseStore;
  resetTokens: ResetTokens;
  passcodes: Pick<Passcodes, 'take' | 'forget'>;
  directory: PhoneCountries;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passwords, resetTokens, passcodes, directory, secrets, clock } = parts;
  const takeAccount = createAccountClaims(parts);
  const repeats = createPasswordRepeats(parts);

  /** @throws DomainError passcode_invalid, user_suspended */
  async function verify(application: Application, given: Contact, passcode: string, caller: Caller): Promise<string> {
    const contact = contactIn(directory, application.userPoolId, given);
    const by = callerHash(secrets, `reset:${application.id}`, caller);
    const taken = await passcodes.take(application.userPoolId, 'CHANNEL_RESET_PASSWORD', contact, passcode, by);
    const found = await findByContact(users, application.userPoolId, contact);
    if (found === null || !isName(found, contact.kind)) throw new DomainError('passcode_invalid');
    // The passcode proves the address, and with it an account that has no other name.
    const user = await takeAccount(application, contact, caller);
    if (user === null) throw new DomainError('passcode_invalid');
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    return resetTokens.issueFor(user, taken, by);
  }

  /** @throws DomainError passcode_invalid, password_too_weak, user_suspended */
  async function reset(application: Application, token: string, password: string, caller: Caller): Promise<void> {
    const user = await users.find(claimedOwner(token));
    if (user === null || user.userPoolId !== application.userPoolId) throw new DomainError('passcode_invalid');
    const by = callerHash(secrets, `reset:${application.id}`, caller);
    // What follows tells of the person, and whose token it is anybody can write.
    if (!(await resetTokens.isGood(user, token, by))) throw new DomainError('passcode_invalid');
    // The password is checked before the token is used up, so that after a refusal the person can try another password.
    checkPassword(password, 'password', [user.username, user.email, user.phone]);
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    const tokenBy = `${by}:${secrets.hash(token)}`;
    const setBefore = (current: User) => repeats.setBefore(current, password, tokenBy, clock.now());
    const before = await setBefore(user);
    if (before === 'same') return;
    if (before === 'other') throw new DomainError('passcode_invalid');
    const passwordHash = await passwords.hash(password);
    if ((await resetTokens.take(user, token, by)) === null) throw new DomainError('passcode_invalid');

    const facts = {
      userPoolId: user.userPoolId,
      applicationId: application.id,
      userId: user.id,
      detail: { reason: 'password_reset' },
    };
    let current: User | null = user;
    for (let attempt = 0; attempt < maxAttempts && current !== null; attempt++) {
      const now = clock.now();
      const next = withPassword(current, password, passwordHash, now);
      await repeats.announce(next, tokenBy);
      const end = { at: now, event: newEvent(secrets, 'session.revoked', caller, facts) };
      if ((await users.update(next, newEvent(secrets, 'user.password_changed', caller, facts), end)) === null) return;
      current = await users.find(user.id);
      // Somebody may have claimed the account meanwhile, or set another new password.
      if (current !== null && current.passwordLastSetAt !== user.passwordLastSetAt) {
        if ((await setBefore(current)) === 'same') return;
        throw new DomainError('passcode_invalid');
      }
    }
    throw current === null ? new DomainError('user_not_found') : changedByOthers();
  }

  /** Both steps at once. @throws DomainError as both */
  async function withPasscode(
    application: Application,
    { contact, passcode }: { contact: Contact; passcode: string },
    password: string,
    caller: Caller,
  ): Promise<void> {
    // The password is checked first: a refused one must not use up the passcode.
    checkPassword(password, 'newPassword', [contact.address]);
    await reset(application, await verify(application, contact, passcode, caller), password, caller);
  }

  return { verify, reset, withPasscode };
}

export type PasswordReset = ReturnType<typeof createPasswordReset>;
