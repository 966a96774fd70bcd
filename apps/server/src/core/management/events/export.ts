import type { AuditStore } from '../../audit/store.ts';
import type { Caller } from '../../ground/caller.ts';
import { DomainError } from '../../ground/errors.ts';
import type { LeaseStore } from '../../ground/leases.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import type { Administrator } from '../administrator.ts';
import { managementEvent } from '../event.ts';
import type { EventFilter, EventLog, NamedEvent } from './event-log.ts';

const eventsARead = 1_000;
const lookedAtARead = 20_000;
/** An export ends here. What is beyond is had by another one that begins later. */
const mostEvents = 1_000_000;
const leaseMs = 60_000;

/** Hands out the events that fit, batch by batch, for a file. One export of a user pool at a time, on all nodes together. */
export function createEventExport(parts: {
  log: Pick<EventLog, 'selectionOf' | 'named'>;
  audit: Pick<AuditStore, 'read' | 'append'>;
  leases: LeaseStore;
  secrets: Pick<Secrets, 'randomToken'>;
  clock: Clock;
}) {
  const { log, audit, leases, secrets, clock } = parts;

  /** Records the export, then returns its events. @throws DomainError invalid_argument, too_many_requests when one is under way */
  async function start(
    admin: Administrator,
    filter: EventFilter,
    format: string,
    caller: Caller,
  ): Promise<AsyncGenerator<NamedEvent[], void, void>> {
    const { userPoolId } = admin;
    const selection = await log.selectionOf(userPoolId, filter);
    const lease = { name: `export:${userPoolId}`, holder: secrets.randomToken(), ms: leaseMs };
    if (!(await leases.take(lease, clock.now()))) {
      throw new DomainError('too_many_requests', { reason: 'exportUnderWay', retryAfterSeconds: 60 });
    }
    try {
      const said = JSON.stringify(filter).slice(0, 1024);
      await audit.append(
        managementEvent(secrets, 'admin.audit_exported', admin, caller, { detail: { operationParam: said, format } }),
      );
    } catch (error) {
      await leases.giveBack(lease);
      throw error;
    }

    async function* batches(): AsyncGenerator<NamedEvent[], void, void> {
      try {
        let after: number | null = null;
        let count = 0;
        while (selection !== null && count < mostEvents) {
          const { order = 'oldest' } = filter;
          const reading = { order, after, limit: Math.min(eventsARead, mostEvents - count), budget: lookedAtARead };
          const found: Awaited<ReturnType<typeof audit.read>> = await audit.read(selection, reading);
          if (found.events.length > 0) yield await log.named(userPoolId, found.events);
          count += found.events.length;
          after = found.next;
          if (after === null) return;
          // Another export may have begun when this one stood still for long: there is never more than one. The rest of the file is missing,
          // and whoever receives it must see that.
          if (!(await leases.take(lease, clock.now()))) {
            throw new DomainError('too_many_requests', { reason: 'exportUnderWay', retryAfterSeconds: 60 });
          }
        }
      } finally {
        await leases.giveBack(lease);
      }
    }
    return batches();
  }

  return { start };
}
