import { DomainError } from '../core/ground/errors.ts';
import type { QrView } from '../core/qr/poll.ts';
import type { Metrics } from './metrics.ts';

interface ObservedParts {
  pollQr: (...args: never[]) => Promise<QrView>;
  createQr: (...args: never[]) => Promise<unknown>;
  actOnQr: (...args: never[]) => Promise<unknown>;
  isStoreOutage(error: unknown): boolean;
  pingStores(): Promise<void>;
}

/** Returns the same use cases, each counting how its calls went. */
export function observeParts<Parts extends ObservedParts>(metrics: Metrics | null, parts: Parts): Parts {
  if (metrics === null) return parts;
  const { isStoreOutage, pingStores } = parts;
  const counted = counting(metrics);
  return {
    ...parts,
    pollQr: counted.polls(parts.pollQr),
    // These two refuse because of how many QR sessions there are. How often somebody calls is counted by the limits.
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
