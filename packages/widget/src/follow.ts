import { backoffMs } from './backoff.ts';
import { type Bell, createBell, type Listener } from './bell.ts';
import { pause } from './pause.ts';
import { mayPass, type Trouble, TroubleError, troubleOf } from './trouble.ts';
import type { Clock, Page } from './world.ts';

/** A QR code on the screen. */
export interface Code {
  qrcodeId: string;
  /** Address of the PNG; the same with .svg gives an SVG. */
  url: string;
  expiresIn?: number;
  customLogoUrl?: string;
  /** Opens the app on this phone. Absent where the site's codes hold no links. */
  link?: string;
  /** The app's name; absent where several may be meant. */
  appName?: string;
  /** Sent with every poll of a code that was created with a challenge (threats T9). */
  pollSecret?: string;
}

export interface Person {
  displayName: string;
  photo: string;
}

/** The reply to a poll. The fields that a page may receive at AUTHORIZED are passed on unchanged. */
export interface PollReply<TokenSet> {
  status: 'PENDING' | 'SCANNED' | 'AUTHORIZED' | 'CANCELLED' | 'EXPIRED' | 'ERROR';
  briefUserInfo?: Person;
  ticket?: string;
  tokenSet?: TokenSet;
  expiresIn?: number;
}

/** The statuses in which a QR code still waits for something. */
export type FollowedStatus = 'PENDING' | 'SCANNED';

/** The calls to the server that following a code needs. */
export interface CodeApi<TokenSet> {
  create(signal: AbortSignal): Promise<Code>;
  poll(code: Code, signal: AbortSignal): Promise<PollReply<TokenSet>>;
  /** Opens the stream of a code; the function returned closes it. Absent when there are no streams. */
  watch?(code: Code, listener: Listener): () => void;
  /** A poll that is answered when the status is no longer `since`, or after some seconds. Absent when there are no such polls. */
  wait?(code: Code, since: FollowedStatus, signal: AbortSignal): Promise<PollReply<TokenSet>>;
}

/** What the person sees. `until` is an instant of the widget's clock. */
export type View =
  | { name: 'loading'; isRenewal: boolean }
  | { name: 'pending'; code: Code; until?: number }
  | { name: 'scanned'; person?: Person; until?: number }
  | { name: 'authorized'; person?: Person }
  | { name: 'cancelled' }
  | { name: 'expired' }
  | { name: 'offline'; trouble: Trouble; until: number }
  | { name: 'error'; trouble: Trouble }
  | { name: 'stopped' };

/** What the page around the widget is told. */
export type Notice<TokenSet> =
  | { name: 'scanned'; code: Code; person?: Person }
  | { name: 'authorized'; code: Code; ticket?: string; tokenSet?: TokenSet }
  | { name: 'cancelled'; code: Code }
  | { name: 'expired'; code: Code; willRenew: boolean }
  | { name: 'error'; trouble: Trouble; willRetry: boolean };

export interface Follower<TokenSet> {
  /** Drops the current code and begins with a new one, made by this API. */
  start(api: CodeApi<TokenSet>): void;
  /** Drops the current code. */
  stop(): void;
  /** Drops the current code because of trouble that only the screen can notice, such as an image that does not load. */
  fail(trouble: Trouble): void;
}

/** For how long the server may hold a poll: short enough for any proxy, and for a page that gets hidden or suspended meanwhile. */
export const waitSeconds = 8;
/** How often a code is renewed by itself. Then an unattended page asks, instead of making a new code every two minutes for ever. */
const maxRenewals = 5;
/** Failures in a row that the person does not see, unless the wait after them is long: one lost reply is not worth a message. */
const silentFailures = 1;
const longWaitMs = 3_000;
/** A slower poll beside an open stream lacks a connection: over HTTP/1.1 a browser has six for each server. */
const stalledMs = 4_000;
const asksToWait: Trouble = { kind: 'busy', code: 'too_many_requests', message: 'The server asked to wait' };

/**
 * Follows one QR code after the other until somebody confirms. It knows no DOM: it passes to `show` what the person sees, and
 * to `tell` what the page must learn. Every status comes from a poll. While a stream works, polls are few; where it does not,
 * polls wait for a change; where that fails, too, they come each second.
 *
 *   loading -> pending -> scanned -> authorized
 *      ^          |          |-----> cancelled
 *      '--renews--'----------'-----> expired (after the last renewal)
 *
 * `offline` may stand in front of any of the first three and goes by itself; `error` waits for a person.
 */
export function createFollower<TokenSet>(parts: {
  clock: Clock;
  page: Page;
  show(view: View): void;
  tell(notice: Notice<TokenSet>): void;
}): Follower<TokenSet> {
  const { clock, show, tell } = parts;
  let current: AbortController | null = null;
  /** No request before this instant: the server's Retry-After also holds for later codes, whether the person or the page starts them. */
  let notBefore = 0;

  return {
    start(api) {
      stop();
      current = new AbortController();
      void run(api, current.signal);
    },
    stop() {
      if (stop()) show({ name: 'stopped' });
    },
    fail(trouble) {
      stop();
      failed(trouble);
    },
  };

  function stop(): boolean {
    const wasRunning = current !== null;
    current?.abort();
    current = null;
    return wasRunning;
  }

  function failed(trouble: Trouble) {
    show({ name: 'error', trouble });
    tell({ name: 'error', trouble, willRetry: false });
  }

  async function run(api: CodeApi<TokenSet>, signal: AbortSignal): Promise<void> {
    try {
      await followCodes(api, signal);
    } catch (error) {
      // After an abort, whoever aborted decides what is shown.
      if (!signal.aborted) failed(troubleOf(error));
    } finally {
      if (current?.signal === signal) current = null;
    }
  }

  async function followCodes(api: CodeApi<TokenSet>, signal: AbortSignal): Promise<void> {
    for (let renewals = 0; ; renewals += 1) {
      show({ name: 'loading', isRenewal: renewals > 0 });
      const code = await persist(signal, () => api.create(signal));
      if ((await followCode(api, code, signal)) === 'finished') return;
      const willRenew = renewals < maxRenewals;
      if (!willRenew) show({ name: 'expired' });
      tell({ name: 'expired', code, willRenew });
      // A listener of the event may have stopped or restarted the widget.
      if (!willRenew || signal.aborted) return;
    }
  }

  async function followCode(api: CodeApi<TokenSet>, code: Code, signal: AbortSignal): Promise<'finished' | 'expired'> {
    const bell = createBell(parts, api.watch?.bind(null, code));
    try {
      return await pollCode(api, code, bell, signal);
    } finally {
      bell.close();
    }
  }

  async function pollCode(
    api: CodeApi<TokenSet>,
    code: Code,
    bell: Bell,
    signal: AbortSignal,
  ): Promise<'finished' | 'expired'> {
    let until = deadline(undefined, code.expiresIn);
    let isScanned = false;
    let since: FollowedStatus | undefined;
    let wait = api.wait?.bind(null, code);
    show({ name: 'pending', code, until });
    for (;;) {
      const reply = await persist(signal, ask);
      const person = reply.briefUserInfo;
      until = deadline(until, reply.expiresIn);
      switch (reply.status) {
        case 'PENDING':
          show({ name: 'pending', code, until });
          break;
        case 'SCANNED':
          show({ name: 'scanned', person, until });
          if (!isScanned) tell({ name: 'scanned', code, person });
          isScanned = true;
          break;
        case 'AUTHORIZED':
          show({ name: 'authorized', person });
          tell({ name: 'authorized', code, ticket: reply.ticket, tokenSet: reply.tokenSet });
          return 'finished';
        case 'CANCELLED':
          show({ name: 'cancelled' });
          tell({ name: 'cancelled', code });
          return 'finished';
        default:
          return 'expired';
      }
      since = reply.status;
      await pause({ clock, page: bell }, { ms: bell.pauseMs(since), signal });
    }

    /** Sends the next poll: one that waits where the stream does not work, else a plain one. If the former fails, a plain poll finds out why. */
    async function ask(): Promise<PollReply<TokenSet>> {
      if (wait && since && bell.isGone()) {
        try {
          return await readable(wait(since, signal));
        } catch (error) {
          if (signal.aborted) throw error;
          // One that breaks off, as after a sleep, is followed by others; one that is refused is not.
          if (troubleOf(error).kind !== 'network') wait = undefined;
        }
      }
      const cancelTimer = clock.after(stalledMs, bell.giveUp);
      try {
        return await readable(api.poll(code, signal));
      } catch (error) {
        if (troubleOf(error).kind === 'network') bell.giveUp();
        // Plain polls come until one of them is answered; the next one waits again.
        since = undefined;
        throw error;
      } finally {
        cancelTimer();
      }
    }
  }

  /** Interprets replies that mean something else once the server has made a code. */
  async function readable(poll: Promise<PollReply<TokenSet>>): Promise<PollReply<TokenSet>> {
    try {
      const reply = await poll;
      if (reply.status !== 'ERROR') return reply;
    } catch (error) {
      const trouble = troubleOf(error);
      // A code that the server no longer knows counts as expired.
      if (trouble.code === 'qr_not_found') return { status: 'EXPIRED' };
      // The address is right, since it made the code. So something else answered: a captive portal, or a proxy during a deployment.
      if (trouble.code === 'invalid_response') throw new TroubleError({ ...trouble, kind: 'network' });
      throw error;
    }
    throw new TroubleError({ kind: 'busy', code: 'code_fault', message: 'The server reports a fault' });
  }

  /** Repeats a request until it succeeds, and tells the person when that takes long. Throws trouble that waiting does not cure. */
  async function persist<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    const early = notBefore - clock.now();
    if (early > 0) await sitOut(asksToWait, early, early, signal);
    let isTold = false;
    for (let failures = 1; ; failures += 1) {
      try {
        const answer = await request();
        throwIfAborted(signal);
        return answer;
      } catch (error) {
        throwIfAborted(signal);
        const trouble = troubleOf(error);
        if (!mayPass(trouble)) throw error;
        const asked = trouble.retryAfterSeconds ?? 0;
        const ms = backoffMs(failures, asked, clock.random);
        notBefore = clock.now() + asked * 1_000;
        if (failures <= silentFailures && ms <= longWaitMs && trouble.kind !== 'origin') {
          await pause(parts, { ms, atLeastMs: asked * 1_000, signal });
          continue;
        }
        if (!isTold) tell({ name: 'error', trouble, willRetry: true });
        isTold = true;
        await sitOut(trouble, ms, asked * 1_000, signal);
      }
    }
  }

  async function sitOut(trouble: Trouble, ms: number, atLeastMs: number, signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    show({ name: 'offline', trouble, until: clock.now() + ms });
    await pause(parts, { ms, atLeastMs, signal });
  }

  /** When a code expires: the server rounds seconds up, so a known instant within that second stays, and the countdown runs evenly. */
  function deadline(known: number | undefined, expiresIn: number | undefined): number | undefined {
    if (expiresIn === undefined) return known;
    const latest = clock.now() + expiresIn * 1_000;
    return Math.min(latest, Math.max(latest - 1_000, known ?? latest));
  }
}

/** Replaces `signal.throwIfAborted`, which some of the promised browsers lack. */
function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal;
}
