import { newEvent } from '../audit/event.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import { callerHash, type UseStore } from '../ground/honest-repeat.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { loginFacts } from '../sessions/login-session.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import type { SignInFailureStore } from '../sign-in/failure-store.ts';
import { createPasswordAttempts } from '../sign-in/password-attempts.ts';
import { createPasswordRepeats } from '../sign-in/password-repeats.ts';
import type { ResetTokens } from '../sign-in/reset-tokens.ts';
import { changedByOthers, withPassword } from '../users/changes.ts';
import { checkPassword } from '../users/password-policy.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';

const maxAttempts = 4;

export interface PasswordChange {
  newPassword: string;
  /** Proof that it is still the person who asks: one of the two, unless no password is set. */
  oldPassword?: string;
  resetToken?: string;
}

/** Replaces a person's password (wire 4.3), which ends their other logins and the QR sessions that those confirmed (threats T18). */
export function createPasswordChange(parts: {
  users: UserStore;
  passwords: PasswordHasher;
  uses: UseStore;
  signInFailures: SignInFailureStore;
  countRightPassword(holderId: string, caller: Caller): Promise<void>;
  resetTokens: Pick<ResetTokens, 'take'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { users, passwords, resetTokens, secrets, clock } = parts;
  const passwordAttempts = createPasswordAttempts(parts);
  const repeats = createPasswordRepeats(parts);

  /** @throws DomainError wrong_old_password, passcode_invalid, account_locked, invalid_argument, password_too_weak */
  return async function changePassword(
    signedIn: SignedIn<'changePassword'>,
    change: PasswordChange,
    caller: Caller,
  ): Promise<void> {
    const { newPassword } = change;
    let current: User | null = signedIn.user;
    checkPassword(newPassword, 'newPassword', [current.username, current.email, current.phone]);
    const facts = loginFacts(signedIn.loginSession);

    const proof = change.resetToken === undefined ? '' : secrets.hash(change.resetToken);
    const by = callerHash(secrets, `change-password:${signedIn.loginSession.id}:${proof}`, caller);
    const setBefore = (user: User) => repeats.setBefore(user, newPassword, by, clock.now());
    const before = await setBefore(current);
    if (before === 'same') return;
    if (before === 'other' && change.resetToken !== undefined)
      throw new DomainError('passcode_invalid', { field: 'passwordResetToken' });

    let passwordHash: string | null = null;
    if (change.resetToken !== undefined && (await resetTokens.take(current, change.resetToken, by)) === null) {
      throw new DomainError('passcode_invalid', { field: 'passwordResetToken' });
    }
    for (let attempt = 0; attempt < maxAttempts && current !== null; attempt++) {
      // The old password is checked again after a lost race: the other writer may have changed it.
      if (change.resetToken === undefined) await requireOldPassword(current, change.oldPassword, caller);
      passwordHash ??= await passwords.hash(newPassword);
      const now = clock.now();
      const next = withPassword(current, newPassword, passwordHash, now);
      await repeats.announce(next, by);
      const ended = newEvent(secrets, 'session.revoked', caller, { ...facts, detail: { reason: 'password_changed' } });
      const outcome = await users.update(next, newEvent(secrets, 'user.password_changed', caller, facts), {
        at: now,
        exceptId: signedIn.loginSession.id,
        event: ended,
      });
      if (outcome === null) return;
      current = await users.find(current.id);
      // Somebody may have claimed the account meanwhile and left it without a password, so no old one would be asked for.
      if (current?.passwordLastSetAt !== signedIn.user.passwordLastSetAt) {
        if (current !== null && (await setBefore(current)) === 'same') return;
        throw new DomainError('not_signed_in');
      }
    }
    throw changedByOthers();
  };

  async function requireOldPassword(user: User, oldPassword: string | undefined, caller: Caller): Promise<void> {
    if (user.passwordHash === null) return;
    if (oldPassword === undefined || oldPassword === '') {
      throw new DomainError('invalid_argument', { field: 'oldPassword', reason: 'oldPasswordMissing' });
    }
    const { matches } = await passwordAttempts.attempt(user.userPoolId, user, '', oldPassword, caller);
    if (!matches) throw new DomainError('wrong_old_password', { field: 'oldPassword' });
  }
}
