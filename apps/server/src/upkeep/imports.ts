import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { ImportWorker } from '../core/management/imports/worker.ts';
import { startRepeating } from './repeating.ts';

const intervalMs = 1_000;
const longestRestMs = 100;

/** Works on imports of people while there are any, and rests after each turn for as long as it took: half of the time is for others. */
export function startImports({ worker, log }: { worker: ImportWorker; log: Logger }): { stop(): Promise<void> } {
  let isStopped = false;

  async function workAll(): Promise<void> {
    await worker.endIdle();
    let workedFrom = performance.now();
    const rest = async () => {
      await setTimeout(Math.min(longestRestMs, performance.now() - workedFrom));
      workedFrom = performance.now();
    };
    while (!isStopped && (await worker.work(rest, () => isStopped)));
  }

  const repeating = startRepeating({
    intervalMs,
    work: workAll,
    onFailure: (error) => log.warn({ err: error }, 'could not go on with an import of people; trying again soon'),
  });
  return {
    async stop() {
      isStopped = true;
      await repeating.stop();
      // Another node goes on at once. Where the store is gone, the lease runs out by itself.
      await worker.leave().catch(() => {});
    },
  };
}
