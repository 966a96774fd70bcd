import type { Logger } from 'pino';
import type { Clock } from '../../core/ground/ports.ts';
import type { RefusedOriginNotes } from '../../core/management/directory/refused-origins.ts';
import type { Owner } from './cors.ts';

const minuteMs = 60_000;
/** How many origins are logged in a minute at most, for strangers may send any number. */
const originsAMinute = 50;

/** Tells the operator of refused pages, in the log each once a minute: to the page, a forgotten origin looks like an outage. */
export function createRefusedOrigins(parts: {
  log: Pick<Logger, 'warn'>;
  clock: Clock;
  refusedOrigins: Pick<RefusedOriginNotes, 'note'>;
}) {
  const { log, clock, refusedOrigins } = parts;
  let told = new Set<string>();
  let minute = 0;

  return function note(origin: string, named: Owner): void {
    const now = Math.floor(clock.now() / minuteMs);
    if (now !== minute) {
      minute = now;
      told = new Set();
    }
    // A text that no browser sends as an origin is nothing that the operator forgot to list.
    const canonical = origin === 'null' ? origin : refusedOrigins.note(origin, named);
    if (canonical === null || told.has(canonical) || told.size > originsAMinute) return;
    told.add(canonical);
    const application = named.applicationId ?? undefined;
    if (told.size > originsAMinute) log.warn('pages of further origins were refused; not named until the next minute');
    else if (canonical === 'null') {
      log.warn({ application }, 'refused a page without an origin: one opened from a file, or in a sandboxed frame');
    } else {
      const line = `allowedOrigins: [${JSON.stringify(canonical)}]`;
      log.warn({ application, origin: canonical }, `refused a page of ${canonical}. If it is yours, add it: ${line}`);
    }
  };
}
