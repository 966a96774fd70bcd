import { constants } from 'node:os';

const clearings = new Set<() => void>();

process.once('exit', () => {
  for (const clear of [...clearings].reverse()) clear();
});

// Left to themselves, signals end a process without its exit: Ctrl-C, or a test runner that is done with its worker.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  });
}

/** `clear` is called when this process ends, what was asked for last comes first. Calling the result takes it back. */
export function atExit(clear: () => void): () => void {
  clearings.add(clear);
  return () => void clearings.delete(clear);
}
