import type { OnMoveProgress } from '../stores/sql/move.ts';

const patienceMs = 1_000;

/** Tells how far a move is, once a second has gone by: on a terminal in one renewed line, elsewhere each ten seconds. */
export function createMoveProgress(output: { isTerminal: boolean; write(text: string): void; now(): number }): {
  onProgress: OnMoveProgress;
  end(): void;
} {
  const { isTerminal, write, now } = output;
  const number = new Intl.NumberFormat('en');
  let next = now() + patienceMs;
  const wipe = '\r\u001b[2K';

  return {
    onProgress(table, rows, of) {
      if (now() < next) return;
      next = now() + (isTerminal ? patienceMs : 10 * patienceMs);
      const text = `  ${table}: ${number.format(rows)} of ${number.format(of)} rows`;
      write(isTerminal ? `${wipe}${text}` : `${text}\n`);
    },
    end() {
      if (isTerminal) write(wipe);
    },
  };
}
