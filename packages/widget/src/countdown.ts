import type { Clock } from './world.ts';

export interface Countdown {
  /** Counts down to this instant of the clock; undefined shows no countdown. */
  to(until: number | undefined): void;
}

/** Shows the whole seconds that are left, each change at its exact moment. */
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
    // Timers may fire slightly early: five milliseconds after the change, the rounding is certain to give the new value.
    if (seconds > 0) cancel = clock.after(leftMs - (seconds - 1) * 1_000 + 5, tick);
  }
}

/** Minutes and seconds, such as 1:05. */
export function clockTime(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
