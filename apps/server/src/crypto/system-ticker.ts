import { AsyncResource } from 'node:async_hooks';
import type { Ticker } from '../core/qr/watch.ts';

/** Timers belong to no request: without this, traces add their calls to the request that started one. */
const nobody = new AsyncResource('ticker');

/** A monotonic clock whose timers do not keep the process alive. */
export const systemTicker: Ticker = {
  now: () => performance.now(),
  every(ms, call) {
    const timer = nobody.runInAsyncScope(() => setInterval(call, ms)).unref();
    return () => clearInterval(timer);
  },
};
