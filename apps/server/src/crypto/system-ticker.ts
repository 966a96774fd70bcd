import { AsyncResource } from 'node:async_hooks';
import type { Ticker } from '../core/qr/watch.ts';

/**
 * Calls of a timer belong to no request. Without this resource, traces would add them to the request that happened to
 * start the timer.
 */
const nobody = new AsyncResource('ticker');

/** A monotonic clock whose timers do not keep the process alive. */
export const systemTicker: Ticker = {
  now: () => performance.now(),
  every(ms, call) {
    const timer = nobody.runInAsyncScope(() => setInterval(call, ms)).unref();
    return () => clearInterval(timer);
  },
};
