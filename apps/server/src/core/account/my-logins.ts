import { type AuditEvent, type AuditType, newEvent } from '../audit/event.ts';
import type { AuditStore } from '../audit/store.ts';
import type { Directory } from '../directory/directory.ts';
import type { Caller } from '../ground/caller.ts';
import { DomainError } from '../ground/errors.ts';
import type { Clock, Secrets } from '../ground/ports.ts';
import { type LoginSession, loginFacts } from '../sessions/login-session.ts';
import type { LoginSessions } from '../sessions/login-sessions.ts';
import { requireRight } from '../sessions/rights.ts';
import type { SignedIn } from '../sessions/signed-in.ts';
import type { LoginSessionStore } from '../sessions/store.ts';

interface Page {
  offset: number;
  limit: number;
}

/** Shows people their own logins (wire 4.3; threats T1, T39), those that a scan began among them, and lets them end each. */
export function createMyLogins(parts: {
  loginSessions: Pick<LoginSessionStore, 'find' | 'live' | 'liveApplicationsOf' | 'applicationsOf' | 'forgetBrowser'>;
  ending: Pick<LoginSessions, 'end'>;
  audit: Pick<AuditStore, 'page'>;
  directory: Pick<Directory, 'findApplication'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { loginSessions, ending, audit, directory, secrets, clock } = parts;

  async function history(
    { user }: SignedIn<'readLogins'>,
    filter: { applicationId?: string; ip?: string; success?: boolean; from?: number; to?: number } & Page,
  ): Promise<{ totalCount: number; events: AuditEvent[] }> {
    const { success, ...rest } = filter;
    const types: AuditType[] = [];
    if (success !== false) types.push('session.created');
    if (success !== true) types.push('user.sign_in_failed');
    return audit.page({ ...rest, userPoolId: user.userPoolId, userId: user.id, types });
  }

  /** The applications the person ever logged in to, without deleted ones; `active` where they are signed in now. */
  async function applications({ user }: SignedIn<'readLogins'>): Promise<{ applicationId: string; active: boolean }[]> {
    const [all, live] = await Promise.all([
      loginSessions.applicationsOf(user.id),
      loginSessions.liveApplicationsOf(user.id, clock.now()),
    ]);
    return all
      .filter((id) => directory.findApplication(id) !== null)
      .map((id) => ({ applicationId: id, active: live.includes(id) }));
  }

  /** The person's live logins, newest first, each with how many live logins it confirmed. */
  function devices({ user }: SignedIn<'readLogins'>, page: Page) {
    return loginSessions.live(user.id, clock.now(), page);
  }

  /** Ends one login, its tokens and the logins it confirmed. @throws DomainError invalid_argument, qr_born_login */
  async function end(signedIn: SignedIn<'endThisLogin'>, deviceId: string, caller: Caller): Promise<number> {
    if (deviceId !== signedIn.loginSession.id) requireRight(signedIn.kinds, 'endOtherLogins');
    await requireOwn(signedIn, deviceId);
    return ending.end(deviceId, caller);
  }

  /** Ends every login of a browser and forgets it: its next login counts as its first. @throws DomainError invalid_argument */
  async function unbind(signedIn: SignedIn<'endOtherLogins'>, deviceId: string, caller: Caller): Promise<number> {
    const { browserHash } = await requireOwn(signedIn, deviceId);
    const ended = await ending.end(deviceId, caller);
    if (browserHash === null) return ended;
    const event = newEvent(secrets, 'session.revoked', caller, {
      ...loginFacts(signedIn.loginSession),
      detail: { reason: 'browser_forgotten' },
    });
    return ended + (await loginSessions.forgetBrowser(signedIn.user.id, browserHash, clock.now(), event));
  }

  /** Finds a login of the person. Logins of others are answered like unknown ones. */
  async function requireOwn({ user }: SignedIn, deviceId: string): Promise<LoginSession> {
    const session = await loginSessions.find(deviceId);
    if (session !== null && session.userId === user.id) return session;
    throw new DomainError('invalid_argument', { field: 'deviceId', reason: 'notYourLogin' });
  }

  return { history, applications, devices, end, unbind };
}
