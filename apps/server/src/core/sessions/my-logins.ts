import {
  errorTable,
  type MyDeviceDto,
  type MyLoggedInAppDto,
  type MyLoginDto,
  type MyLoginHistoryDto,
  type SecurityInfoDto,
} from '@passbeam/protocol';
import { type AuditEvent, type AuditType, newEvent } from '../audit/event.ts';
import { ownFacts } from '../audit/own-facts.ts';
import type { AuditStore } from '../audit/store.ts';
import type { Client } from '../client.ts';
import { DomainError } from '../errors.ts';
import type { Logins } from '../management/logins.ts';
import { parsedUserAgent, unknownPlace } from '../management/logs.ts';
import type { Clock, Secrets } from '../ports.ts';
import { describeUserAgent } from '../qr/user-agent.ts';
import type { SignedIn } from '../tokens/token-set.ts';
import type { User } from '../users/user.ts';
import type { LoginSession } from './login-session.ts';
import type { LoginSessions } from './login-sessions.ts';
import { requireRight } from './rights.ts';
import type { LoginSessionStore } from './store.ts';

interface Page {
  offset: number;
  limit: number;
}

/**
 * A person looking after their own logins (wire 4.3; threats T1, T39): which browsers a scan logged in, and when,
 * and from where; and the end of each.
 */
export function createMyLogins(parts: {
  loginSessions: Pick<LoginSessionStore, 'find' | 'live' | 'liveApplicationsOf' | 'applicationsOf' | 'forgetBrowser'>;
  ending: Pick<LoginSessions, 'end'>;
  audit: Pick<AuditStore, 'page'>;
  appFacts: Logins['appFacts'];
  secrets: Secrets;
  clock: Clock;
}) {
  const { loginSessions, ending, audit, appFacts, secrets, clock } = parts;

  async function history(
    { user }: SignedIn<'readLogins'>,
    filter: { applicationId?: string; ip?: string; success?: boolean; from?: number; to?: number } & Page,
  ): Promise<MyLoginHistoryDto> {
    const { success, ...rest } = filter;
    const types: AuditType[] = [];
    if (success !== false) types.push('session.created');
    if (success !== true) types.push('user.sign_in_failed');
    const { totalCount, events } = await audit.page({ ...rest, userPoolId: user.userPoolId, userId: user.id, types });
    return { totalCount, list: events.map((event) => loginOf(event, user.id)) };
  }

  function loginOf(event: AuditEvent, userId: string): MyLoginDto {
    const success = event.type === 'session.created';
    return {
      userId,
      ...appFacts(event.applicationId ?? ''),
      loginAt: new Date(event.at ?? 0).toISOString(),
      clientIp: event.ip ?? '',
      success,
      ...(success ? {} : { errorMessage: errorTable.wrong_credentials.en }),
      userAgent: event.userAgent ?? '',
      parsedUserAgent: parsedUserAgent(event.userAgent),
      loginMethod: success ? methodOf(String(event.detail.amr ?? '').split(' ')) : 'PASSWORD',
      geoip: unknownPlace,
      ...(event.count === undefined ? {} : { count: event.count }),
    };
  }

  async function apps({ user }: SignedIn<'readLogins'>): Promise<MyLoggedInAppDto[]> {
    const [all, live] = await Promise.all([
      loginSessions.applicationsOf(user.id),
      loginSessions.liveApplicationsOf(user.id, clock.now()),
    ]);
    return all.map((id) => ({ ...appFacts(id), active: live.includes(id) })).filter(({ appName }) => appName !== '');
  }

  async function devices(
    signedIn: SignedIn<'readLogins'>,
    page: Page,
  ): Promise<{ totalCount: number; list: MyDeviceDto[] }> {
    const { totalCount, sessions } = await loginSessions.live(signedIn.user.id, clock.now(), page);
    return { totalCount, list: sessions.map((session) => deviceOf(session, signedIn.loginSession.id)) };
  }

  function deviceOf(session: LoginSession & { confirmedCount: number }, currentId: string): MyDeviceDto {
    const { appId, appName, appLogo } = appFacts(session.applicationId);
    const { browser, os } = describeUserAgent(session.userAgent);
    return {
      device: {
        deviceId: session.id,
        name: [browser, os].filter((part) => part !== null).join(' · ') || appName,
        type: deviceType(session, browser, os),
        ...(os === null ? {} : { os }),
        status: 'activated',
        ...(session.userAgent === null ? {} : { userAgent: session.userAgent }),
      },
      lastLoginTime: new Date(session.createdAt).toISOString(),
      ...(session.ip === null ? {} : { lastIp: session.ip }),
      online: true,
      appId,
      appName,
      appLogo,
      loginMethod: methodOf(session.amr),
      expiresAt: new Date(session.expiresAt).toISOString(),
      isCurrent: session.id === currentId,
      confirmedBy: session.parentId,
      confirmedCount: session.confirmedCount,
    };
  }

  /**
   * Its tokens are refused from now on, and with it end the logins it confirmed.
   * @throws DomainError invalid_argument, qr_born_login
   */
  async function end(signedIn: SignedIn<'endThisLogin'>, deviceId: string, client: Client): Promise<number> {
    if (deviceId !== signedIn.loginSession.id) requireRight(signedIn.loginSession, 'endOtherLogins');
    await requireOwn(signedIn, deviceId);
    return ending.end(deviceId, client);
  }

  /** Ends every login of that browser, and forgets it: the next one will be its first. @throws DomainError invalid_argument */
  async function unbind(signedIn: SignedIn<'endOtherLogins'>, deviceId: string, client: Client): Promise<number> {
    const { browserHash } = await requireOwn(signedIn, deviceId);
    const ended = await ending.end(deviceId, client);
    if (browserHash === null) return ended;
    const event = newEvent(secrets, 'session.revoked', {
      ...ownFacts(signedIn, client),
      detail: { reason: 'browser_forgotten' },
    });
    return ended + (await loginSessions.forgetBrowser(signedIn.user.id, browserHash, clock.now(), event));
  }

  /** Strangers' logins answer like those that never were. */
  async function requireOwn({ user }: SignedIn, deviceId: string): Promise<LoginSession> {
    const session = await loginSessions.find(deviceId);
    if (session !== null && session.userId === user.id) return session;
    throw new DomainError('invalid_argument', { field: 'deviceId', reason: 'is none of your logins' });
  }

  return { history, apps, devices, end, unbind, securityInfo };
}

export type MyLogins = ReturnType<typeof createMyLogins>;

function securityInfo({ passwordHash, passwordSecurityLevel: level, email, phone }: User): SecurityInfoDto {
  const [passwordSet, emailBinded, phoneBinded] = [passwordHash !== null, email !== null, phone !== null];
  return {
    passwordSecurityLevel: level,
    mfaEnrolled: false,
    passwordSet,
    emailBinded,
    phoneBinded,
    securityScore: (passwordSet ? 20 * level : 0) + (emailBinded ? 20 : 0) + (phoneBinded ? 20 : 0),
  };
}

/** RFC 8176 words as they stand on the login. */
function methodOf(amr: string[]): MyLoginDto['loginMethod'] {
  if (amr.includes('qr')) return 'QRCODE';
  if (amr.includes('otp')) return 'PASSCODE';
  return amr.includes('pwd') ? 'PASSWORD' : 'UNKNOWN';
}

/** Apps name no browser we know; a scan always logs in a page. */
function deviceType({ amr }: LoginSession, browser: string | null, os: string | null): MyDeviceDto['device']['type'] {
  if (amr.includes('qr') || browser !== null) return 'Browser';
  return os === null || os === 'Android' || os === 'iOS' ? 'Mobile' : 'Desktop';
}
