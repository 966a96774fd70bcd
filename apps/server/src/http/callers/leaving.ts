import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const sweepEveryMs = 50;

/**
 * The first half of stopping, so that no request is lost on its way. From now on each reply is the last on its connection. Resolves
 * after `noticeMs`, in which load balancers see that the node is no longer ready; the caller then closes the listener. Connections end
 * as they fall idle, and those left after `graceMs` are cut off.
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
