import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const sweepEveryMs = 50;

/**
 * The first half of stopping, so that no request is lost: each reply is now its connection's last. Resolves after `noticeMs`, in which
 * balancers see the node is not ready; the caller closes the listener. Idle connections end, others are cut off after `graceMs`.
 */
export async function takeLeave(
  server: Server,
  { noticeMs, graceMs }: { noticeMs: number; graceMs: number },
): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  // This pause need not keep the process alive: the listener does.
  if (noticeMs > 0) await pause(noticeMs, undefined, { ref: false });
  const cutAt = performance.now() + graceMs;
  // A reply that was under way when the leave began leaves its connection open.
  const sweep = setInterval(() => {
    if (performance.now() >= cutAt) server.closeAllConnections();
    else server.closeIdleConnections();
  }, sweepEveryMs);
  server.once('close', () => clearInterval(sweep));
}
