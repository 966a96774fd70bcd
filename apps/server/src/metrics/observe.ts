import type { AuditEvent } from '../core/audit/event.ts';
import type { AuditStore } from '../core/audit/store.ts';
import { DomainError } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import type { QrView } from '../core/qr/poll.ts';
import type { QrSessionStore } from '../core/qr/store.ts';
import type { LoginSessionStore } from '../core/sessions/store.ts';
import type { RedemptionStore } from '../core/tickets/store.ts';
import type { Metrics } from './metrics.ts';

interface Observed {
  qrSessions: QrSessionStore;
  redemptions: RedemptionStore;
  loginSessions: LoginSessionStore;
  audit: AuditStore;
}

/**
 * The same stores, each telling of the audit events it was given once their change is durable. A lost race and a repeated
 * call change nothing and count for nothing, on whatever engine. Reads are untouched.
 */
export function observeStores<Stores extends Observed>(metrics: Metrics | null, stores: Stores, clock: Clock): Stores {
  if (metrics === null) return stores;
  const { expired } = metrics;
  const happened = (event: AuditEvent, codeCreatedAt?: number) => metrics.happened(event, clock.now(), codeCreatedAt);
  const { qrSessions, redemptions, loginSessions, audit } = stores;
  return {
    ...stores,
    qrSessions: {
      ...qrSessions,
      async insert(session, lifetimeSeconds, event) {
        const inserted = await qrSessions.insert(session, lifetimeSeconds, event);
        happened(event);
        return inserted;
      },
      async replace(next, before, event, profile) {
        const isWritten = await qrSessions.replace(next, before, event, profile);
        if (isWritten && event !== null) happened(event, next.createdAt);
        return isWritten;
      },
      async purge(graceMs, limit) {
        const purged = await qrSessions.purge(graceMs, limit);
        expired(purged.expired);
        return purged;
      },
    },
    redemptions: {
      ...redemptions,
      async redeem(entry) {
        const isFirst = await redemptions.redeem(entry);
        if (isFirst) for (const event of entry.events) happened(event);
        return isFirst;
      },
    },
    loginSessions: {
      ...loginSessions,
      async insert(session, event, room) {
        await loginSessions.insert(session, event, room);
        happened(event);
      },
    },
    audit: {
      ...audit,
      async append(event) {
        await audit.append(event);
        happened(event);
      },
    },
  };
}

interface ObservedParts {
  pollQr: (...args: never[]) => Promise<QrView>;
  createQr: (...args: never[]) => Promise<unknown>;
  actOnQr: (...args: never[]) => Promise<unknown>;
  isStoreOutage(error: unknown): boolean;
  pingStores(): Promise<void>;
}

/** The same use cases, each telling how it went. */
export function observeParts<Parts extends ObservedParts>(metrics: Metrics | null, parts: Parts): Parts {
  if (metrics === null) return parts;
  const { isStoreOutage, pingStores } = parts;
  const counted = counting(metrics);
  return {
    ...parts,
    pollQr: counted.polls(parts.pollQr),
    // What these two refuse is the codes there are; how often one calls is the limits' matter.
    createQr: counted.refusals(parts.createQr, () => 'outstandingCodes'),
    actOnQr: counted.refusals(parts.actOnQr, () => 'heldCodes'),
    isStoreOutage(error: unknown) {
      const isOutage = isStoreOutage(error);
      if (isOutage) metrics.storeFailed(error);
      return isOutage;
    },
    pingStores: () =>
      pingStores().catch((error: unknown) => {
        metrics.storeFailed(error);
        throw error;
      }),
    durations: metrics,
  };
}

type ObservedLimits = Record<'consume' | 'check' | 'guess', (kind: never, ...rest: never[]) => Promise<unknown>>;

/** The same limits, whoever asks them, each refusal counted by its kind. */
export function observeLimits<Limits extends ObservedLimits>(metrics: Metrics | null, limits: Limits): Limits {
  if (metrics === null) return limits;
  const { refusals } = counting(metrics);
  return {
    ...limits,
    consume: refusals(limits.consume, (kind: string) => kind),
    check: refusals(limits.check, (kind: string) => kind),
    guess: refusals(limits.guess, (kind: string) => kind),
  };
}

function counting({ polled, refusedByLimit }: Metrics) {
  function polls<Args extends unknown[]>(poll: (...args: Args) => Promise<QrView>) {
    return (...args: Args) =>
      poll(...args).then((view) => {
        polled(view.status);
        return view;
      });
  }

  function refusals<Args extends unknown[], Result>(
    call: (...args: Args) => Promise<Result>,
    kindOf: (...args: Args) => string,
  ) {
    return async (...args: Args) => {
      try {
        return await call(...args);
      } catch (error) {
        if (error instanceof DomainError && error.code === 'too_many_requests') refusedByLimit(kindOf(...args));
        throw error;
      }
    };
  }

  return { polls, refusals };
}
