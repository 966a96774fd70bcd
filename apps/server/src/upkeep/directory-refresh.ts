import type { Logger } from 'pino';
import type { Directory } from '../core/directory/directory.ts';
import { startRepeating } from './repeating.ts';

const intervalMs = 5_000;

/** Sees what other nodes, and commands of operators, wrote to pools and applications within seconds, even where no notice of it arrives. */
export function startDirectoryRefresh(parts: {
  directory: Pick<Directory, 'refresh'>;
  log: Logger;
  /** Default 5 seconds. */
  intervalMs?: number;
}): { stop(): Promise<void> } {
  const { directory, log } = parts;
  return startRepeating({
    intervalMs: parts.intervalMs ?? intervalMs,
    work: directory.refresh,
    onFailure(error) {
      log.warn({ err: error }, 'could not look for changed pools and applications; trying again soon');
    },
  });
}
