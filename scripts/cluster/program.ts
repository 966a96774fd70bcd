import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CannotRun } from './cannot-run.ts';

/** One process of the cluster. */
export interface Program {
  name: string;
  /** Resolves when it wrote such a line. @throws CannotRun when it ends before */
  untilLine(pattern: RegExp): Promise<void>;
  /** Resolves when it has ended in order. @throws CannotRun when it ended otherwise */
  untilDone(): Promise<void>;
  /** @throws CannotRun with its last words, when it has ended */
  mustRun(): void;
  /** Called when it ends without having been told to. */
  onLost(report: (error: Error) => void): void;
  /** Resolves to how it ended: 0 when in order. Asked again, it tells nothing twice. */
  stop(): Promise<number | NodeJS.Signals | null>;
}

const keptLines = 40;

/**
 * Starts a program in a group of its own: Ctrl-C in the terminal reaches the cluster alone, which stops its parts in order.
 * `onLine` gets each line it writes.
 */
export function startProgram(
  name: string,
  [path = '', ...parameters]: string[],
  { stopSignal, onLine, ...options }: SpawnOptions & { stopSignal: NodeJS.Signals; onLine?: (line: string) => void },
): Program {
  const child: ChildProcess = spawn(path, parameters, {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const lines: string[] = [];
  const waiting = new Set<(line: string) => void>();
  let isStopping = false;
  let spawnError: Error | null = null;
  child.on('error', (error) => {
    spawnError = error;
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line);
      for (const see of waiting) see(line);
    });
  }
  // Whatever happens to us, nothing stays behind.
  const forget = () => child.kill('SIGKILL');
  process.once('exit', forget);
  child.once('exit', () => process.off('exit', forget));
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));

  const hasEnded = () => spawnError !== null || child.exitCode !== null || child.signalCode !== null;
  const lost = () =>
    new CannotRun(`${name} ended (${spawnError?.message ?? child.exitCode ?? child.signalCode}):\n${lines.join('\n')}`);
  return {
    name,
    async untilLine(pattern) {
      if (lines.some((line) => pattern.test(line))) return;
      await new Promise<void>((resolve, reject) => {
        const settle = (end: () => void) => {
          waiting.delete(see);
          child.off('close', close);
          end();
        };
        const see = (line: string) => pattern.test(line) && settle(resolve);
        const close = () => settle(() => reject(lost()));
        waiting.add(see);
        child.once('close', close);
        if (hasEnded()) close();
      });
    },
    async untilDone() {
      await closed;
      if (child.exitCode !== 0) throw lost();
    },
    mustRun() {
      if (hasEnded()) throw lost();
    },
    onLost(report) {
      child.once('close', () => {
        if (!isStopping) report(lost());
      });
    },
    async stop() {
      if (!hasEnded()) {
        const exited = once(child, 'exit');
        // A second signal would tell it not to finish what it has begun.
        if (!isStopping) child.kill(stopSignal);
        isStopping = true;
        await exited;
      }
      isStopping = true;
      return child.exitCode ?? child.signalCode;
    },
  };
}
