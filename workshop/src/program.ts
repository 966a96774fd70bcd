import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { atExit } from './at-exit.ts';
import { CannotRun } from './cannot-run.ts';
import { killFamily, signalFamily } from './family.ts';

/** How a program ended: 0 when in order, another exit code, or the signal that ended it. */
export type End = number | NodeJS.Signals | null;

/** A child process. */
export interface Program {
  readonly pid: number;
  /** The lines it wrote, on both outputs. */
  readonly lines: readonly string[];
  /** Resolves when it has ended and all it wrote was read. */
  readonly ended: Promise<End>;
  isRunning(): boolean;
  /** Resolves to the match when it writes such a line, or has written one. @throws CannotRun when it ends before */
  untilLine(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when this address answers with success. @throws CannotRun when the program ends before */
  untilAnswer(url: string): Promise<void>;
  /** Resolves when it has ended with exit code 0. @throws CannotRun when it ended otherwise */
  untilDone(): Promise<void>;
  /** Calls `report` when it ends without having been told to. */
  onLost(report: (error: Error) => void): void;
  /** Writes to its input, if it was started with `takesInput`. */
  write(text: string): void;
  /** Ends its input, if it was started with `takesInput`. */
  closeInput(): void;
  /** Discards what it writes from now on, unread. */
  ignoreOutput(): void;
  signal(signal: NodeJS.Signals): void;
  /** Stops it and its children with SIGSTOP until `resume`. */
  pause(): void;
  resume(): void;
  /** Tells it to end, only once however often this is called; resolves to how it ended. */
  stop(): Promise<End>;
  /** Ends it and its children at once, as a power cut would. */
  kill(): Promise<void>;
}

export interface ProgramOptions extends Omit<SpawnOptions, 'stdio'> {
  /** The signal that tells it to end. Default: SIGTERM. */
  stopSignal?: NodeJS.Signals;
  /** How many of its last lines are kept. Default: all. */
  keptLines?: number;
  takesInput?: boolean;
  onLine?(line: string): void;
}

const linesOfFailure = 40;

/** Starts a program that ends with this process at the latest. Error messages call it by `name`. */
export function startProgram(
  name: string,
  [path = '', ...parameters]: readonly string[],
  { stopSignal = 'SIGTERM', keptLines = Infinity, takesInput = false, onLine, ...options }: ProgramOptions = {},
): Program {
  const child = spawn(path, parameters, { ...options, stdio: [takesInput ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  const { pid = 0, stdin, stdout, stderr } = child;
  const outputs = [stdout, stderr].filter((stream) => stream !== null);
  const lines: string[] = [];
  /** Functions that wait for lines; null tells them that no more will come. */
  const waiting = new Set<(line: string | null) => void>();
  const tell = (line: string | null) => {
    for (const hear of waiting) hear(line);
  };
  const readers = outputs.map((input) =>
    createInterface({ input }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line);
      tell(line);
    }),
  );
  let isStopping = false;
  let isClosed = false;
  let spawnError: Error | null = null;
  child.once('error', (error) => {
    spawnError = error;
  });
  const forget = atExit(() => isRunning() && signalFamily(pid, 'SIGKILL'));
  const ended = new Promise<End>((resolve) => {
    child.once('close', () => {
      isClosed = true;
      forget();
      tell(null);
      resolve(end());
    });
  });

  function isRunning(): boolean {
    return spawnError === null && child.exitCode === null && child.signalCode === null;
  }
  function end(): End {
    return child.exitCode ?? child.signalCode;
  }
  function lost(): CannotRun {
    const lastWords = lines.slice(-linesOfFailure).join('\n');
    return new CannotRun(`${name} ended (${spawnError?.message ?? end()}):\n${lastWords}`);
  }
  async function exited(): Promise<End> {
    if (isRunning()) await once(child, 'exit');
    return end();
  }

  return {
    pid,
    lines,
    ended,
    isRunning,
    untilLine: (pattern) =>
      new Promise((resolve, reject) => {
        const hear = (line: string | null) => {
          const found = line === null ? null : pattern.exec(line);
          if (line !== null && found === null) return;
          waiting.delete(hear);
          if (found === null) reject(lost());
          else resolve(found);
        };
        waiting.add(hear);
        for (const line of lines) hear(line);
        if (isClosed) hear(null);
      }),
    async untilAnswer(url) {
      while (!(await answers(url))) {
        if (!isRunning()) throw lost();
        await pause(50);
      }
    },
    async untilDone() {
      if ((await ended) !== 0) throw lost();
    },
    onLost(report) {
      void ended.then(() => {
        if (!isStopping) report(lost());
      });
    },
    write: (text) => void stdin?.write(text),
    closeInput: () => void stdin?.end(),
    ignoreOutput() {
      for (const reader of readers) reader.close();
      for (const output of outputs) output.resume();
    },
    signal: (signal) => void child.kill(signal),
    pause: () => signalFamily(pid, 'SIGSTOP'),
    resume: () => signalFamily(pid, 'SIGCONT'),
    stop() {
      if (isRunning() && !isStopping) child.kill(stopSignal);
      isStopping = true;
      return exited();
    },
    async kill() {
      isStopping = true;
      if (isRunning()) await killFamily(pid);
      await exited();
    },
  };
}

/** The variables that a program needs from this machine, and none that would configure it. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE } = process.env;
  return { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE };
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok === true;
}
