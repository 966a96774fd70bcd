import { visit } from 'jsonc-parser';

const maxDepth = 20;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

export class NotStrictJson extends Error {
  readonly reason: string;
  /** The key at fault. */
  readonly field: string | undefined;

  constructor(reason: string, field?: string) {
    super(field === undefined ? reason : `${field} ${reason}`);
    this.reason = reason;
    this.field = field;
  }
}

/**
 * JSON that has one reading: no duplicate keys, prototype keys, NUL, lone surrogates, or numbers that cannot be kept, and no
 * more than twenty levels (threats T21, T32).
 * @throws NotStrictJson
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotStrictJson('the body is not valid JSON');
  }
  checkTokens(text);
  return value;
}

function checkTokens(text: string): void {
  const keysByDepth: Set<string>[] = [];
  const refuse = (reason: string, field?: string): never => {
    throw new NotStrictJson(reason, field);
  };
  const enter = () => {
    if (keysByDepth.push(new Set()) > maxDepth) refuse(`nesting is deeper than ${maxDepth}`);
  };
  const leave = () => {
    keysByDepth.pop();
  };
  visit(text, {
    onObjectBegin: enter,
    onObjectEnd: leave,
    onArrayBegin: enter,
    onArrayEnd: leave,
    onObjectProperty(key) {
      const keys = keysByDepth.at(-1);
      if (keys?.has(key)) refuse('is given twice', key);
      keys?.add(key);
      if (forbiddenKeys.has(key)) refuse('is not an allowed key', key);
      if (!isCleanText(key)) refuse('a key holds a NUL or a broken character');
    },
    onLiteralValue(value: unknown, offset: number, length: number) {
      if (typeof value === 'number' && !isKept(text.slice(offset, offset + length)))
        refuse('a number cannot be kept as sent');
      if (typeof value === 'string' && !isCleanText(value)) refuse('a text holds a NUL or a broken character');
    },
  });
}

function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** What would come back as another number, or as null, was not kept; digits after the point may be rounded. */
function isKept(written: string): boolean {
  const value = Number(written);
  if (!Number.isFinite(value)) return false;
  if (/^-?\d+$/.test(written)) return BigInt(written) === BigInt(value);
  const [digits = ''] = written.split(/e/i);
  return value !== 0 || !/[1-9]/.test(digits);
}
