import { importFields, profileFields, type Reason } from '@passbeam/protocol';
import { DomainError } from '../../ground/errors.ts';
import { delimiterOf, readCsv } from './csv-records.ts';
import type { ReadRow, UserImport } from './import.ts';
import { readJson } from './json-records.ts';

/** Where the reading of a file has come to: enough to go on with the next part, on any node. */
export interface ReaderState {
  isBegun: boolean;
  /** Null until the header was read. */
  delimiter: string | null;
  /** The field of each column; null for those left out. */
  fields: (string | null)[] | null;
  /** Lines before `rest`. */
  lines: number;
  /** The end of the last part: it may be the beginning of a record. */
  rest: string;
}

export const newReader: ReaderState = { isBegun: false, delimiter: null, fields: null, lines: 0, rest: '' };

/** So much is read before everybody else has a turn: a millisecond or two. */
export const piece = 8 * 1024;
/** A record that is longer has lost a quote or a brace: it would swallow the file. */
const maxRecord = 64 * 1024;
const bom = '\uFEFF';
const known = new Set<string>([...importFields, ...Object.keys(profileFields)]);
const customField = /^customData\../;

export const isImportField = (name: string) => known.has(name) || customField.test(name);

interface ReadPiece {
  rows: ReadRow[];
  state: ReaderState;
}

type FileFacts = Pick<UserImport, 'format' | 'columns' | 'passwords'>;

/** Reads a part of the file, piece by piece. @throws DomainError invalid_argument */
export async function* readPart(
  file: FileFacts,
  state: ReaderState,
  text: string,
  isLast: boolean,
): AsyncGenerator<ReadPiece, void, void> {
  let current = state;
  for (let start = 0; start < text.length || start === 0; start += piece) {
    const isEnd = isLast && start + piece >= text.length;
    const read = readPiece(file, current, text.slice(start, start + piece), isEnd);
    current = read.state;
    if (current.rest.length > maxRecord) {
      throw new DomainError('invalid_argument', {
        field: 'text',
        reason: ['recordTooLong', current.lines + 1, maxRecord],
      });
    }
    yield read;
  }
}

function readPiece(file: FileFacts, state: ReaderState, text: string, isLast: boolean): ReadPiece {
  const isStart = !state.isBegun && text !== '';
  const more = state.rest + (isStart && text.startsWith(bom) ? text.slice(1) : text);
  const begun = { ...state, isBegun: state.isBegun || text !== '' };
  return file.format === 'csv' ? readCsvPiece(file, begun, more, isLast) : readJsonPiece(file, begun, more, isLast);
}

function readCsvPiece(file: FileFacts, state: ReaderState, text: string, isLast: boolean): ReadPiece {
  const headerEnd = text.search(/[\r\n]/);
  if (state.delimiter === null && headerEnd === -1 && !isLast) return { rows: [], state: { ...state, rest: text } };
  const delimiter = state.delimiter ?? delimiterOf(headerEnd === -1 ? text : text.slice(0, headerEnd));
  const { records, rest, lines } = readCsv(text, state.lines, delimiter, isLast);
  let { fields } = state;
  const rows: ReadRow[] = [];
  for (const record of records) {
    if ('mistake' in record) rows.push(record);
    else if (fields === null) fields = fieldsOf(record.cells, file);
    else rows.push({ line: record.line, ...rowOf(record.cells, fields) });
  }
  return { rows, state: { ...state, delimiter, fields, rest, lines } };
}

function rowOf(
  cells: readonly string[],
  fields: readonly (string | null)[],
): { values: Record<string, unknown> } | { mistake: Reason } {
  if (cells.slice(fields.length).some((cell) => cell !== '')) {
    return { mistake: ['rowTooWide', fields.length] };
  }
  const filled = fields.flatMap((field, index) => {
    const cell = cells[index]?.trim() ?? '';
    return field === null || cell === '' ? [] : [[field, field === 'password' ? cells[index] : cell]];
  });
  return { values: Object.fromEntries(filled) };
}

/** @throws DomainError invalid_argument for a column whose field nobody said */
function fieldsOf(header: readonly string[], file: FileFacts): (string | null)[] {
  const names = header.map((name) => name.trim());
  const fields = names.map((name) => fieldOf(name, file));
  for (const [index, name] of names.entries()) {
    const field = fields[index];
    if (field == null) continue;
    const place = `columns.${name}`;
    if (names.indexOf(name) !== index)
      throw new DomainError('invalid_argument', { field: place, reason: 'columnTwice' });
    if (fields.indexOf(field) !== index) {
      throw new DomainError('invalid_argument', { field: place, reason: ['fieldTwice', field] });
    }
  }
  return fields;
}

/** Null for a column that is left out, as passwords are where the import takes none. @throws DomainError invalid_argument */
function fieldOf(column: string, { columns, passwords }: FileFacts): string | null {
  const field = Object.hasOwn(columns, column) ? (columns[column] ?? '') : column;
  if (field === '' || (field === 'password' && passwords === 'none')) return null;
  if (!isImportField(field)) {
    throw new DomainError('invalid_argument', { field: `columns.${column}`, reason: ['notImported', field] });
  }
  return field;
}

function readJsonPiece(file: FileFacts, state: ReaderState, text: string, isLast: boolean): ReadPiece {
  const { records, rest, lines } = readJson(text, state.lines, isLast);
  const rows = records.map((record) =>
    'mistake' in record ? record : { line: record.line, ...valuesOf(record.record, file) },
  );
  return { rows, state: { ...state, rest, lines } };
}

/** Objects of a list may differ, so what is no field of a person is a mistake of its row. */
function valuesOf(
  record: Record<string, unknown>,
  file: FileFacts,
): { values: Record<string, unknown> } | { mistake: Reason } {
  const values: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(record)) {
    if (value === null || value === '') continue;
    if (column === 'customData' && !Object.hasOwn(file.columns, column)) {
      if (typeof value !== 'object' || Array.isArray(value)) return { mistake: 'notObject' };
      for (const [key, item] of Object.entries(value)) values[`customData.${key}`] = item;
      continue;
    }
    const field = Object.hasOwn(file.columns, column) ? (file.columns[column] ?? '') : column;
    if (field === '' || (field === 'password' && file.passwords === 'none')) continue;
    if (!isImportField(field)) return { mistake: ['notImported', field.slice(0, 128)] };
    values[field] = value;
  }
  return { values };
}
