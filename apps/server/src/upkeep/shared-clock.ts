import type { Logger } from 'pino';
import type { Clock } from '../core/ground/ports.ts';
import { startRepeating } from './repeating.ts';

const intervalMs = 5_000;

/**
 * The database's clock, as a node tells it without asking each time: nodes agree on every instant whatever their own clocks
 * say (threats T47). Between two readings it goes on by the time this process has run, which nobody can set.
 * @throws what `readTime` throws, at the first reading
 */
export async function startSharedClock(parts: {
  /** Asks the database, in epoch milliseconds. */
  readTime(): Promise<number>;
  log: Logger;
  /** Milliseconds since any instant, never set back. */
  runningMs?: () => number;
}): Promise<Clock & { stop(): Promise<void> }> {
  const { readTime, log, runningMs = () => performance.now() } = parts;
  let startedAt = Number.NaN;

  /** The answer was true at some moment between question and reply; what we told is kept while that leaves it possible. */
  async function read(): Promise<void> {
    const asked = runningMs();
    const time = await readTime();
    const replied = runningMs();
    const [least, most] = [time - replied, time + 1 - asked];
    if (!(startedAt >= least && startedAt <= most)) startedAt = (least + most) / 2;
  }

  await read();
  const { stop } = startRepeating({
    intervalMs,
    work: read,
    onFailure(error) {
      log.warn({ err: error }, 'could not read the clock of the database; going on by the last reading');
    },
  });
  return { now: () => Math.floor(startedAt + runningMs()), stop };
}
