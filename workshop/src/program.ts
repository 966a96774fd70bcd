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
  /** What it wrote, on both outputs. */
  readonly lines: readonly string[];
  /** Resolves when it has ended and all it wrote was read. */
  readonly ended: Promise<End>;
  isRunning(): boolean;
  /** Resolves when it writes such a line, or did before, to what was found. @throws CannotRun when it ends without */
  untilLine(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when this address gives a good answer. @throws CannotRun when the program ends before */
  untilAnswer(url: string): Promise<void>;
  /** Resolves when it has ended in order. @throws CannotRun when it ended otherwise */
  untilDone(): Promise<void>;
  /** Called when it ends without having been told to. */
  onLost(report: (error: Error) => void): void;
  /** Types something into it, where it takes input. */
  write(text: string): void;
  /** From here on what it writes is thrown away unread. */
  ignoreOutput(): void;
  signal(signal: NodeJS.Signals): void;
  /** It stands still, and its children with it. */
  pause(): void;
  resume(): void;
  /** Tells it to end, once however often this is called; resolves to how it did. */
  stop(): Promise<End>;
  /** Ends it and its children at once, as in a power cut. */
  kill(): Promise<void>;
}

export interface ProgramOptions extends Omit<SpawnOptions, 'stdio'> {
  /** What tells it to end: SIGTERM unless said otherwise. */
  stopSignal?: NodeJS.Signals;
  /** How many of its last lines are kept; all unless said otherwise. */
  keptLines?: number;
  takesInput?: boolean;
  onLine?(line: string): void;
}

const linesOfFailure = 40;

/** Starts a program that does not outlive this process. `name` is what failures call it. */
export function startProgram(
  name: string,
  [path = '', ...parameters]: readonly string[],
  { stopSignal = 'SIGTERM', keptLines = Infinity, takesInput = false, onLine, ...options }: ProgramOptions = {},
): Program {
  const child = spawn(path, parameters, { ...options, stdio: [takesInput ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  const { pid = 0, stdin, stdout, stderr } = child;
  const outputs = [stdout, stderr].filter((stream) => stream !== null);
  const lines: string[] = [];
  /** Who waits for a line; null says that there is none any more. */
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

/** What a program needs of this machine, and nothing that would configure it. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return { PATH, HOME, TMPDIR };
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.ok === true;
}
