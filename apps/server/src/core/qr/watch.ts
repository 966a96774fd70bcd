import { DomainError } from '../ground/errors.ts';
import type { QrNotices } from './notices.ts';
import type { QrView } from './poll.ts';

/** Time that passes: steady, and good for nothing but intervals. Expiry is the store's clock alone. */
export interface Ticker {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls every `ms` milliseconds until the returned function is called. */
  every(ms: number, call: () => void): () => void;
}

/** Whoever waits for a code to change. */
export interface Watcher {
  /** The status poll and its rules: nothing else decides what this watcher may see. */
  read(): Promise<QrView>;
  /** The code has another status. A final view is the last word: the watch is over then. */
  show(view: QrView): void;
  /** It was time to look again, and there is nothing new. */
  beat(view: QrView): void;
  /** Over before a final view: with what went wrong, or null because the server stops. */
  end(error: unknown): void;
  /** Looked at by this instant of the ticker at the latest; whenever it is due by default. */
  readonly until?: number;
  /** Failed reads in a row to outlive, unless the failure is a refusal. */
  readonly patience: number;
}

export interface Watch {
  /** What the watcher knows already; from now on it hears of changes. */
  begin(known: QrView): void;
  /** Frees everything; the watcher hears no more. */
  close(): void;
}

/** Proxies close a connection that is silent for longer than half a minute, or a minute. */
const defaultBeatMs = 15_000;
const tickMs = 250;

export function isFinal({ status }: QrView): boolean {
  return status !== 'PENDING' && status !== 'SCANNED';
}

/**
 * Who waits for which code, and when to look again: at a notice, when the code's time is up, and every fifteen seconds
 * whatever happens. A change is another status. One timer serves all.
 */
export function createQrWatches(parts: {
  notices: QrNotices;
  ticker: Ticker;
  /** A watch with nothing new is looked at this often: a lost notice costs no more than that. */
  beatMs?: number;
}) {
  const { notices, ticker, beatMs = defaultBeatMs } = parts;
  const open = new Set<OpenWatch>();
  let isStopped = false;
  let stopTicking: (() => void) | null = null;

  class OpenWatch implements Watch {
    readonly watcher: Watcher;
    readonly unsubscribe: () => void;
    status: QrView['status'] | null = null;
    dueAt = Number.POSITIVE_INFINITY;
    failures = 0;
    isReading = true;
    isStale = false;
    isTimed = false;

    constructor(idHash: string, watcher: Watcher) {
      this.watcher = watcher;
      this.unsubscribe = notices.subscribe(idHash, () => look(this, false));
      open.add(this);
      stopTicking ??= ticker.every(tickMs, tick);
    }

    begin(known: QrView): void {
      if (!open.has(this)) return;
      this.isReading = false;
      this.status = known.status;
      this.dueAt = nextLook(this, known);
      if (this.isStale) look(this, false);
    }

    close(): void {
      if (!open.delete(this)) return;
      this.unsubscribe();
      if (open.size > 0) return;
      stopTicking?.();
      stopTicking = null;
    }
  }

  function nextLook({ watcher }: OpenWatch, { secondsLeft = Number.POSITIVE_INFINITY }: QrView): number {
    // Whole seconds, rounded up: after them the code has expired by the store's clock.
    return Math.min(ticker.now() + Math.min(beatMs, secondsLeft * 1000), watcher.until ?? Number.POSITIVE_INFINITY);
  }

  function tick(): void {
    const now = ticker.now();
    for (const watch of open) if (watch.dueAt <= now) look(watch, true);
  }

  function look(watch: OpenWatch, isTimed: boolean): void {
    watch.isStale = watch.isReading;
    if (watch.isReading) return;
    watch.isReading = true;
    watch.isTimed = isTimed;
    watch.dueAt = Number.POSITIVE_INFINITY;
    watch.watcher.read().then(
      (view) => seen(watch, view),
      (error: unknown) => failed(watch, error),
    );
  }

  function seen(watch: OpenWatch, view: QrView): void {
    if (!open.has(watch)) return;
    const isNew = view.status !== watch.status;
    watch.failures = 0;
    watch.isReading = false;
    watch.status = view.status;
    watch.dueAt = nextLook(watch, view);
    if (isFinal(view)) watch.close();
    if (isNew) watch.watcher.show(view);
    else if (watch.isTimed) watch.watcher.beat(view);
    if (watch.isStale && open.has(watch)) look(watch, false);
  }

  function failed(watch: OpenWatch, error: unknown): void {
    if (!open.has(watch)) return;
    watch.isReading = false;
    watch.failures += 1;
    if (error instanceof DomainError || watch.failures > watch.watcher.patience) {
      watch.close();
      watch.watcher.end(error);
    } else {
      watch.dueAt = ticker.now() + Math.min(beatMs, 1000 * 2 ** (watch.failures - 1));
    }
  }

  /**
   * Begins to listen. Open before the first read and `begin` with what it gave: a change in between is then seen too.
   */
  function watch(idHash: string, watcher: Watcher): Watch {
    return new OpenWatch(idHash, watcher);
  }

  /**
   * Long poll: the view as soon as its status is not `since`, or is final; else what there is to see after `ms`, or when
   * `leave` was called. A failed read is the caller's to hear.
   */
  function wait(
    idHash: string,
    read: () => Promise<QrView>,
    { since, ms }: { since: string; ms: number },
  ): { view: Promise<QrView>; leave(): void } {
    if (isStopped) return { view: read(), leave: () => {} };
    let leave = () => {};
    const view = new Promise<QrView>((resolve, reject) => {
      const until = ticker.now() + ms;
      const waiting = watch(idHash, {
        read,
        until,
        patience: 0,
        show: (changed) => settle(() => resolve(changed)),
        beat(unchanged) {
          if (ticker.now() >= until) settle(() => resolve(unchanged));
        },
        end: (error) => (error === null ? resolve(read()) : reject(error)),
      });
      const settle = (answer: () => void) => {
        waiting.close();
        answer();
      };
      leave = () => settle(() => reject(new DomainError('malformed_request')));
      read().then(
        (first) => {
          if (first.status === since && !isFinal(first)) waiting.begin(first);
          else settle(() => resolve(first));
        },
        (error: unknown) => settle(() => reject(error)),
      );
    });
    return { view, leave };
  }

  return {
    watch,
    wait,
    /** Ends every watch, each of its own accord, and takes no more. */
    stop(): void {
      isStopped = true;
      for (const ending of [...open]) {
        ending.close();
        ending.watcher.end(null);
      }
    },
    isStopped: () => isStopped,
    /** Pages that wait now. */
    count: () => open.size,
  };
}

export type QrWatches = ReturnType<typeof createQrWatches>;
