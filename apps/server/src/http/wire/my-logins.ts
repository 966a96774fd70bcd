import { errorTable, type MyDeviceDto, type MyLoginDto, type SecurityInfoDto } from '@passbeam/protocol';
import type { Device } from '../../core/account/my-logins.ts';
import type { AuditEvent } from '../../core/audit/event.ts';
import { describeUserAgent } from '../../core/ground/user-agent.ts';
import type { User } from '../../core/users/user.ts';
import { loginApplication, type ShownApplications } from './logins.ts';
import { parsedUserAgent, unknownPlace } from './logs.ts';

/** A login of the person, or an attempt that failed (wire 4.3). */
export function myLogin(event: AuditEvent, userId: string, shown: ShownApplications): MyLoginDto {
  const success = event.type === 'session.created';
  return {
    userId,
    ...loginApplication(event.applicationId ?? '', shown),
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

/** Where the person is logged in. */
export function myDevice(session: Device, shown: ShownApplications): MyDeviceDto {
  const { appId, appName, appLogo } = loginApplication(session.applicationId, shown);
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
    isCurrent: session.isCurrent,
    confirmedBy: session.parentId,
    confirmedCount: session.confirmedCount,
  };
}

/** How well an account is protected (wire 4.3). */
export function securityInfo({ passwordHash, passwordSecurityLevel: level, email, phone }: User): SecurityInfoDto {
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

/** The login method in the wire's words, from the words of RFC 8176 that the login keeps. */
function methodOf(amr: string[]): MyLoginDto['loginMethod'] {
  if (amr.includes('qr')) return 'QRCODE';
  if (amr.includes('otp')) return 'PASSCODE';
  return amr.includes('pwd') ? 'PASSWORD' : 'UNKNOWN';
}

/** The type of device. Apps name no browser that the server knows, and a scan always logs in a page. */
function deviceType(
  { amr, isBrowser }: Device,
  browser: string | null,
  os: string | null,
): MyDeviceDto['device']['type'] {
  if (isBrowser || amr.includes('qr') || browser !== null) return 'Browser';
  return os === null || os === 'Android' || os === 'iOS' ? 'Mobile' : 'Desktop';
}
