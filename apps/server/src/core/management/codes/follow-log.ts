import type { AuditType } from '../../audit/event.ts';
import type { LeaseStore } from '../../ground/leases.ts';
import type { Clock, Secrets } from '../../ground/ports.ts';
import { countedTypes, countersOf, isTimed, timedFrom } from './counted.ts';
import type { Count, NumberedEvent, StatisticsStore } from './statistics-store.ts';

/** So late may an event appear behind one with a later number: transactions end in another order than they began. */
const behindMs = 10_000;
const leaseMs = 60_000;
const rowsARead = 2_000;
/** Reads of one round: what is more waits for the next, logins go first. */
const readsARound = 20;
/** A new installation counts what happened in the last days, and nothing before. */
const countedFromMs = 7 * 86_400_000;
export const minutesKeptMs = 48 * 3_600_000;
export const statisticsKeptMs = 400 * 86_400_000;

const minuteMs = 60_000;

/** Counts scans over time by reading the log behind those who write it: a login pays nothing for it. One node does it for all. */
export function createLogFollower(parts: {
  statistics: StatisticsStore;
  leases: LeaseStore;
  secrets: Pick<Secrets, 'randomToken'>;
  clock: Clock;
}) {
  const { statistics, leases, secrets, clock } = parts;
  const lease = { name: 'statistics', holder: secrets.randomToken(), ms: leaseMs };

  /** Counts what has come since; nothing while another node does. */
  async function follow(): Promise<void> {
    if (!(await leases.take(lease, clock.now()))) return;
    for (let read = 0; read < readsARound; read++) {
      if (!(await followSome())) break;
    }
    while (await statistics.rollUp(clock.now() - minutesKeptMs, lease));
  }

  /** True when there is more to count at once. */
  async function followSome(): Promise<boolean> {
    const known = await statistics.place();
    const from = known?.seq ?? (await statistics.placeBefore(clock.now() - countedFromMs));
    const { events, last } = await statistics.follow(from, countedTypes, rowsARead);
    const settledAt = clock.now() - behindMs;
    const unsettled = events.findIndex(({ at }) => at > settledAt);
    const settled = unsettled === -1 ? events : events.slice(0, unsettled);
    const isLastSettled = unsettled === -1 && last !== null && last.at <= settledAt;
    const end = isLastSettled ? last : (settled.at(-1) ?? null);
    const isCaughtUp = !isLastSettled;
    const place = { seq: end?.seq ?? from, at: isCaughtUp ? settledAt : (end?.at ?? settledAt) };
    const isAdded = await statistics.add(await countsOf(settled), known?.seq ?? null, place, lease);
    return isAdded && !isCaughtUp;
  }

  async function countsOf(events: readonly NumberedEvent[]): Promise<Count[]> {
    const timed = events.flatMap(({ type, codeHash }) => (isTimed(type) && codeHash !== null ? [codeHash] : []));
    const types = [...new Set(Object.values(timedFrom).map(({ from }) => from))] as AuditType[];
    const instants = await statistics.instantsOf([...new Set(timed)], types);
    const counts = new Map<string, Count>();
    for (const event of events) {
      const { userPoolId, type, codeHash } = event;
      if (userPoolId === null) continue;
      const before = isTimed(type) ? instants.get(codeHash ?? '')?.get(timedFrom[type].from) : undefined;
      const at = Math.floor(event.at / minuteMs) * minuteMs;
      const applicationId = event.applicationId ?? '';
      for (const what of countersOf(event, before)) {
        const key = JSON.stringify([userPoolId, applicationId, at, what]);
        const count = counts.get(key) ?? { userPoolId, applicationId, at, what, n: 0 };
        count.n += event.count ?? 1;
        counts.set(key, count);
      }
    }
    return [...counts.values()];
  }

  return { follow };
}

export type LogFollower = ReturnType<typeof createLogFollower>;
