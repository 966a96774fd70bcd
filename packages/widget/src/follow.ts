import { backoffMs } from './backoff.ts';
import { type Bell, createBell, type Listener } from './bell.ts';
import { pause } from './pause.ts';
import { mayPass, type Trouble, TroubleError, troubleOf } from './trouble.ts';
import type { Clock, Page } from './world.ts';

/** A code on the screen. */
export interface Code {
  qrcodeId: string;
  /** PNG; the same address with .svg gives an SVG. */
  url: string;
  expiresIn?: number;
  customLogoUrl?: string;
  /** Goes with every poll of this code when it was created with a challenge (threats T9). */
  pollSecret?: string;
}

export interface Person {
  displayName: string;
  photo: string;
}

/** What a poll says; the fields a page may receive at AUTHORIZED are passed on untouched. */
export interface PollReply<TokenSet> {
  status: 'PENDING' | 'SCANNED' | 'AUTHORIZED' | 'CANCELLED' | 'EXPIRED' | 'ERROR';
  briefUserInfo?: Person;
  ticket?: string;
  tokenSet?: TokenSet;
  expiresIn?: number;
}

/** What is not the end of a code. */
export type FollowedStatus = 'PENDING' | 'SCANNED';

/** The server, as far as following a code needs it. */
export interface CodeApi<TokenSet> {
  create(signal: AbortSignal): Promise<Code>;
  poll(code: Code, signal: AbortSignal): Promise<PollReply<TokenSet>>;
  /** Opens the stream of a code; the function returned closes it. Absent where there is none. */
  watch?(code: Code, listener: Listener): () => void;
  /** A poll that is answered when the status is no longer `since`, or after some seconds. Absent where there is none. */
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
  /** Gives up the code there is and begins with a new one, from this server. */
  start(api: CodeApi<TokenSet>): void;
  /** Gives up the code there is. */
  stop(): void;
  /** Gives up the code there is because of something only the screen can know. */
  fail(trouble: Trouble): void;
}

/** An unattended page is left with a question rather than a new code every two minutes for ever. */
const maxRenewals = 5;
/** One lost reply is not worth a word to the person, unless the wait after it is a long one. */
const silentFailures = 1;
const longWaitMs = 3_000;
/**
 * A poll that takes longer beside an open stream waits for a connection: over HTTP/1.1 a browser has six, for all its windows.
 */
const stalledMs = 4_000;
const asksToWait: Trouble = { kind: 'busy', code: 'too_many_requests', message: 'The server asked to wait' };

/**
 * Follows one code after the other until somebody confirms. It knows no DOM: what is to be seen goes to `show`, what
 * the page must learn goes to `tell`. Whatever is known comes from polls; a stream makes them few, and where it does not
 * work they wait for a change themselves, and where that does not work either, they come each second.
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
  /** What the server asked for with Retry-After holds for later codes too, whoever asks for them. */
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
      // An aborted run belongs to the past: whoever ended it decides what is shown.
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
      // A listener may have stopped or restarted the widget.
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

    /** Whatever a poll that waits meets, a plain one is asked what is the matter. */
    async function ask(): Promise<PollReply<TokenSet>> {
      if (wait && since && bell.isGone()) {
        try {
          return await readable(wait(since, signal));
        } catch (error) {
          if (signal.aborted) throw error;
          wait = undefined;
        }
      }
      const cancelTimer = clock.after(stalledMs, bell.giveUp);
      try {
        return await readable(api.poll(code, signal));
      } catch (error) {
        if (troubleOf(error).kind === 'network') bell.giveUp();
        throw error;
      } finally {
        cancelTimer();
      }
    }
  }

  /** Reads the replies that mean something else for a code that was just made than for a server never met. */
  async function readable(poll: Promise<PollReply<TokenSet>>): Promise<PollReply<TokenSet>> {
    try {
      const reply = await poll;
      if (reply.status !== 'ERROR') return reply;
    } catch (error) {
      const trouble = troubleOf(error);
      // A code the server does not know any more is as good as an expired one.
      if (trouble.code === 'qr_not_found') return { status: 'EXPIRED' };
      // The server is right, so something has come between: a captive portal, a proxy during a deployment.
      if (trouble.code === 'invalid_response') throw new TroubleError({ ...trouble, kind: 'network' });
      throw error;
    }
    throw new TroubleError({ kind: 'busy', code: 'code_fault', message: 'The server reports a fault for this code' });
  }

  /** Repeats a request until it is answered, telling the person when it takes long. Throws what cannot pass. */
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

  /**
   * The instant a code ends. The server speaks in whole seconds, rounded up: each reply narrows the instant to one
   * second, and inside it the known value stays, so that the countdown runs evenly.
   */
  function deadline(known: number | undefined, expiresIn: number | undefined): number | undefined {
    if (expiresIn === undefined) return known;
    const latest = clock.now() + expiresIn * 1_000;
    return Math.min(latest, Math.max(latest - 1_000, known ?? latest));
  }
}

/** The method of that name is younger than the browsers the widget is for. */
function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw signal;
}
