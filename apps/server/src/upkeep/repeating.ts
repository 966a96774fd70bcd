/** Runs `work` each `intervalMs`, never twice at once, until stopped. Its timer does not keep the process alive. */
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
    /** Resolves once the work under way is done. */
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
