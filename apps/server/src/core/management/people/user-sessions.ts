import type { AuditStore } from '../../audit/store.ts';
import type { Caller } from '../../ground/caller.ts';
import { createCursors, isByTime, isNumber } from '../../ground/cursors.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import type { InScanTurn } from '../../ground/scan-turns.ts';
import { longestLoginMs } from '../../sessions/login-session.ts';
import type { LoginSessionStore, SessionState } from '../../sessions/store.ts';
import type { Administrator } from '../administrator.ts';
import { managementEvent } from '../event.ts';
import { getManagedUser, type ManagedUserParts } from '../managed-user.ts';

export interface SessionsMeant {
  applicationId?: string;
  userId?: string;
  /** The hash of the QR code that they came of, or its beginning. */
  code?: string;
  /** Of the login, both included. */
  from?: number;
  to?: number;
  /** How the person proved who they are. */
  amr?: string;
}

/** Logins that one call ends, or counts. */
const mostEnded = 10_000;
const eventsARead = 1_000;
const lookedAtARead = 20_000;
const lookedAtACall = 1_000_000;

/** The logins of people, as operators see and end them. */
export function createUserSessions(parts: {
  loginSessions: Pick<LoginSessionStore, 'page' | 'revokeAll' | 'revokeSome' | 'standingOf'>;
  audit: Pick<AuditStore, 'read' | 'findCode'>;
  users: ManagedUserParts['users'];
  directory: ManagedUserParts['directory'];
  secrets: Pick<Secrets, 'hash' | 'randomToken'>;
  clock: Clock;
  inScanTurn: InScanTurn;
}) {
  const { loginSessions, audit, secrets, clock, inScanTurn } = parts;
  const cursors = createCursors(secrets);

  /** @throws DomainError user_not_found, invalid_argument */
  async function list(
    admin: Administrator,
    asked: { userId: string; state: SessionState },
    { limit, cursor }: { limit: number; cursor?: string },
  ) {
    const after = cursors.read(asked, cursor, isByTime);
    const { id } = await getManagedUser(admin, asked, parts);
    const found = await loginSessions.page(id, asked.state, clock.now(), { after, limit });
    const last = found.length === limit ? found.at(-1) : undefined;
    const place = last === undefined ? null : { createdAt: last.createdAt, id: last.id };
    return { sessions: found, nextCursor: cursors.write(asked, place) };
  }

  /** Ends the named logins of a person, or all, and those that they confirmed; returns how many. @throws DomainError user_not_found */
  async function end(
    admin: Administrator,
    { userId, sessionIds }: { userId: string; sessionIds: readonly string[] | null },
    caller: Caller,
  ): Promise<number> {
    const { id } = await getManagedUser(admin, { userId }, parts);
    const event = managementEvent(secrets, 'admin.users_kicked', admin, caller, {
      userId: id,
      detail: { sessionIds: sessionIds?.join(' ').slice(0, 512) ?? 'all' },
    });
    return sessionIds === null
      ? loginSessions.revokeAll(id, clock.now(), event)
      : loginSessions.revokeSome(sessionIds, clock.now(), event, id);
  }

  /**
   * Ends standing logins by where they came from, or only counts them. Logins are found by the events that tell of them.
   * @throws DomainError invalid_argument when nothing narrows them; too_many_requests
   */
  async function endMeant(
    admin: Administrator,
    meant: SessionsMeant,
    { isDryRun, cursor }: { isDryRun: boolean; cursor?: string },
    caller: Caller,
  ): Promise<{ n: number; nextCursor: string | null }> {
    if (Object.values(meant).every((value) => value === undefined)) {
      throw new DomainError('invalid_argument', { field: 'appId', reason: 'sessionsNotNarrowed' });
    }
    let after = cursors.read(meant, cursor, isNumber);
    const { userPoolId } = admin;
    const { code, amr, from = clock.now() - longestLoginMs, ...others } = meant;
    const codeHash = code === undefined ? undefined : await audit.findCode(userPoolId, code);
    if (codeHash === null) return { n: 0, nextCursor: null };
    const selection = {
      ...others,
      from,
      userPoolId,
      codeHash,
      types: codeHash === undefined ? (['session.created'] as const) : (['session.created', 'qr.exchanged'] as const),
    };
    return inScanTurn(userPoolId, async () => {
      let n = 0;
      for (let looked = 0; looked < lookedAtACall; looked += lookedAtARead) {
        const reading = { order: 'newest', after, limit: eventsARead, budget: lookedAtARead } as const;
        const found = await audit.read(selection, reading);
        const ids = [...new Set(found.events.flatMap(({ loginSessionId }) => loginSessionId ?? []))];
        n += await endThose(ids);
        after = found.next;
        if (after === null || n >= mostEnded) break;
      }
      return { n, nextCursor: cursors.write(meant, after) };
    });

    async function endThose(ids: readonly string[]): Promise<number> {
      const standing = await loginSessions.standingOf(userPoolId, ids, amr, clock.now());
      if (isDryRun || standing.length === 0) return standing.length;
      const detail = { operationParam: JSON.stringify(meant).slice(0, 1024), count: String(standing.length) };
      const event = managementEvent(secrets, 'admin.sessions_ended', admin, caller, {
        ...(meant.applicationId !== undefined && { applicationId: meant.applicationId }),
        ...(meant.userId !== undefined && { userId: meant.userId }),
        detail,
      });
      return loginSessions.revokeSome(standing, clock.now(), event, null);
    }
  }

  return { list, end, endMeant };
}
