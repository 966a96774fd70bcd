import { readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of processor time of Node.js processes: on their event loops, and on their other threads, which sign and collect garbage. */
export interface ProcessorTime {
  loop: number;
  others: number;
}

/** What the processes used so far, or null where the system does not tell it by thread, as only Linux does. */
export function processorTime(pids: number[]): ProcessorTime | null {
  const used: ProcessorTime = { loop: 0, others: 0 };
  try {
    for (const pid of pids) {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
        used[thread === String(pid) ? 'loop' : 'others'] += Number(nanoseconds) / 1e6;
      }
    }
  } catch {
    return null;
  }
  return used;
}

/** The difference of two moments, shared among `count` pieces of work. */
export function timeEach(
  before: ProcessorTime | null,
  after: ProcessorTime | null,
  count: number,
): ProcessorTime | null {
  if (before === null || after === null) return null;
  return { loop: (after.loop - before.loop) / count, others: (after.others - before.others) / count };
}
