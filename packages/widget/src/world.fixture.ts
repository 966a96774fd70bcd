import type { Clock, Page } from './world.ts';

/** A clock that moves only by `advance`, which lets all promises settle between two timers. */
export function createManualClock(): Clock & { advance(ms: number): Promise<void>; pendingTimers(): number } {
  let now = 0;
  const timers = new Set<{ at: number; call: () => void }>();

  return {
    now: () => now,
    after(ms, call) {
      const timer = { at: now + ms, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    random: () => 1,
    pendingTimers: () => timers.size,
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.call();
        await settle();
      }
      now = end;
    },
  };
}

/** Resolves in the next macrotask: by then everything that waited only for promises has run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function createManualPage(): Page & { hide(): void; reveal(): void; watchers(): number } {
  const listeners = new Set<() => void>();
  let isHidden = false;
  const turn = (hidden: boolean) => {
    isHidden = hidden;
    for (const listener of [...listeners]) listener();
  };
  return {
    isHidden: () => isHidden,
    watch(call) {
      listeners.add(call);
      return () => listeners.delete(call);
    },
    hide: () => turn(true),
    reveal: () => turn(false),
    watchers: () => listeners.size,
  };
}
