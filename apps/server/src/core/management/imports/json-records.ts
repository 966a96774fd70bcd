import type { Reason } from '@passbeam/protocol';
import { NotStrictJson, parseStrictJson } from '../../ground/strict-json.ts';

export type JsonRecord = { line: number } & ({ record: Record<string, unknown> } | { mistake: Reason });

export interface JsonPiece {
  records: JsonRecord[];
  rest: string;
  /** Lines before `rest`. */
  lines: number;
}

const between = /[\s,[\]]/;

/**
 * Reads the objects of a piece of a file: items of a list, or one a line. The piece begins outside of an object, and ends anywhere.
 * @param lines before the piece
 */
export function readJson(piece: string, lines: number, isLast: boolean): JsonPiece {
  const records: JsonRecord[] = [];
  let [place, line] = [0, lines];

  function add(end: number, isObject: boolean): void {
    const text = piece.slice(place, end);
    records.push({ line: line + 1, ...(isObject ? recordOf(text) : { mistake: 'rowNotJson' }) });
    line += text.split('\n').length - 1;
    place = end;
  }

  while (place < piece.length) {
    const character = piece[place] ?? '';
    if (between.test(character)) {
      if (character === '\n') line += 1;
      place += 1;
      continue;
    }
    const isObject = character === '{';
    const end = isObject ? endOfObject(piece, place) : endOfLine(piece, place);
    if (end === -1 && !isLast) break;
    add(end === -1 ? piece.length : end, isObject && end !== -1);
  }
  return { records, rest: piece.slice(place), lines: line };
}

function endOfLine(text: string, start: number): number {
  return text.indexOf('\n', start);
}

/** Behind the brace that closes the one at `start`; -1 when there is none. */
function endOfObject(text: string, start: number): number {
  let depth = 0;
  let isText = false;
  for (let place = start; place < text.length; place++) {
    const character = text[place];
    if (isText) {
      if (character === '\\') place += 1;
      else if (character === '"') isText = false;
    } else if (character === '"') isText = true;
    else if (character === '{') depth += 1;
    else if (character === '}') {
      depth -= 1;
      if (depth === 0) return place + 1;
    }
  }
  return -1;
}

function recordOf(text: string): { record: Record<string, unknown> } | { mistake: Reason } {
  try {
    return { record: parseStrictJson(text) as Record<string, unknown> };
  } catch (error) {
    if (!(error instanceof NotStrictJson)) throw error;
    return { mistake: error.reason === 'notJson' ? 'rowNotJson' : error.reason };
  }
}
