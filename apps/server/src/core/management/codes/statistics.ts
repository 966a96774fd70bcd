import type { Directory } from '../../directory/directory.ts';
import { DomainError } from '../../ground/errors.ts';
import type { Clock } from '../../ground/ports.ts';
import type { Administrator } from '../administrator.ts';
import { alarmsOf, medianOf, stepsOf } from './counted.ts';
import { minutesKeptMs } from './follow-log.ts';
import type { StatisticsStore } from './statistics-store.ts';

const hourMs = 3_600_000;

/** Scans over time, as they were counted behind the log. */
export function createScanStatistics(parts: {
  statistics: Pick<StatisticsStore, 'sum' | 'place'>;
  directory: Pick<Directory, 'getApplication'>;
  clock: Clock;
}) {
  const { statistics, directory, clock } = parts;

  /** @throws DomainError invalid_argument, app_not_found */
  return async function scanStatistics(
    { userPoolId }: Pick<Administrator, 'userPoolId'>,
    asked: { from: number; to: number; step: number; applicationId?: string; maxPoints: number },
  ) {
    const { applicationId } = asked;
    const stepMs = asked.step * 1000;
    const from = Math.floor(asked.from / stepMs) * stepMs;
    const to = Math.ceil(asked.to / stepMs) * stepMs;
    if (to <= from) throw new DomainError('invalid_argument', { field: 'to', reason: 'notAfterFrom' });
    if ((to - from) / stepMs > asked.maxPoints) {
      throw new DomainError('invalid_argument', { field: 'step', reason: ['tooManyPoints', asked.maxPoints] });
    }
    if (stepMs < hourMs && from < clock.now() - minutesKeptMs) {
      throw new DomainError('invalid_argument', { field: 'step', reason: 'minutesNotKept' });
    }
    if (applicationId !== undefined && directory.getApplication(applicationId).userPoolId !== userPoolId) {
      throw new DomainError('app_not_found', { field: 'appId' });
    }
    const ofPool = { userPoolId, applicationId };
    const slots = await statistics.sum({ ...ofPool, from, to }, stepMs);
    // The period before may be older than minutes are kept, but its sums are right to the hour.
    const earlier = await statistics.sum({ ...ofPool, from: from - (to - from), to: from }, to - from);
    const place = await statistics.place();
    const totals = added([...slots.values()]);
    return {
      series: Array.from({ length: (to - from) / stepMs }, (_, index) => {
        const at = from + index * stepMs;
        return { at, ...stepsOf(slots.get(at) ?? new Map()) };
      }),
      totals: stepsOf(totals),
      before: stepsOf(added([...earlier.values()])),
      medianSeconds: {
        scan: medianOf(totals, 'scan'),
        confirm: medianOf(totals, 'confirm'),
        exchange: medianOf(totals, 'exchange'),
      },
      alarms: alarmsOf(totals),
      computedUpTo: place?.at ?? null,
    };
  };
}

function added(all: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const sum = new Map<string, number>();
  for (const counters of all) for (const [what, n] of counters) sum.set(what, (sum.get(what) ?? 0) + n);
  return sum;
}
