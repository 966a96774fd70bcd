import type { AuditEvent } from '../audit/event.ts';
import type { AuditFilter, AuditStore } from '../audit/store.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import type { Administrator } from './administrator.ts';

/** What happened in the caller's pool, read from the audit events (wire 5.2, rows 16, 17). */
export function createLogs({ audit, users }: { audit: Pick<AuditStore, 'page'>; users: Pick<UserStore, 'find'> }) {
  /** A page of events, newest first. `people` has those of the pool whom the events are about, by id. */
  async function page(
    { userPoolId }: Administrator,
    filter: Omit<AuditFilter, 'userPoolId'>,
  ): Promise<{ totalCount: number; events: AuditEvent[]; people: Map<string, User> }> {
    const { totalCount, events } = await audit.page({ ...filter, userPoolId });
    const ids = [...new Set(events.flatMap(({ userId }) => userId ?? []))];
    const found = await Promise.all(ids.map((id) => users.find(id)));
    const ofPool = found.flatMap((user) => (user?.userPoolId === userPoolId ? [[user.id, user] as const] : []));
    return { totalCount, events, people: new Map(ofPool) };
  }

  return { page };
}

export type Logs = ReturnType<typeof createLogs>;
