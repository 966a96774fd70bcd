import type { AuditEvent } from '../audit/event.ts';
import type { AuditFilter, AuditStore } from '../audit/store.ts';
import { DomainError } from '../ground/errors.ts';
import type { InScanTurn } from '../ground/scan-turns.ts';
import type { UserStore } from '../users/store.ts';
import type { User } from '../users/user.ts';
import type { Administrator } from './administrator.ts';

/** What happened in the caller's pool, read from the audit events (wire 5.2, rows 16, 17). */
export function createLogs(parts: {
  audit: Pick<AuditStore, 'page'>;
  users: Pick<UserStore, 'find'>;
  inScanTurn: InScanTurn;
}) {
  const { audit, users, inScanTurn } = parts;

  /**
   * A page of events, newest first, with an estimate of their number where counting is dear. `people` has those of the pool whom the events are about,
   * by id.
   * @throws DomainError invalid_argument when the page is too far back; too_many_requests
   */
  async function page(
    { userPoolId }: Administrator,
    filter: Omit<AuditFilter, 'userPoolId'>,
  ): Promise<{ totalCount: number; events: AuditEvent[]; people: Map<string, User> }> {
    const found = await inScanTurn(userPoolId, () => audit.page({ ...filter, userPoolId }));
    if (found.isBeyond) throw new DomainError('invalid_argument', { field: 'pagination.page', reason: 'tooFarBack' });
    const { totalCount, events } = found;
    const ids = [...new Set(events.flatMap(({ userId }) => userId ?? []))];
    const known = await Promise.all(ids.map((id) => users.find(id)));
    const ofPool = known.flatMap((user) => (user?.userPoolId === userPoolId ? [[user.id, user] as const] : []));
    return { totalCount, events, people: new Map(ofPool) };
  }

  return { page };
}

export type Logs = ReturnType<typeof createLogs>;
