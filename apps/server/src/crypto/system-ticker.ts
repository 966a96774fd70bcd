import type { Ticker } from '../core/qr/watch.ts';

/** Monotonic, and no reason for the process to live on. */
export const systemTicker: Ticker = {
  now: () => performance.now(),
  every(ms, call) {
    const timer = setInterval(call, ms).unref();
    return () => clearInterval(timer);
  },
};
