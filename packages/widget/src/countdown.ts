import type { Clock } from './world.ts';

export interface Countdown {
  /** Counts down to this instant of the clock; undefined means there is nothing to count. */
  to(until: number | undefined): void;
}

/** Shows whole seconds left, changing exactly when they change. */
export function createCountdown(clock: Clock, show: (secondsLeft: number | undefined) => void): Countdown {
  let target: number | undefined;
  let cancel = () => {};

  return {
    to(until) {
      if (until === target) return;
      target = until;
      tick();
    },
  };

  function tick() {
    cancel();
    if (target === undefined) return show(undefined);
    const leftMs = Math.max(0, target - clock.now());
    const seconds = Math.ceil(leftMs / 1_000);
    show(seconds);
    // A timer may fire a touch early: a few milliseconds past the change, the rounding is certain.
    if (seconds > 0) cancel = clock.after(leftMs - (seconds - 1) * 1_000 + 5, tick);
  }
}

/** 1:05 */
export function clockTime(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
