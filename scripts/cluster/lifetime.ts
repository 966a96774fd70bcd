import { CannotRun } from '@passbeam/workshop/cannot-run';
import { type Program, startProgram } from '@passbeam/workshop/program';

/** A cluster may run for days. */
const keptLines = 40;

/** What was started, until it is over: at the signal, or when a part ended by itself. */
export interface Lifetime {
  /** Rejects when it is over: with the signal's reason, or what the lost part said. */
  over: Promise<never>;
  /** The work's end, or that of the lifetime when that comes first. */
  unlessOver<T>(work: Promise<T>): Promise<T>;
  /**
   * Makes a `startProgram` whose programs are stopped together, each in a process group of its own: Ctrl-C in the terminal reaches the cluster
   * alone, which stops its parts in order. Nothing is started any more once it is over.
   */
  group(): typeof startProgram;
  /** Tells that this program must not end by itself. */
  needs(program: Program): void;
  /** Something went wrong that nobody waits for. */
  fail(reason: unknown): void;
  /** What began last is closed first. */
  onClose(close: () => Promise<unknown>): void;
  close(): Promise<void>;
}

export function beginLifetime(signal: AbortSignal, onOver: () => void): Lifetime {
  const closings: (() => Promise<unknown>)[] = [];
  const { promise: over, reject: fail } = Promise.withResolvers<never>();
  let isOver = false;
  over.catch(() => {
    isOver = true;
    onOver();
  });
  signal.addEventListener('abort', () => fail(signal.reason), { once: true });
  if (signal.aborted) fail(signal.reason);

  return {
    over,
    unlessOver: (work) => Promise.race([over, work]),
    group() {
      const programs: Program[] = [];
      closings.unshift(() => Promise.all(programs.map((program) => program.stop())));
      return (name, command, options) => {
        if (isOver) throw new CannotRun('the cluster is stopping');
        const program = startProgram(name, command, { ...options, detached: true, keptLines });
        programs.push(program);
        return program;
      };
    },
    needs: (program) => program.onLost(fail),
    fail,
    onClose: (close) => void closings.unshift(close),
    async close() {
      for (const closing of closings) await closing();
    },
  };
}
