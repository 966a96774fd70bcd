import { constants } from 'node:os';

const clearings = new Set<() => void>();

process.once('exit', () => {
  for (const clear of [...clearings].reverse()) clear();
});

// By default these signals end a process without the event `exit`; they come from Ctrl-C, or from a test runner that ends its workers.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  });
}

/** Calls `clear` when this process ends; the function registered last is called first. The function returned cancels it. */
export function atExit(clear: () => void): () => void {
  clearings.add(clear);
  return () => void clearings.delete(clear);
}
