/** What the page knows of a chosen file before the server has seen any of it. */
export interface ChosenFile {
  file: File;
  format: 'csv' | 'json';
  columns: string[];
  /** The first rows, by column. */
  rows: Record<string, string>[];
}

/** UTF-16 units of an uploaded part. They are cut alike each time, so that a file chosen again goes on where it stood. */
export const partLength = 256 * 1024;
export const maxFileBytes = 50 * 1024 * 1024;
const previewBytes = 256 * 1024;
export const previewRows = 20;

export type FileMistake = 'tooLarge' | 'notText' | 'notRows';
export class UnreadableFile extends Error {
  readonly mistake: FileMistake;

  constructor(mistake: FileMistake) {
    super(mistake);
    this.mistake = mistake;
  }
}

/** Reads as much as the preview needs. @throws UnreadableFile */
export async function readChosen(file: File): Promise<ChosenFile> {
  if (file.size > maxFileBytes) throw new UnreadableFile('tooLarge');
  const start = await textOf(file.slice(0, previewBytes), file.size > previewBytes);
  const isJson = /^\s*[[{]/.test(start);
  const table = isJson ? jsonRows(start) : csvRows(start);
  if (table.columns.length === 0 || table.rows.length === 0) throw new UnreadableFile('notRows');
  return { file, format: isJson ? 'json' : 'csv', ...table };
}

/** @throws UnreadableFile when the bytes are not UTF-8 */
export async function textOf(part: Blob, isCut = false): Promise<string> {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await part.arrayBuffer(), { stream: isCut });
  } catch {
    throw new UnreadableFile('notText');
  }
}

type Table = Pick<ChosenFile, 'columns' | 'rows'>;

function csvRows(text: string): Table {
  const firstLine = /^(?:"(?:[^"]|"")*"|[^\r\n"])*/.exec(text.trimStart())?.[0].replaceAll(/"[^"]*"/g, '') ?? '';
  const count = (delimiter: string) => firstLine.split(delimiter).length;
  const delimiter = [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
  const [header = [], ...cells] = csvCells(text, delimiter, previewRows + 1);
  const columns = header.map((name) => name.trim());
  return {
    columns,
    rows: cells.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? '']))),
  };
}

/** The first records, for the eye: what the server reads is what counts. */
function csvCells(text: string, delimiter: string, most: number): string[][] {
  const records: string[][] = [];
  let [record, cell, isQuoted] = [[] as string[], '', false];
  function endRecord(): void {
    record.push(cell);
    if (record.some((each) => each.trim() !== '')) records.push(record);
    [record, cell] = [[], ''];
  }
  for (let place = 0; place < text.length && records.length < most; place++) {
    const character = text[place] ?? '';
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (text[place + 1] === '"') {
        cell += '"';
        place += 1;
      } else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === delimiter) {
      record.push(cell);
      cell = '';
    } else if (character === '\n' || character === '\r') endRecord();
    else cell += character;
  }
  if (records.length < most) endRecord();
  return records;
}

/** Objects whose braces do not nest beyond what people have: enough for a preview. */
function jsonRows(text: string): Table {
  const objects: Record<string, unknown>[] = [];
  const pattern = /\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{(?:[^{}"]|"(?:[^"\\]|\\.)*")*\})*\}/g;
  for (const [object] of text.matchAll(pattern)) {
    if (objects.length === previewRows) break;
    try {
      objects.push(JSON.parse(object));
    } catch {
      // The server says what is wrong with it, and in which line.
    }
  }
  const shown = (value: unknown) =>
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  return {
    columns,
    rows: objects.map((object) => Object.fromEntries(columns.map((name) => [name, shown(object[name])]))),
  };
}
