import type { Clock, Page } from './world.ts';

/** Waits `ms`, and on while the page is hidden; ends at its return or the network's, not before `atLeastMs`, the server's wish. */
export function pause(
  { clock, page }: { clock: Clock; page: Page },
  { ms, atLeastMs = 0, signal }: { ms: number; atLeastMs?: number; signal: AbortSignal },
): Promise<void> {
  const startedAt = clock.now();
  let isDue = false;
  return new Promise((resolve, reject) => {
    const cancelTimer = clock.after(ms, () => {
      isDue = true;
      wake();
    });
    const unwatch = page.watch(wake);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();

    function wake() {
      if (page.isHidden()) return;
      if (!isDue && clock.now() - startedAt < atLeastMs) return;
      release();
      resolve();
    }
    function abort() {
      release();
      reject(signal.reason);
    }
    function release() {
      cancelTimer();
      unwatch();
      signal.removeEventListener('abort', abort);
    }
  });
}
