import { type Reason, reasonText } from '@passbeam/protocol';
import { visit } from 'jsonc-parser';

const maxDepth = 20;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

export class NotStrictJson extends Error {
  readonly reason: Reason;
  readonly field: string | undefined;

  constructor(reason: Reason, field?: string) {
    super([field, reasonText(reason, 'en')].filter(Boolean).join(' '));
    this.reason = reason;
    this.field = field;
  }
}

/**
 * JSON that has one reading: no duplicate or prototype keys, NUL, lone surrogates or numbers that cannot be kept, and at most twenty
 * levels (threats T21, T32). @throws NotStrictJson
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NotStrictJson('notJson');
  }
  checkTokens(text);
  return value;
}

function checkTokens(text: string): void {
  const keysByDepth: Set<string>[] = [];
  const refuse = (reason: Reason, field?: string): never => {
    throw new NotStrictJson(reason, field);
  };
  const enter = () => {
    if (keysByDepth.push(new Set()) > maxDepth) refuse(['nestedTooDeep', maxDepth]);
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
      if (keys?.has(key)) refuse('givenTwice', key);
      keys?.add(key);
      if (forbiddenKeys.has(key)) refuse('forbiddenKey', key);
      if (!isCleanText(key)) refuse('brokenKey');
    },
    onLiteralValue(value: unknown, offset: number, length: number) {
      if (typeof value === 'number' && !isKept(text.slice(offset, offset + length))) refuse('numberNotKept');
      if (typeof value === 'string' && !isCleanText(value)) refuse('brokenString');
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
