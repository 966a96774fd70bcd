import type { Application } from '../directory/application.ts';
import type { Directory } from '../directory/directory.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock } from '../ground/ports.ts';
import type { LoginSession } from '../sessions/login-session.ts';
import type { LoginSessionStore } from '../sessions/store.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';

export interface StandingLoginParts {
  users: Pick<UserStore, 'find'>;
  loginSessions: Pick<LoginSessionStore, 'find'>;
  directory: Pick<Directory, 'findApplication'>;
  clock: Clock;
}

/** What every kind of user token names. */
export interface NamedLogin {
  applicationId: string;
  userId: string;
  loginSessionId: string;
}

/**
 * Whether the login a verified token names still stands: the application, the user, the login session, all of one pool
 * and belonging together (threats T18, T20). One rule for every kind of token.
 */
export function createStandingLogin({ users, loginSessions, directory, clock }: StandingLoginParts) {
  /** @throws DomainError not_signed_in, user_suspended */
  return async function standingLogin(
    named: NamedLogin,
  ): Promise<{ application: Application; user: User; loginSession: LoginSession }> {
    const application = directory.findApplication(named.applicationId);
    if (!application?.enabled) throw new DomainError('not_signed_in');
    // The user is read before the login session: if somebody claims the account in between, the session is found ended.
    const user = await users.find(named.userId);
    const loginSession = await loginSessions.find(named.loginSessionId);
    if (user === null || loginSession === null) throw new DomainError('not_signed_in');
    if (!isLive(loginSession, clock.now())) throw new DomainError('not_signed_in');
    const isOneLogin =
      loginSession.userId === user.id &&
      loginSession.applicationId === application.id &&
      loginSession.userPoolId === application.userPoolId &&
      user.userPoolId === application.userPoolId;
    if (!isOneLogin) throw new DomainError('not_signed_in');
    if (user.status !== 'Activated') throw new DomainError('user_suspended');
    return { application, user, loginSession };
  };
}

export function isLive(loginSession: LoginSession, now: number): boolean {
  return loginSession.revokedAt === null && loginSession.expiresAt > now;
}
