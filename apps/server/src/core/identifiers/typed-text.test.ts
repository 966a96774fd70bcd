import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainDigits, plainTyped, withoutEdges } from './typed-text.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 30 });

it.each([
  ['spaces', '563 378'],
  ['hyphens', '563-378'],
  ['full-width digits', '５６３３７８'],
  ['Arabic-Indic digits', '٥٦٣٣٧٨'],
  ['Persian digits', '۵۶۳ ۳۷۸'],
  ['Devanagari digits', '५६३३७८'],
  ['digits outside the basic plane', '𞥕𞥖𞥓𞥓𞥗𞥘'],
  ['no-break and narrow spaces', '563\u00a0\u202f378'],
  ['direction marks around', '\u202d563378\u202c'],
  ['zero-width spaces inside', '563\u200b378\ufeff'],
  ['a non-breaking hyphen', '563\u2011378'],
])('reads a passcode with %s', (_, typed) => {
  expect(plainDigits(typed)).toBe('563378');
});

it('folds full-width letters and leaves out what cannot be seen', () => {
  expect(plainTyped('\u2068ｋａｔｅ＠ｅｘａｍｐｌｅ．ｃｏｍ\u2069\u200e ')).toBe('kate@example.com');
  expect(plainTyped('ka\u00adte')).toBe('kate');
});

it('takes direction marks and spaces from the ends alone', () => {
  expect(withoutEdges('\u202a alice\u202c\n')).toBe('alice');
  expect(withoutEdges('al\u200bice')).toBe('al\u200bice');
});

it('reads nothing in a text that is longer than what people type', () => {
  for (const fold of [plainTyped, plainDigits, withoutEdges]) {
    expect(fold('1'.repeat(1024))).toBe('1'.repeat(1024));
    expect(fold('1'.repeat(1025))).toBe('');
  }
});

it('does nothing to its own results', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      for (const fold of [plainTyped, plainDigits, withoutEdges]) expect(fold(fold(text))).toBe(fold(text));
    }),
  );
});
