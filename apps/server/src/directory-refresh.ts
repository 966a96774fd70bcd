import type { Logger } from 'pino';
import type { Directory } from './core/pools/directory.ts';

const intervalMs = 5_000;

/** Sees what other nodes wrote to pools and applications within seconds, even where no notice of it arrives. */
export function startDirectoryRefresh(parts: {
  directory: Pick<Directory, 'reload'>;
  directoryVersion(): Promise<number>;
  log: Logger;
  /** Default 5 seconds. */
  intervalMs?: number;
}): { stop(): Promise<void> } {
  let seen: number | null = null;
  let running = Promise.resolve();
  let isRunning = false;

  async function refresh(): Promise<void> {
    const version = await parts.directoryVersion();
    if (version === seen) return;
    await parts.directory.reload();
    seen = version;
  }

  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    running = refresh()
      .catch((error: unknown) => {
        parts.log.warn({ err: error }, 'could not look for changed pools and applications; trying again soon');
      })
      .finally(() => {
        isRunning = false;
      });
  }, parts.intervalMs ?? intervalMs);
  timer.unref();

  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
