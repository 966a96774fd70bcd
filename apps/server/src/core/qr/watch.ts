import { DomainError } from '../ground/errors.ts';
import type { QrNotices } from './notices.ts';
import type { QrView } from './poll.ts';
import { isOutstanding } from './session.ts';

/** A steady clock for intervals only. Expiry is decided by the store's clock alone. */
export interface Ticker {
  /** Milliseconds since some fixed moment. */
  now(): number;
  /** Calls every `ms` milliseconds until the returned function is called. */
  every(ms: number, call: () => void): () => void;
}

export interface Watcher {
  /** Polls the status. The rules of the poll alone decide what this watcher may see. */
  read(): Promise<QrView>;
  /** Called at another status. After a final one the watch is over. */
  show(view: QrView): void;
  /** Called when it was time to look again and there was nothing new. */
  beat(view: QrView): void;
  /** Called when the watch ends before a final status: with the error, or with null because the server stops. */
  end(error: unknown): void;
  /** The instant of the ticker by which to look at the latest; by default only the regular looks count. */
  readonly until?: number;
  /** How many failed reads in a row the watch survives; a refusal ends it at once. */
  readonly patience: number;
}

export interface Watch {
  /** Tells what the watcher knows already; from now on it hears of changes. */
  begin(known: QrView): void;
  /** Frees everything; the watcher hears no more. */
  close(): void;
}

/** Proxies close a connection that is silent for longer than half a minute, or a minute. */
const defaultBeatMs = 15_000;
const tickMs = 250;

export function isFinal(view: QrView): boolean {
  return !isOutstanding(view);
}

/** Keeps who waits for which QR session, and looks at a notice, at the end of its time, and every fifteen seconds. One timer serves all. */
export function createQrWatches(parts: {
  notices: QrNotices;
  ticker: Ticker;
  /** How often a watch without news looks again, in milliseconds: a lost notice costs no more than that. */
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

  function nextLook({ watcher }: OpenWatch, view: QrView): number {
    // `secondsLeft` is rounded up, so after it the session has expired by the store's clock.
    const { secondsLeft = Number.POSITIVE_INFINITY, againInSeconds = Number.POSITIVE_INFINITY } = view;
    const inMs = Math.min(beatMs, secondsLeft * 1000, againInSeconds * 1000);
    return Math.min(ticker.now() + inMs, watcher.until ?? Number.POSITIVE_INFINITY);
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

  /** Open a watch before the first read and `begin` with what that gave: so a change in between is seen. */
  function watch(idHash: string, watcher: Watcher): Watch {
    return new OpenWatch(idHash, watcher);
  }

  /** Long poll: resolves when the status is final or not `since`, after `ms`, or at `leave`. Rejects when a read fails. */
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
    /** Ends every watch by its `end`, and opens no more. */
    stop(): void {
      isStopped = true;
      for (const ending of [...open]) {
        ending.close();
        ending.watcher.end(null);
      }
    },
    isStopped: () => isStopped,
    count: () => open.size,
  };
}

export type QrWatches = ReturnType<typeof createQrWatches>;
