import { type AuditEvent, newEvent } from '../audit/event.ts';
import { type Application, requireOwnProduct } from '../directory/application.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, PasswordHasher, Secrets } from '../ground/ports.ts';
import { type PhoneCountries, phoneCountryCodeOf } from '../identifiers/phone-country.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import { createLoginSessions, type OpenInput } from '../sessions/login-sessions.ts';
import { allowedScope } from '../sessions/scopes.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { RefreshTokenStore } from '../tokens/store.ts';
import type { TokenService, TokenSet } from '../tokens/token-set.ts';
import { loginKey } from '../users/identifiers.ts';
import { findToSignIn } from '../users/proved-contacts.ts';
import type { LoginField, UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import type { SignInFailureStore } from './failure-store.ts';
import { createPasswordAttempts } from './password-attempts.ts';
import { type ResetTokens, resetTokenSeconds } from './reset-tokens.ts';

export interface PasswordSignInInput {
  application: Application;
  field: LoginField;
  identifier: string;
  /** In the clear: the HTTP layer decrypts. */
  password: string;
  /** Space-separated, already reduced to what is offered. */
  scope: string;
  caller: Caller;
}

export interface SignedInWithPassword {
  user: User;
  loginSession: LoginSession;
  tokenSet: TokenSet;
}

/** Logs people in by a password. Calls of every generation and the OAuth password grant end here (threats T41). */
export function createSignIn(parts: {
  users: UserStore;
  passwords: PasswordHasher;
  signInFailures: SignInFailureStore;
  countRightPassword(holderId: string, caller: Caller): Promise<void>;
  tokens: Pick<TokenService, 'mint'>;
  loginSessions: LoginSessionStore;
  refreshTokens: Pick<RefreshTokenStore, 'insert'>;
  resetTokens: Pick<ResetTokens, 'issue'>;
  directory: PhoneCountries;
  secrets: Secrets;
  clock: Clock;
  audit: { append(event: AuditEvent): Promise<void> };
}) {
  const { users, passwords, tokens, refreshTokens, resetTokens, directory, audit } = parts;
  const passwordAttempts = createPasswordAttempts(parts);
  const loginSessions = createLoginSessions(parts);

  /** @throws DomainError permission_denied, wrong_credentials, account_locked, user_suspended, password_reset_required */
  async function withPassword(input: PasswordSignInInput): Promise<SignedInWithPassword> {
    requireOwnProduct(input.application);
    const user = await prove(input);
    const { application, scope, caller } = input;
    return enter(user, { application, amr: ['pwd'], scope, caller });
  }

  /** Opens the login of a person who proved to be it. @throws DomainError wrong_credentials if no longer so, password_reset_required */
  async function enter(
    user: User,
    { application, amr, scope: asked, caller }: Omit<OpenInput, 'user'>,
  ): Promise<SignedInWithPassword> {
    await requireNoReset(user);
    const scope = allowedScope(application, asked);
    const loginSession = await loginSessions.open({ user, application, amr, scope, caller });
    await requireUnchanged(user, loginSession, caller);
    const { tokenSet, refreshToken } = await tokens.mint({
      user,
      application,
      loginSession,
      scope,
      issuedAt: loginSession.createdAt,
    });
    if (refreshToken !== null) await refreshTokens.insert(refreshToken);
    const lastLogin = loginSession.createdAt;
    await users.recordLogin(user.id, lastLogin, caller.ip, application.id);
    const loginsCount = user.loginsCount + 1;
    const loggedIn = { ...user, loginsCount, lastLogin, lastIp: caller.ip, lastLoginApp: application.id };
    return { user: loggedIn, loginSession, tokenSet };
  }

  /** @throws DomainError password_reset_required when the person must set another password first */
  async function requireNoReset(user: User): Promise<void> {
    if (user.resetPasswordOnNextLogin) throw await resetRequired(user);
  }

  /** The refusal of a password that must be replaced, with a reset token for the proved person (wire 7.2, code 1639). */
  async function resetRequired(user: User): Promise<DomainError> {
    const token = await resetTokens.issue(user);
    return new DomainError('password_reset_required', {
      next: { token, passwordResetToken: token, tokenExpiresIn: resetTokenSeconds },
    });
  }

  /** The person whose password it is; nobody is logged in yet. @throws DomainError wrong_credentials, account_locked, user_suspended */
  async function prove(input: Omit<PasswordSignInInput, 'scope'>): Promise<User> {
    const { application, password } = input;
    const countryCode = phoneCountryCodeOf(directory, application.userPoolId);
    const login = loginKey(input.identifier, countryCode);
    const user = await findToSignIn(users, application.userPoolId, input.field, input.identifier, countryCode);
    const attempt = await passwordAttempts.attempt(application.userPoolId, user, login, password, input.caller);
    if (user === null || !attempt.matches) {
      await audit.append(failure(input, user, attempt.accountHash));
      throw new DomainError('wrong_credentials');
    }
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    if (attempt.needsRehash) await rehash(user, password);
    return user;
  }

  /** Checks once more: a new password or a suspension revokes the logins it finds, and this one was not there to be found. */
  async function requireUnchanged(before: User, loginSession: LoginSession, caller: Caller): Promise<void> {
    const now = await users.find(before.id);
    if (now?.passwordLastSetAt === before.passwordLastSetAt && now.status === 'Activated') return;
    await loginSessions.end(loginSession.id, caller);
    throw new DomainError('wrong_credentials');
  }

  /** Lifts a hash made with older parameters. Losing to another writer is fine: the next sign-in tries again. */
  async function rehash(user: User, password: string): Promise<void> {
    const passwordHash = await passwords.hash(password);
    await users.update({ ...user, passwordHash, version: user.version + 1 }, null);
  }

  /** The event of a failed sign-in: the account's hash, for people type their password as the name by mistake. */
  function failure(
    { application, caller, field }: Omit<PasswordSignInInput, 'scope'>,
    user: User | null,
    accountHash: string,
  ): AuditEvent {
    return newEvent(parts.secrets, 'user.sign_in_failed', caller, {
      userPoolId: application.userPoolId,
      applicationId: application.id,
      // So that people see in their own history who tried.
      userId: user?.id ?? null,
      detail: { field, accountHash },
    });
  }

  return { withPassword, prove, requireNoReset, enter };
}

export type SignIn = ReturnType<typeof createSignIn>;
