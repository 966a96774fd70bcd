import type { Reason } from '@passbeam/protocol';
import { CsvError, type Options, parse } from 'csv-parse/sync';

/** Cells of a record, or why it has none, and the line where it begins. */
export type CsvRecord = { line: number } & ({ cells: string[] } | { mistake: Reason });

export interface CsvPiece {
  records: CsvRecord[];
  /** What is read again with the next piece: a record that may not be whole. */
  rest: string;
  /** Lines before `rest`. */
  lines: number;
}

/**
 * Reads the records of a piece of a file, which begins at a record and ends anywhere.
 * @param lines before the piece
 */
export function readCsv(piece: string, lines: number, delimiter: string, isLast: boolean): CsvPiece {
  const bytes = new TextEncoder().encode(piece);
  const records: { cells: string[]; bytes: number; lines: number }[] = [];
  let isOpen = false;
  try {
    parse(piece, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      // A quote inside a cell is a character: without this, one of them costs the rows that follow.
      relax_quotes: true,
      on_record({ record, info }: { record: string[]; info: { bytes: number; lines: number } }) {
        records.push({ cells: record, bytes: info.bytes, lines: info.lines });
        return null;
      },
    } as unknown as Options);
  } catch (error) {
    if (!(error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED')) throw error;
    isOpen = true;
  }
  // The end of the piece looks like the end of a record, which it need not be.
  if (!isLast && records.at(-1)?.bytes === bytes.length) records.pop();
  const end = records.at(-1);
  const read = records
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ cells, lines: last }): CsvRecord => ({ line: lines + last - breaksIn(cells), cells }));
  // Counted in characters: half of one may stand at the end of the piece, and would not survive bytes.
  const readLength = decoder.decode(bytes.subarray(0, end?.bytes ?? 0)).length;
  const after = piece.slice(readLength);
  const rest = after.replace(emptyLines, '');
  const next = lines + (end?.lines ?? 0) + breaksIn([after.slice(0, after.length - rest.length)]);
  if (!isLast) return { records: read, rest, lines: next };
  return {
    records: [...read, ...(isOpen ? [{ line: next + 1, mistake: 'quoteOpen' } as const] : [])],
    rest: '',
    lines: next,
  };
}

/** Whole ones alone: a line end of two characters may be cut. */
const emptyLines = /^(?:\r\n|\n|\r(?=[^\n]))+/;
const lineEnds = /\r\n|\n|\r/g;
const breaksIn = (texts: readonly string[]) =>
  texts.reduce((sum, text) => sum + (text.match(lineEnds)?.length ?? 0), 0);

/** Comma, semicolon or tab, whichever the header has most of. */
export function delimiterOf(header: string): string {
  const unquoted = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => unquoted.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
