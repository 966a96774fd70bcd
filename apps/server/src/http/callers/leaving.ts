import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const sweepEveryMs = 50;

/**
 * The first half of stopping, so that no request is lost on its way: each reply from now on is the last on its connection, while
 * load balancers have `noticeMs` to see that the node is no longer ready. Resolves then: the caller closes the listener.
 * From there on connections end as they fall idle, and what is left after `graceMs` is cut off.
 */
export async function takeLeave(
  server: Server,
  { noticeMs, graceMs }: { noticeMs: number; graceMs: number },
): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  // The listener keeps the process alive meanwhile.
  if (noticeMs > 0) await pause(noticeMs, undefined, { ref: false });
  const cutAt = performance.now() + graceMs;
  // A reply that was under way when the leave began leaves its connection open.
  const sweep = setInterval(() => {
    if (performance.now() >= cutAt) server.closeAllConnections();
    else server.closeIdleConnections();
  }, sweepEveryMs);
  server.once('close', () => clearInterval(sweep));
}
