import type { Logger } from 'pino';
import { startRepeating } from './repeating.ts';

const intervalMs = 5_000;

/** Sees what other nodes, and commands of operators, wrote within seconds, even where no notice of it arrives. */
export function startRefresh(parts: {
  kept: { refresh(): Promise<void> };
  /** What it is, in the log. */
  named: string;
  log: Logger;
  /** Default 5 seconds. */
  intervalMs?: number;
}): { stop(): Promise<void> } {
  const { kept, named, log } = parts;
  return startRepeating({
    intervalMs: parts.intervalMs ?? intervalMs,
    work: kept.refresh,
    onFailure: (error) => log.warn({ err: error }, `could not look for changed ${named}; trying again soon`),
  });
}
