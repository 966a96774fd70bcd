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
import type { SsoLogins } from '../sessions/sso-logins.ts';
import type { SsoLoginStore } from '../sessions/sso-store.ts';
import type { LoginSessionStore } from '../sessions/store.ts';

/** Where somebody is signed in, as they see it. */
export interface Device
  extends Pick<
    LoginSession,
    'id' | 'applicationId' | 'amr' | 'parentId' | 'createdAt' | 'expiresAt' | 'ip' | 'userAgent'
  > {
  /** How many standing logins would end with it. */
  confirmedCount: number;
  /** A browser that is signed in for every application. */
  isBrowser: boolean;
  isCurrent: boolean;
}

interface Page {
  offset: number;
  limit: number;
}

/** Shows people their own logins (wire 4.3; threats T1, T39), those that a scan began among them, and lets them end each. */
export function createMyLogins(parts: {
  loginSessions: Pick<LoginSessionStore, 'find' | 'live' | 'liveApplicationsOf' | 'applicationsOf' | 'forgetBrowser'>;
  ending: Pick<LoginSessions, 'end'>;
  ssoLogins: Pick<SsoLoginStore, 'live'>;
  sso: Pick<SsoLogins, 'find' | 'end'>;
  audit: Pick<AuditStore, 'page'>;
  directory: Pick<Directory, 'findApplication'>;
  secrets: Secrets;
  clock: Clock;
}) {
  const { loginSessions, ending, ssoLogins, sso, audit, directory, secrets, clock } = parts;

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

  /**
   * Where the person is signed in: browsers with SSO first, then the other logins, each newest first. A login that stands on the SSO login
   * of its browser is counted there and not shown beside it.
   */
  async function devices(
    { user, loginSession }: SignedIn<'readLogins'>,
    { offset, limit }: Page,
  ): Promise<{ totalCount: number; logins: Device[] }> {
    const now = clock.now();
    const browsers = await ssoLogins.live(user.id, now);
    const shown = browsers.slice(offset, offset + limit);
    const rest = { offset: Math.max(0, offset - browsers.length), limit: limit - shown.length };
    const others = await loginSessions.live(user.id, now, {
      ...rest,
      notOn: browsers.map(({ id }) => id),
    });
    const logins = [
      ...shown.map(({ authenticatedAt: createdAt, loginsCount: confirmedCount, ...login }) => {
        return {
          ...login,
          createdAt,
          confirmedCount,
          isBrowser: true,
          isCurrent: login.id === loginSession.ssoLoginId,
        };
      }),
      ...others.logins.map((login) => ({ ...login, isBrowser: false, isCurrent: login.id === loginSession.id })),
    ];
    return { totalCount: browsers.length + others.totalCount, logins };
  }

  /** Ends one login, its tokens and the logins it confirmed. @throws DomainError invalid_argument, qr_born_login */
  async function end(signedIn: SignedIn<'endThisLogin'>, deviceId: string, caller: Caller): Promise<number> {
    const { id, ssoLoginId } = signedIn.loginSession;
    if (deviceId !== id && deviceId !== ssoLoginId) requireRight(signedIn.kinds, 'endOtherLogins');
    const browser = await ownBrowser(signedIn, deviceId);
    if (browser !== null) return sso.end(browser.login, caller, 'ended_by_person');
    await requireOwn(signedIn, deviceId);
    return ending.end(deviceId, caller);
  }

  /** Ends every login of a browser and forgets it: its next login counts as its first. @throws DomainError invalid_argument */
  async function unbind(signedIn: SignedIn<'endOtherLogins'>, deviceId: string, caller: Caller): Promise<number> {
    const browser = await ownBrowser(signedIn, deviceId);
    if (browser !== null) return sso.end(browser.login, caller, 'ended_by_person');
    const { browserHash } = await requireOwn(signedIn, deviceId);
    const ended = await ending.end(deviceId, caller);
    if (browserHash === null) return ended;
    const event = newEvent(secrets, 'session.revoked', caller, {
      ...loginFacts(signedIn.loginSession),
      detail: { reason: 'browser_forgotten' },
    });
    return ended + (await loginSessions.forgetBrowser(signedIn.user.id, browserHash, clock.now(), event));
  }

  async function ownBrowser({ user }: SignedIn, id: string) {
    const found = await sso.find(user.userPoolId, { id });
    return found?.user.id === user.id ? found : null;
  }

  /** Finds a login of the person. Logins of others are answered like unknown ones. */
  async function requireOwn({ user }: SignedIn, deviceId: string): Promise<LoginSession> {
    const session = await loginSessions.find(deviceId);
    if (session !== null && session.userId === user.id) return session;
    throw new DomainError('invalid_argument', { field: 'deviceId', reason: 'notYourLogin' });
  }

  return { history, applications, devices, end, unbind };
}
