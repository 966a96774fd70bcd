/** How long a step is remembered: longer than most QR sessions and their tickets live. */
const keptMs = 20 * 60_000;
const maxKept = 20_000;

const startsTimer = new Set(['scanned', 'confirmed']);

/** Times between the steps of QR sessions that this node saw, for no store keeps them: a smaller sample, not a wrong one. */
export function createStepTimes({ observe }: { observe(step: string, seconds: number): void }): {
  /** Instants are of the clock that QR sessions are dated by: a node's own clock may be minutes off. */
  reached(step: string, codeHash: string, at: number, codeCreatedAt?: number): void;
} {
  /** By code hash, oldest first: each step moves its QR session to the end. */
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
      // A full map leaves newcomers out. Dropping the oldest instead would leave only people who are quick.
      if (lastStepAt.size < maxKept) lastStepAt.set(codeHash, at);
    },
  };
}
