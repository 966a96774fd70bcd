import type { Directory } from '../directory/directory.ts';
import type { Clock } from '../ground/ports.ts';
import type { LoginSessionStore } from '../sessions/store.ts';

/** Where and when a person has logged in (wire 5.2, rows 12, 13). The caller has checked who may ask. */
export function createLogins(parts: {
  loginSessions: Pick<LoginSessionStore, 'history' | 'applicationsOf' | 'liveApplicationsOf'>;
  clock: Clock;
  directory: Pick<Directory, 'findApplication'>;
}) {
  const { loginSessions, directory, clock } = parts;

  /** Ids of the applications the person ever logged in to, deleted ones left out. */
  async function applications(userId: string): Promise<string[]> {
    const ids = await loginSessions.applicationsOf(userId);
    return ids.filter((id) => directory.findApplication(id) !== null);
  }

  async function liveApplications(userId: string): Promise<string[]> {
    const ids = await loginSessions.liveApplicationsOf(userId, clock.now());
    return ids.filter((id) => directory.findApplication(id)?.enabled);
  }

  return { history: loginSessions.history, applications, liveApplications };
}
