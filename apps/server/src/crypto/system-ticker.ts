import { AsyncResource } from 'node:async_hooks';
import type { Ticker } from '../core/qr/watch.ts';

/** What a timer calls belongs to no request, not even to the one that happened to start it: traces would add it there. */
const nobody = new AsyncResource('ticker');

/** Monotonic, and no reason for the process to live on. */
export const systemTicker: Ticker = {
  now: () => performance.now(),
  every(ms, call) {
    const timer = nobody.runInAsyncScope(() => setInterval(call, ms)).unref();
    return () => clearInterval(timer);
  },
};
