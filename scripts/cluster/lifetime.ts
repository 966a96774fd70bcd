import { CannotRun } from '@passbeam/workshop/cannot-run';
import { type Program, startProgram } from '@passbeam/workshop/program';

/** How many lines of each program are kept; a cluster may run for days. */
const keptLines = 40;

/** The lifetime of a cluster and all it started. It is over when the signal comes or a part ends by itself. */
export interface Lifetime {
  /** Rejects when the lifetime is over: with the signal's reason, or with the error of the part that ended. */
  over: Promise<never>;
  /** Settles as the work does, unless the lifetime is over first: then it rejects as `over`. */
  unlessOver<T>(work: Promise<T>): Promise<T>;
  /** A `startProgram` whose programs end together, in order; in process groups of their own, so Ctrl-C reaches only the cluster. */
  group(): typeof startProgram;
  /** Declares that the cluster cannot go on without this program. */
  needs(program: Program): void;
  /** Ends the lifetime because of an error in work that nobody waits for. */
  fail(reason: unknown): void;
  /** Registers what `close` calls; what was registered last is called first. */
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
