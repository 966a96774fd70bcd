/** What a command has to say at its end. */
export interface Outcome {
  /** For `--json`. */
  result: unknown;
  lines: string[];
  /** Default 0. */
  code?: 0 | 1;
}

/** What a command may use beside its call. */
export interface Surroundings {
  env: Record<string, string | undefined>;
  /** Aborts when the command is to end. */
  signal: AbortSignal;
  /** Says how far it is; shown once it has taken a second. */
  tell(text: string): void;
  /** Writes to standard output what is too much to keep; resolves when the reader can take more. */
  write(chunk: string | Uint8Array): Promise<void>;
}

/** A refusal in words for the operator. */
export class CommandFailed extends Error {}

/** Rows as lines of columns. Texts of other people cannot steer the terminal. */
export function columns(heads: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const cells = [heads, ...rows.map((row) => row.map(shown))];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** A value as one harmless line: without control characters, and without those that turn the direction of writing. */
export function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  return String(value).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd');
}

/** An ISO 8601 time, to the minute. */
export function minuteOf(time: string | null): string {
  return time === null ? '-' : `${time.slice(0, 16).replace('T', ' ')}`;
}
