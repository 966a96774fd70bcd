import type { Clock, Page } from './world.ts';

/**
 * Waits, and holds still while the page is hidden: nobody sees the code then. Returning to the page (or to the network)
 * ends the wait at once, but never before `atLeastMs`, which is the server's to set.
 */
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
