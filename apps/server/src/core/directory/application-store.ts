import type { AuditEvent } from '../audit/event.ts';
import type { Application } from './application.ts';

export interface ApplicationFilter {
  userPoolId: string;
  /** Part of the name, the identifier or the id, without regard to case. */
  keywords?: string;
  ssoEnabled?: boolean;
  offset: number;
  limit: number;
}

export interface ApplicationStore {
  /**
   * Inserts, or replaces the row with the same id. False, and nothing is written, when another application of the pool
   * has its identifier.
   * @throws DirectoryChanged, as `putEndingLogins` and `remove` do, when `version` is given and outdated
   */
  put(application: Application, event?: AuditEvent, version?: number): Promise<boolean>;
  /** `put` with which every login of the application ends, and every login that those confirmed. */
  putEndingLogins(application: Application, at: number, event?: AuditEvent, version?: number): Promise<boolean>;
  /** Deletes it and ends the same logins. False when there was none. */
  remove(id: string, at: number, event: AuditEvent, version?: number): Promise<boolean>;
  list(): Promise<Application[]>;
  /** Oldest first; `totalCount` counts without regard to the page. */
  page(filter: ApplicationFilter): Promise<{ totalCount: number; applications: Application[] }>;
}
