import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AuditEvent, AuditType } from '../core/audit/event.ts';
import type { QrView } from '../core/qr/poll.ts';
import { createStepTimes } from './step-times.ts';
import { failureOf, storeFailures } from './store-failure.ts';

/** What the process counts. Labels have a handful of known values, never an id, a person, an address or a caller's text. */
export interface Metrics {
  /** Counts a durable event; `at` is the nodes' shared time. `codeCreatedAt` comes with moves of a QR session. */
  happened(event: Pick<AuditEvent, 'type' | 'codeHash' | 'detail'>, at: number, codeCreatedAt?: number): void;
  expired(count: number): void;
  polled(status: QrView['status']): void;
  refusedByLimit(kind: string): void;
  storeFailed(error: unknown): void;
  committed(writes: number): void;
  /** Returns the function that counts a route's replies. Its labels are chosen once, so that each reply costs one observation. */
  requestsOf(method: string, route: string): (statusCode: number, seconds: number) => void;
  /** Adds sources of gauges, which are read whenever somebody asks for the metrics. Each source may be given once. */
  watch(sources: GaugeSources): void;
  readonly contentType: string;
  text(): Promise<string>;
}

export interface GaugeSources {
  waitingConnections?: () => number;
  sqlPool?: () => { used: number; idle: number; waiting: number };
  isRedisConnected?: () => boolean;
  droppedLogLines?: () => number;
}

const steps = {
  'qr.created': 'created',
  'qr.scanned': 'scanned',
  'qr.confirmed': 'confirmed',
  'qr.cancelled': 'cancelled',
  'qr.exchanged': 'exchanged',
} as const satisfies Partial<Record<AuditType, string>>;

/** Signs of guessing, theft or a broken client (threats T11, T14, T29, T35). */
const alarms = [
  'qr.scan_conflict',
  'qr.poll_foreign',
  'qr.ticket_replayed',
  'qr.ticket_voided',
  'qr.unknown_burst',
] as const satisfies AuditType[];

const pollStatuses = ['PENDING', 'SCANNED', 'AUTHORIZED', 'CANCELLED', 'EXPIRED'] as const satisfies QrView['status'][];

/** How people sign in here, by the names of RFC 8176. */
const methods = ['pwd', 'otp', 'qr'] as const;

export function createMetrics({ version }: { version: string }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  new Gauge({
    name: 'passbeam_build_info',
    help: 'Always 1; which version runs, on which Node.js.',
    labelNames: ['version', 'node_version'],
    registers,
  }).set({ version, node_version: process.version }, 1);

  const qrSteps = new Counter({
    name: 'passbeam_qr_steps_total',
    help: 'Real moves of codes; a repeated call moves nothing. Codes that nobody finished count as expired some minutes after their deadline.',
    labelNames: ['step'],
    registers,
  });
  for (const step of [...Object.values(steps), 'expired']) qrSteps.inc({ step }, 0);

  const qrStepSeconds = new Histogram({
    name: 'passbeam_qr_step_seconds',
    help: 'Time from the step before: created to scanned, scanned to confirmed, confirmed to exchanged. The latter two only where this node saw both.',
    labelNames: ['step'],
    buckets: [0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320],
    registers,
  });
  for (const step of ['scanned', 'confirmed', 'exchanged']) qrStepSeconds.zero({ step });
  const stepTimes = createStepTimes({ observe: (step, seconds) => qrStepSeconds.observe({ step }, seconds) });

  const qrPolls = new Counter({
    name: 'passbeam_qr_polls_total',
    help: 'Status readings answered, by the status told.',
    labelNames: ['status'],
    registers,
  });
  for (const status of pollStatuses) qrPolls.inc({ status }, 0);

  const qrAlarms = new Counter({
    name: 'passbeam_qr_alarms_total',
    help: 'Events of the audit log that point at guessing, theft or a broken client.',
    labelNames: ['type'],
    registers,
  });
  for (const type of alarms) qrAlarms.inc({ type }, 0);

  const ownTokens = new Counter({
    name: 'passbeam_own_tokens_total',
    help: "Moves with a token of the company's own, by entry of ownTokens (none: no entry trusts its issuer), and whether it was accepted or why not.",
    labelNames: ['entry', 'result'],
    registers,
  });
  const signIns = new Counter({
    name: 'passbeam_sign_ins_total',
    help: 'Logins begun and wrong credentials, by method: pwd, otp or qr (RFC 8176).',
    labelNames: ['method', 'result'],
    registers,
  });
  for (const method of methods) {
    signIns.inc({ method, result: 'success' }, 0);
    if (method !== 'qr') signIns.inc({ method, result: 'failure' }, 0);
  }

  const limitRefusals = new Counter({
    name: 'passbeam_limit_refusals_total',
    help: 'Calls refused because a limit was reached, by the kind of limit.',
    labelNames: ['kind'],
    registers,
  });

  const storeErrors = new Counter({
    name: 'passbeam_store_errors_total',
    help: 'Calls and probes that failed because a store did not do its work.',
    labelNames: ['store', 'kind'],
    registers,
  });
  // Every series begins at 0: Prometheus sees no increase, and so no alert, in a series that first appears with a 1.
  for (const failure of storeFailures) storeErrors.inc({ ...failure }, 0);

  const commitWrites = new Histogram({
    name: 'passbeam_commit_writes',
    help: 'Writes that shared one commit of the embedded store.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  });

  const requestSeconds = new Histogram({
    name: 'passbeam_http_request_seconds',
    help: 'Time to answer, by route, method and class of HTTP status. Refusals in the envelope are HTTP 200.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers,
  });
  const unavailable = new Counter({
    name: 'passbeam_http_unavailable_total',
    help: 'Replies with HTTP 503: a store is out, or this node is stopping.',
    registers,
  });

  return {
    happened({ type, codeHash, detail }, at, codeCreatedAt) {
      if (type === 'own_token.refused') {
        ownTokens.inc({ entry: String(detail.entry ?? 'none'), result: String(detail.reason) });
      } else if (isIn(type, steps)) {
        if (detail.entry !== undefined) ownTokens.inc({ entry: String(detail.entry), result: 'accepted' });
        qrSteps.inc({ step: steps[type] });
        if (codeHash !== null) stepTimes.reached(steps[type], codeHash, at, codeCreatedAt);
      } else if (alarms.some((alarm) => alarm === type)) qrAlarms.inc({ type });
      else if (type === 'session.created') signIns.inc({ method: methodOf(detail.amr), result: 'success' });
      else if (type === 'user.sign_in_failed') signIns.inc({ method: methodOf(detail.amr), result: 'failure' });
    },
    expired: (count) => qrSteps.inc({ step: 'expired' }, count),
    polled: (status) => qrPolls.inc({ status }),
    refusedByLimit: (kind) => limitRefusals.inc({ kind }),
    storeFailed: (error) => storeErrors.inc({ ...failureOf(error) }),
    committed(writes) {
      if (writes > 0) commitWrites.observe(writes);
    },
    requestsOf(method, route) {
      const byClass = new Map<number, ReturnType<typeof requestSeconds.labels>>();
      return (statusCode, seconds) => {
        const hundreds = Math.floor(statusCode / 100);
        const known = byClass.get(hundreds) ?? requestSeconds.labels(route, method, `${hundreds}xx`);
        byClass.set(hundreds, known);
        known.observe(seconds);
        if (statusCode === 503) unavailable.inc();
      };
    },
    watch({ waitingConnections, sqlPool, isRedisConnected, droppedLogLines }) {
      if (waitingConnections) {
        gauge(
          'passbeam_waiting_connections',
          'Pages that wait for a change: streams and long polls.',
          waitingConnections,
        );
      }
      if (sqlPool) {
        gauge('passbeam_sql_pool_used', 'Connections to PostgreSQL at work.', () => sqlPool().used);
        gauge('passbeam_sql_pool_idle', 'Connections to PostgreSQL at rest.', () => sqlPool().idle);
        gauge('passbeam_sql_pool_waiting', 'Queries that wait for a connection.', () => sqlPool().waiting);
      }
      if (isRedisConnected) {
        gauge('passbeam_redis_connected', '1 while the connection to Redis stands.', () => Number(isRedisConnected()));
      }
      if (droppedLogLines) {
        new Counter({
          name: 'passbeam_log_lines_dropped_total',
          help: 'Log lines that were dropped because standard output was not read or could not be written.',
          registers,
          collect() {
            this.reset();
            this.inc(droppedLogLines());
          },
        });
      }
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  };

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
}

function isIn<Keys extends object>(type: AuditType, table: Keys): type is AuditType & keyof Keys {
  return type in table;
}

/** An event without `amr` is a failed password. */
function methodOf(amr: unknown = 'pwd'): string {
  return methods.find((method) => method === amr) ?? 'other';
}
