/** Longer than any code and its ticket may live. */
const keptMs = 20 * 60_000;
const maxKept = 20_000;

const startsTimer = new Set(['scanned', 'confirmed']);

/**
 * How long people take from one step of a code to the next. Nothing stores when a code was scanned, so this node remembers
 * what it saw itself; steps that another node saw are left out, which thins the sample and does not bend it.
 */
export function createStepTimes({ observe }: { observe(step: string, seconds: number): void }): {
  /** Instants are of the clock that codes are dated by: a node's own may be minutes off. */
  reached(step: string, codeHash: string, at: number, codeCreatedAt?: number): void;
} {
  /** Oldest first: each step puts its code at the end. */
  const lastStepAt = new Map<string, number>();

  function forgetOld(now: number): void {
    for (const [codeHash, at] of lastStepAt) {
      if (now - at < keptMs) return;
      lastStepAt.delete(codeHash);
    }
  }

  return {
    reached(step, codeHash, at, codeCreatedAt) {
      const before = step === 'scanned' ? codeCreatedAt : lastStepAt.get(codeHash);
      lastStepAt.delete(codeHash);
      if (before !== undefined && step !== 'cancelled') observe(step, Math.max(0, at - before) / 1000);
      if (!startsTimer.has(step)) return;
      forgetOld(at);
      // Full: newcomers are left out. To put out the oldest instead would leave only those who are quick.
      if (lastStepAt.size < maxKept) lastStepAt.set(codeHash, at);
    },
  };
}
