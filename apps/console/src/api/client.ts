import { notifyManager, QueryClient } from '@tanstack/react-query';
import { Failure } from './failure.ts';

// A page hears of what was read before whoever waited for it goes on. By a timer, the library's default, a form that
// has just been saved shows the old value until the next task.
notifyManager.setScheduler(queueMicrotask);

/** Reads are repeated where that can help, slower each time; writes never, because nobody knows whether they arrived. */
export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => error instanceof Failure && error.isPassing && count < 4,
      retryDelay: (count, error) =>
        error instanceof Failure && error.retryAfterSeconds !== null
          ? error.retryAfterSeconds * 1000
          : Math.min(1000 * 2 ** count, 20_000),
    },
    mutations: { retry: false },
  },
});
