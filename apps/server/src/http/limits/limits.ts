import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { newEvent } from '../../core/audit/event.ts';
import type { AuditStore } from '../../core/audit/store.ts';
import type { Caller } from '../../core/ground/caller.ts';
import { DomainError } from '../../core/ground/errors.ts';
import type { Secrets } from '../../core/ground/ports.ts';
import { type AttemptQueue, createAttemptQueue } from './attempt-queue.ts';

/** The limits by kind: at most `points` requests in `duration` seconds (threats, limits). Of several windows, each holds. */
export const limitWindows = {
  /** QR sessions made, per address. */
  createCode: [
    { points: 120, duration: 60 },
    { points: 60, duration: 10 },
  ],
  /** Images drawn, per address: as many as it may make codes, each as PNG and SVG. A drawn one costs nothing more. */
  drawImage: [
    { points: 240, duration: 60 },
    { points: 120, duration: 10 },
  ],
  /** Polls and moves of unknown QR sessions, per address: a sign of guessing. Live ones never count. */
  unknownCode: [{ points: 60, duration: 60 }],
  /** Devices that ask to be signed in, per network; the longer window is as long as they wait. */
  createDevice: [
    { points: 60, duration: 60 },
    { points: 100, duration: 600 },
  ],
  /** Wrong user codes of devices, per network, and of all networks together. */
  userCode: [{ points: 30, duration: 600 }],
  anyUserCode: [{ points: 3000, duration: 600 }],
  /** SCAN, per user. */
  scan: [{ points: 20, duration: 60 }],
  /** Requests to sign in to an application by redirect, per address: each leaves a row. */
  authorize: [{ points: 300, duration: 60 }],
  /** Sign-in and sign-up, per address; accounts have their own delay in core. */
  signIn: [{ points: 60, duration: 60 }],
  /** Passcodes asked for, per network address. Backends ask for many people. */
  sendCode: [
    { points: 30, duration: 60 },
    { points: 300, duration: 3600 },
  ],
  /** Passcodes for one e-mail address or phone, whatever they are for; core leaves a minute between two. */
  sendCodeTo: [
    { points: 10, duration: 3600 },
    { points: 30, duration: 86_400 },
  ],
  /** Messages that try whether they arrive, per user pool. */
  testMessage: [{ points: 5, duration: 3600 }],
  /** Changes of the own profile, per person: each leaves a row. */
  ownChange: [{ points: 120, duration: 60 }],
  /** New token sets for a login that is held, per person and application, so that none uses up what the others need. */
  newTokens: [{ points: 120, duration: 60 }],
  /** Right passwords, per person: each is a login, or a change. Strangers who know none use nothing up. */
  rightPassword: [{ points: 120, duration: 60 }],
  /** Tokens that no trusted auth server signed, per address. */
  ownToken: [{ points: 60, duration: 60 }],
  /** Wrong client secrets, per application and address. */
  clientSecret: [{ points: 10, duration: 60 }],
} as const;

/** Attempts at the same time on one budget and node: few, for other nodes use it too and each keeps a core busy. */
const attemptsAtOnce = 10;

export type LimitKind = keyof typeof limitWindows;

/** Kinds whose counts outlive caches and restarts (threats T45): guesses at what opens a login, messages to one person. */
const kept: ReadonlySet<string> = new Set<LimitKind>([
  'signIn',
  'clientSecret',
  'sendCodeTo',
  'testMessage',
  'userCode',
  'anyUserCode',
]);

export interface Limits {
  /** Counts one request. @throws DomainError too_many_requests with the seconds to wait */
  consume(kind: LimitKind, key: string, caller: Caller): Promise<void>;
  /** Refuses when the budget is spent, without counting, after earlier requests' counts. @throws DomainError too_many_requests */
  check(kind: LimitKind, key: string): Promise<void>;
  /**
   * Runs an attempt, counted before and given back unless it was a wrong guess, so that no more are wrong than the budget allows, however
   * many run. One that finds the budget in use waits. @throws DomainError too_many_requests, and what the attempt throws
   */
  guess<T>(kind: LimitKind, key: string, caller: Caller, attempt: Attempt<T>): Promise<T>;
}

export interface Attempt<T> {
  run(): Promise<T>;
  isWrong(error: unknown): boolean;
}

/** One window of one kind: so many points in so many seconds. */
export interface Window {
  keyPrefix: string;
  points: number;
  duration: number;
}

type Count = Pick<RateLimiterRes, 'consumedPoints' | 'msBeforeNext'>;

/** Counts one kind in one window. Rejects with the count when the budget is spent, and with an Error when counting fails. */
export interface Limiter {
  readonly points: number;
  consume(key: string): Promise<unknown>;
  get(key: string): Promise<Count | null>;
  /** Takes back what `consume` counted and answered with, while its window lasts. */
  giveBack(key: string, consumed: unknown): Promise<void>;
}

export type NewLimiter = (window: Window) => Limiter;

export function createLimits(parts: {
  audit: Pick<AuditStore, 'append'>;
  secrets: Secrets;
  /** Where counts are kept; this process's memory by default. */
  newLimiter?: NewLimiter;
  /** Where counts are kept that must outlive a restart; by default with the others. */
  newKeptLimiter?: NewLimiter;
}): Limits {
  const { newLimiter = inMemory } = parts;
  const { newKeptLimiter = newLimiter } = parts;
  const limiters = Object.fromEntries(
    Object.entries(limitWindows).map(([kind, list]) => [
      kind,
      list.map((window, index) => {
        const counting = kept.has(kind) ? newKeptLimiter : newLimiter;
        return counting({ ...window, keyPrefix: `${kind}:${index}` });
      }),
    ]),
  ) as Record<LimitKind, Limiter[]>;

  const queues = new Map<string, AttemptQueue>();
  const beingCounted = new Map<string, Promise<unknown>>();

  function refusal(result: Count): DomainError {
    return new DomainError('too_many_requests', {
      retryAfterSeconds: Math.max(1, Math.ceil(result.msBeforeNext / 1000)),
    });
  }

  /** Counts in order of arrival, so that a request after a wrong guess knows of it. */
  function consume(kind: LimitKind, key: string, caller: Caller): Promise<void> {
    const id = `${kind}:${key}`;
    const counting = count(kind, key, caller).then(() => undefined);
    if (!kept.has(kind)) return counting;
    const all = Promise.allSettled([beingCounted.get(id), counting]);
    beingCounted.set(id, all);
    void all.then(() => beingCounted.get(id) === all && beingCounted.delete(id));
    return counting;
  }

  async function count(kind: LimitKind, key: string, caller: Caller): Promise<unknown[]> {
    const consumed: unknown[] = [];
    for (const limiter of limiters[kind]) {
      try {
        consumed.push(await limiter.consume(key));
      } catch (result) {
        if (result instanceof Error) throw result;
        const { consumedPoints } = result as Count;
        // One event per window is enough: the record of a flood must not be a flood.
        if (consumedPoints === limiter.points + 1) {
          const type = kind === 'unknownCode' ? 'qr.unknown_burst' : 'limit.hit';
          await parts.audit.append(newEvent(parts.secrets, type, caller, { detail: { kind } }));
        }
        throw refusal(result as Count);
      }
    }
    return consumed;
  }

  return {
    consume,
    async check(kind, key) {
      await beingCounted.get(`${kind}:${key}`);
      for (const limiter of limiters[kind]) {
        const result = await limiter.get(key);
        if (result !== null && result.consumedPoints >= limiter.points) throw refusal(result);
      }
    },
    async guess(kind, key, caller, { run, isWrong }) {
      const id = `${kind}:${key}`;
      const room = Math.min(...limiters[kind].map(({ points }) => points));
      const queue = queues.get(id) ?? createAttemptQueue(Math.min(room, attemptsAtOnce));
      queues.set(id, queue);
      await queue.enter();
      let isSpent = false;
      try {
        const consumed = await count(kind, key, caller);
        try {
          return await run();
        } catch (error) {
          isSpent = isWrong(error);
          throw error;
        } finally {
          if (!isSpent)
            await Promise.all(limiters[kind].map((limiter, index) => limiter.giveBack(key, consumed[index])));
        }
      } finally {
        if (queue.leave(isSpent)) queues.delete(id);
      }
    },
  };
}

function inMemory(window: Window): Limiter {
  const counter = new RateLimiterMemory(window);
  return {
    points: counter.points,
    consume: (key) => counter.consume(key),
    get: (key) => counter.get(key),
    async giveBack(key) {
      if ((await counter.get(key)) !== null) await counter.reward(key, 1);
    },
  };
}

/** `RATE_LIMITS=off`: load tests only. */
export const noLimits: Limits = {
  consume: async () => {},
  check: async () => {},
  guess: (_kind, _key, _client, { run }) => run(),
};
