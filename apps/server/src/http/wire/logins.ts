import type { UserLoggedInAppDto, UserLoginHistoryPageDto } from '@passbeam/protocol';
import type { Directory } from '../../core/directory/directory.ts';
import type { LoginSessionStore } from '../../core/sessions/store.ts';
import { applicationLogo } from './application-dto.ts';

export interface ShownApplications {
  directory: Pick<Directory, 'findApplication'>;
  publicUrl: string;
}

/** An application as logins name it. One that was deleted keeps its id in the history, and loses its name. */
export function loginApplication(appId: string, { directory, publicUrl }: ShownApplications): UserLoggedInAppDto {
  const application = directory.findApplication(appId);
  return {
    appId,
    appName: application?.name ?? '',
    appLogo: application ? applicationLogo(application, publicUrl) : '',
    appLoginUrl: application?.profile.initLoginUri ?? '',
  };
}

/** A person's logins as administrators see them (wire 5.2, row 12). */
export function loginHistory(
  { totalCount, logins }: Awaited<ReturnType<LoginSessionStore['history']>>,
  shown: ShownApplications,
): UserLoginHistoryPageDto {
  const list = logins.map(({ applicationId, ip, userAgent, createdAt }) => ({
    ...loginApplication(applicationId, shown),
    clientIp: ip ?? '',
    ...(userAgent === null ? {} : { userAgent }),
    time: new Date(createdAt).toISOString(),
  }));
  return { totalCount, list };
}
