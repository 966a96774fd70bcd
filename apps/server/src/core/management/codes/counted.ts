import type { AuditEvent, AuditType } from '../../audit/event.ts';
import { alarms } from '../../audit/outcomes.ts';

/** The steps of a scan that are counted over time. */
export const countedSteps = ['created', 'scanned', 'confirmed', 'cancelled', 'expired', 'exchanged'] as const;
export type CountedStep = (typeof countedSteps)[number];

const stepOf: Partial<Record<AuditType, CountedStep>> = {
  'qr.created': 'created',
  'qr.scanned': 'scanned',
  'qr.confirmed': 'confirmed',
  'qr.cancelled': 'cancelled',
  'qr.ended': 'cancelled',
  'qr.expired': 'expired',
  'qr.exchanged': 'exchanged',
};

/** The steps that people wait for, each with the one it is timed from. */
export const timedFrom = {
  'qr.scanned': { what: 'scan', from: 'qr.created' },
  'qr.confirmed': { what: 'confirm', from: 'qr.scanned' },
  'qr.exchanged': { what: 'exchange', from: 'qr.confirmed' },
} as const satisfies Partial<Record<AuditType, { what: string; from: AuditType }>>;
export type TimedType = keyof typeof timedFrom;
export const isTimed = (type: AuditType): type is TimedType => Object.hasOwn(timedFrom, type);

export const countedTypes = [...Object.keys(stepOf), ...alarms] as AuditType[];

/** Durations fall into steps of a quarter of an octave, so a median is right to a tenth. */
const bucketOf = (ms: number) => Math.round(4 * Math.log2(Math.max(ms, 1)));
const secondsOf = (bucket: number) => Math.round(2 ** (bucket / 4)) / 1000;

/** What an event counts as: names of counters, such as `scanned`, `alarm:limit.hit`, and `scan:41` for a duration. */
export function countersOf({ type, at }: Pick<AuditEvent, 'type' | 'at'>, before: number | undefined): string[] {
  const step = stepOf[type];
  if (step === undefined) return alarms.includes(type) ? [`alarm:${type}`] : [];
  const hasDuration = isTimed(type) && before !== undefined && at !== null && at >= before;
  return hasDuration ? [step, `${timedFrom[type].what}:${bucketOf(at - before)}`] : [step];
}

export type Counters = ReadonlyMap<string, number>;

export function stepsOf(counters: Counters): Record<CountedStep, number> {
  const entries = countedSteps.map((step) => [step, counters.get(step) ?? 0]);
  return Object.fromEntries(entries);
}

export function alarmsOf(counters: Counters): Record<string, number> {
  return Object.fromEntries(
    [...counters].flatMap(([what, n]) => (what.startsWith('alarm:') ? [[what.slice('alarm:'.length), n]] : [])),
  );
}

/** Seconds that half of all took less than; null when there was none. */
export function medianOf(counters: Counters, what: 'scan' | 'confirm' | 'exchange'): number | null {
  const buckets = [...counters]
    .flatMap(([name, n]) => (name.startsWith(`${what}:`) ? [[Number(name.slice(what.length + 1)), n] as const] : []))
    .sort(([one], [other]) => one - other);
  const total = buckets.reduce((sum, [, n]) => sum + n, 0);
  let passed = 0;
  for (const [bucket, n] of buckets) {
    passed += n;
    if (passed * 2 >= total) return secondsOf(bucket);
  }
  return null;
}
