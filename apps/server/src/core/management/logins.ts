import type { UserLoggedInAppDto, UserLoginHistoryPageDto } from '@passbeam/protocol';
import { applicationLogo } from '../applications/application-dto.ts';
import type { Directory } from '../pools/directory.ts';
import type { Clock } from '../ports.ts';
import type { LoginHistoryFilter, LoginSessionStore } from '../sessions/store.ts';

/** Where and when a person has logged in (wire 5.2, rows 12, 13). The caller has checked who may ask. */
export function createLogins(parts: {
  loginSessions: Pick<LoginSessionStore, 'history' | 'applicationsOf' | 'liveApplicationsOf'>;
  clock: Clock;
  directory: Directory;
  publicUrl: string;
}) {
  const { loginSessions, directory, clock, publicUrl } = parts;

  /** An application that is gone keeps its id in the history, and loses its name. */
  function appFacts(appId: string): UserLoggedInAppDto {
    const application = directory.findApplication(appId);
    return {
      appId,
      appName: application?.name ?? '',
      appLogo: application ? applicationLogo(application, publicUrl) : '',
      appLoginUrl: application?.profile.initLoginUri ?? '',
    };
  }

  async function history(filter: LoginHistoryFilter): Promise<UserLoginHistoryPageDto> {
    const { totalCount, sessions } = await loginSessions.history(filter);
    const list = sessions.map(({ applicationId, ip, userAgent, createdAt }) => ({
      ...appFacts(applicationId),
      clientIp: ip ?? '',
      ...(userAgent === null ? {} : { userAgent }),
      time: new Date(createdAt).toISOString(),
    }));
    return { totalCount, list };
  }

  async function apps(userId: string): Promise<UserLoggedInAppDto[]> {
    const ids = await loginSessions.applicationsOf(userId);
    return ids.filter((id) => directory.findApplication(id) !== null).map(appFacts);
  }

  /** Ids of the applications the person is signed in to now. */
  async function liveApplications(userId: string): Promise<string[]> {
    const ids = await loginSessions.liveApplicationsOf(userId, clock.now());
    return ids.filter((id) => directory.findApplication(id)?.enabled);
  }

  return { history, apps, appFacts, liveApplications };
}

export type Logins = ReturnType<typeof createLogins>;
