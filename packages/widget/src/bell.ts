import type { Clock, Page } from './world.ts';

/** Receives what the stream of a QR code says. */
export interface Listener {
  /** The status now, and then each change. */
  said(status: string): void;
  /** The stream ended. It opens again by itself unless it is `gone`: the server refused it, or the reply was no stream. */
  broke(gone: boolean): void;
}

/** The page around the widget, whose `watch` also calls when the stream of the QR code says something new. */
export interface Bell extends Page {
  /** How long to wait before the next poll, after a poll that found this status. */
  pauseMs(status: string): number;
  /** True when there is no stream, or it does not work here. */
  isGone(): boolean;
  /** Closes the stream for good, because polls need its connection or it does not work. */
  giveUp(): void;
  close(): void;
}

const pollPauseMs = 1_000;
/** The pause between polls while the stream works: its connection may have died without an error. */
const trustedPauseMs = 20_000;
/** How long to wait for the first event: a proxy that collects replies may hold the stream back for ever. */
const firstWordMs = 4_000;
const breaksApartMs = 10_000;

/**
 * Listens to the stream of one QR code while the page is visible. It only tells when to poll: each second while both disagree about the
 * status, else every twenty. It is given up when its first event is late, or it breaks twice within ten seconds.
 */
export function createBell(
  { clock, page }: { clock: Clock; page: Page },
  open: ((listener: Listener) => () => void) | undefined,
): Bell {
  const ringing = new Set<() => void>();
  let polled: string | undefined;
  let heard: string | undefined;
  let isGone = open === undefined;
  let brokeAt = Number.NEGATIVE_INFINITY;
  let cancelTimer = () => {};
  let closeStream: (() => void) | null = null;
  const unwatch = page.watch(turn);
  turn();

  return {
    isHidden: page.isHidden,
    watch(call) {
      ringing.add(call);
      const unwatchPage = page.watch(call);
      return () => {
        ringing.delete(call);
        unwatchPage();
      };
    },
    pauseMs(status) {
      polled = status;
      return heard === status ? trustedPauseMs : pollPauseMs;
    },
    isGone: () => isGone,
    giveUp,
    close() {
      unwatch();
      rest();
    },
  };

  function turn() {
    if (page.isHidden()) return rest();
    if (isGone || closeStream) return;
    closeStream = open?.({ said, broke }) ?? null;
    expectWord();
  }

  function rest() {
    cancelTimer();
    closeStream?.();
    closeStream = null;
    heard = undefined;
  }

  function expectWord() {
    cancelTimer();
    cancelTimer = clock.after(firstWordMs, giveUp);
  }

  function giveUp() {
    isGone = true;
    rest();
  }

  function said(status: string) {
    cancelTimer();
    heard = status;
    if (status !== polled) ring();
  }

  function broke(gone: boolean) {
    heard = undefined;
    if (gone || clock.now() - brokeAt < breaksApartMs) giveUp();
    else expectWord();
    brokeAt = clock.now();
    ring();
  }

  function ring() {
    for (const call of [...ringing]) call();
  }
}
