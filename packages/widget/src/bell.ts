import type { Clock, Page } from './world.ts';

/** What the stream of a code tells. */
export interface Listener {
  /** The status now, and then each change. */
  said(status: string): void;
  /** The stream ended. It opens again by itself, unless it is `gone`: refused, or not a stream at all. */
  broke(gone: boolean): void;
}

/** The page around the widget, where something also happens when the stream of the code says so. */
export interface Bell extends Page {
  /** How long to wait for the next poll after one that found this status. */
  pauseMs(status: string): number;
  /** There is no stream, or it does not work here. */
  isGone(): boolean;
  /** The stream stands in the way of what it announces: its connection is better used for polls. */
  giveUp(): void;
  close(): void;
}

const pollPauseMs = 1_000;
/** For a connection that died without a word. */
const trustedPauseMs = 20_000;
/** Whatever holds a stream back longer than this, such as a proxy that collects replies, may do so for ever. */
const firstWordMs = 4_000;
const breaksApartMs = 10_000;

/**
 * Listens to the stream of one code while the page is shown. The stream only says that a poll is worth its while: polls
 * follow each other closely until it says what they found, and again when it does not. Gives it up when its first word
 * does not come in time, or when it breaks twice within ten seconds.
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
