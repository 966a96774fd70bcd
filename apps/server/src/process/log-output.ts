import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/** The most bytes of lines that wait for a reader: some seconds of a busy node. */
const defaultRoom = 1024 * 1024;
const lookEveryMs = 10;

/** Writes lines without waiting or throwing; `write` is false when the line was not taken. */
interface Writer {
  write(line: string): boolean;
  pending(): number;
}

/** Where log lines go. While their reader is slow or gone they are dropped, and their number is logged when it is back. */
export class LogOutput {
  readonly #writer: Writer;
  readonly #lineAbout: (dropped: number) => string;
  #dropped = 0;
  #untold = 0;

  constructor(writer: Writer, lineAbout: (dropped: number) => string) {
    this.#writer = writer;
    this.#lineAbout = lineAbout;
  }

  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    if (this.#untold > 0 && this.#writer.write(this.#lineAbout(this.#untold))) this.#untold = 0;
    if (this.#untold === 0 && this.#writer.write(line)) return;
    this.#dropped += 1;
    this.#untold += 1;
  }

  /** Resolves when all lines were taken, at the latest after `withinMs`. */
  async flush(withinMs: number): Promise<void> {
    const until = performance.now() + withinMs;
    while (this.#writer.pending() > 0 && performance.now() < until) await pause(lookEveryMs);
  }
}

/** The standard output of this process: a pipe, a socket or a terminal, whose reader may be slow, or a file. */
export function standardOutput(): Writer {
  const { stdout }: { stdout: Writable } = process;
  return stdout instanceof Socket ? toReader(stdout) : toFile(1);
}

/** Writes to a reader without waiting for it; up to `room` bytes that it does not take at once are kept. */
export function toReader(stream: Socket, room = defaultRoom): Writer {
  // Without this listener, a reader that goes away would end the process.
  stream.on('error', () => {});
  // Node.js waits for terminals by default, so somebody who presses Ctrl-S would stop the server.
  (stream as Partial<Record<'_handle', { setBlocking?(isBlocking: boolean): void }>>)._handle?.setBlocking?.(false);
  return {
    write(line) {
      if (!stream.writable || stream.writableLength + line.length > room) return false;
      stream.write(line);
      return true;
    },
    pending: () => (stream.writable ? stream.writableLength : 0),
  };
}

/** Writes to a file at once, so that a full disk loses the lines of that time and no others. */
export function toFile(fd: number): Writer {
  return {
    write(line) {
      try {
        writeSync(fd, line);
        return true;
      } catch {
        return false;
      }
    },
    pending: () => 0,
  };
}
