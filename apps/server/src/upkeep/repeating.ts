/** Does something now and then, never twice at the same time, until it is stopped; keeps no process alive. */
export function startRepeating(parts: { intervalMs: number; work(): Promise<void>; onFailure(error: unknown): void }): {
  stop(): Promise<void>;
} {
  let running: Promise<void> | null = null;
  const timer = setInterval(() => {
    running ??= parts
      .work()
      .catch(parts.onFailure)
      .finally(() => {
        running = null;
      });
  }, parts.intervalMs);
  timer.unref();

  return {
    /** Waits for what is under way. */
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
