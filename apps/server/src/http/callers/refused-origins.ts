import type { Logger } from 'pino';
import { canonicalOrigin } from '../../core/directory/origins.ts';
import type { Clock } from '../../core/ground/ports.ts';

const minuteMs = 60_000;
/** How many origins are logged in a minute at most, for strangers may send any number. */
const originsAMinute = 50;

/** Tells the operator of refused pages, each once a minute: to the page, a forgotten origin looks like an outage. */
export function createRefusedOrigins({ log, clock }: { log: Pick<Logger, 'warn'>; clock: Clock }) {
  let told = new Set<string>();
  let minute = 0;

  return function note(origin: string, applicationId: string | null): void {
    const now = Math.floor(clock.now() / minuteMs);
    if (now !== minute) {
      minute = now;
      told = new Set();
    }
    // A text that no browser sends as an origin is nothing that the operator forgot to list.
    const canonical = origin === 'null' ? origin : canonicalOrigin(origin);
    if (canonical === null || told.has(canonical) || told.size > originsAMinute) return;
    told.add(canonical);
    const application = applicationId ?? undefined;
    if (told.size > originsAMinute) log.warn('pages of further origins were refused; not named until the next minute');
    else if (canonical === 'null') {
      log.warn({ application }, 'refused a page without an origin: one opened from a file, or in a sandboxed frame');
    } else {
      const line = `allowedOrigins: [${JSON.stringify(canonical)}]`;
      log.warn({ application, origin: canonical }, `refused a page of ${canonical}. If it is yours, add it: ${line}`);
    }
  };
}
