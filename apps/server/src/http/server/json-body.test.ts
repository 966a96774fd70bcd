import { reasonText } from '@passbeam/protocol';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../core/ground/errors.ts';
import { parseJson } from './json-body.ts';

function refusal(body: string | Buffer): string {
  try {
    return `accepted ${JSON.stringify(parseJson(Buffer.from(body)))}`;
  } catch (error) {
    if (!(error instanceof DomainError) || error.detail.reason === undefined) throw error;
    return `${error.detail.field ?? ''} ${reasonText(error.detail.reason, 'en')}`.trim();
  }
}

describe('parseJson', () => {
  it('reads ordinary JSON, nested and with the same key in sibling objects', () => {
    expect(parseJson(Buffer.from('{"a":{"k":1},"b":[{"k":2},{"k":3}]}'))).toEqual({
      a: { k: 1 },
      b: [{ k: 2 }, { k: 3 }],
    });
  });

  it('keeps numbers that come back as they were sent', () => {
    expect(parseJson(Buffer.from('[1.669e+12,-0.5,0e9,9007199254740992]'))).toEqual([1.669e12, -0.5, 0, 2 ** 53]);
  });

  it.each([
    ['{"a":1,"a":2}', 'a is given twice'],
    ['{"a":1,"\\u0061":2}', 'a is given twice'],
    ['{"o":{"x":1,"x":1}}', 'x is given twice'],
    ['{"__proto__":{"admin":true}}', '__proto__ is not an allowed key'],
    ['{"a":{"constructor":{}}}', 'constructor is not an allowed key'],
    ['{"a":"\\u0000"}', 'a text holds a NUL or a broken character'],
    ['{"a":"\\ud800"}', 'a text holds a NUL or a broken character'],
    ['{"\\ud800":1}', 'a key holds a NUL or a broken character'],
    ['{"a":1e400}', 'a number cannot be kept as sent'],
    ['{"a":[-1e400]}', 'a number cannot be kept as sent'],
    ['{"a":1e-400}', 'a number cannot be kept as sent'],
    ['{"a":9007199254740993}', 'a number cannot be kept as sent'],
    ['{"a":', 'the body is not valid JSON'],
    ['// c\n{}', 'the body is not valid JSON'],
    [Buffer.from([0x22, 0xff, 0x22]), 'the body is not valid UTF-8'],
    ['['.repeat(21) + ']'.repeat(21), 'nesting is deeper than 20'],
  ])('refuses %s', (body, reason) => {
    expect(refusal(body)).toBe(reason);
  });
});
