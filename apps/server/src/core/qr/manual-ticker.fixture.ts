import type { Ticker } from './watch.ts';

/** A ticker whose time stands still until a test lets it pass. */
export function createManualTicker(): Ticker & {
  pass(ms: number): void;
  /** Running timers. */
  count(): number;
} {
  let now = 0;
  const timers = new Set<{ ms: number; dueAt: number; call: () => void }>();
  return {
    now: () => now,
    every(ms, call) {
      const timer = { ms, dueAt: now + ms, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const next = [...timers].filter(({ dueAt }) => dueAt <= end).sort((a, b) => a.dueAt - b.dueAt)[0];
        if (next === undefined) break;
        now = next.dueAt;
        next.dueAt += next.ms;
        next.call();
      }
      now = end;
    },
    count: () => timers.size,
  };
}
