import type { Logger } from 'pino';
import type { Clock } from '../core/ground/ports.ts';
import { startRepeating } from './repeating.ts';

const intervalMs = 5_000;

/**
 * Tells the database's time without asking each time, so that nodes agree on every instant (threats T47). Between readings it goes on by
 * this process's running time. @throws what `readTime` throws, at the first reading
 */
export async function startSharedClock(parts: {
  /** Asks the database, in epoch milliseconds. */
  readTime(): Promise<number>;
  log: Logger;
  /** Milliseconds since some instant, never set back; the process's own by default. */
  runningMs?: () => number;
}): Promise<Clock & { stop(): Promise<void> }> {
  const { readTime, log, runningMs = () => performance.now() } = parts;
  let startedAt = Number.NaN;

  /** The time was right at some moment between question and reply: an offset that this allows is kept, so the clock does not jump. */
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
