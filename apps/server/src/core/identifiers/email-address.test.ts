import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEmail, readEmail } from './email-address.ts';

const refusal = expect.objectContaining({
  code: 'invalid_argument',
  detail: expect.objectContaining({ field: 'email' }),
});

it.each(['alice@example.com', 'a+b@sub.example.co', "o'neil@example.com", 'Alice@Example.com', 'a@localhost'])(
  'takes %s as it is',
  (email) => {
    expect(parseEmail(email)).toBe(email);
  },
);

describe('one address has one form', () => {
  it.each([
    ['a domain in letters', 'kate@münchen.de', 'kate@xn--mnchen-3ya.de'],
    ['in capitals', 'kate@MÜNCHEN.DE', 'kate@xn--mnchen-3ya.de'],
    ['in decomposed letters', 'kate@mu\u0308nchen.de', 'kate@xn--mnchen-3ya.de'],
    ['as the name system has it', 'kate@xn--mnchen-3ya.de', 'kate@xn--mnchen-3ya.de'],
    ['with a sharp s', 'kate@straße.de', 'kate@xn--strae-oqa.de'],
    ['in Cyrillic', 'kate@пример.рф', 'kate@xn--e1afmkfd.xn--p1ai'],
    ['in Chinese, with an ideographic full stop', 'kate@例子。广告', 'kate@xn--fsqu00a.xn--4rr70v'],
    ['in Arabic', 'kate@مثال.إختبار', 'kate@xn--mgbh0fb.xn--kgbechtv'],
    ['with a joiner after a virama', 'kate@ශ්\u200dරී.com', 'kate@xn--10cl1a0b660p.com'],
    ['with a non-joiner between letters', 'kate@نامه\u200cای.com', 'kate@xn--mgba3gch31f060k.com'],
    ['full-width', 'ｋａｔｅ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'kate@example.com'],
    ['with direction marks', '\u202akate@example.com\u202c', 'kate@example.com'],
    ['with zero-width characters', 'ka\u200bte@exam\u200dple.com\ufeff', 'kate@example.com'],
    ['with spaces around', ' kate@example.com\u00a0', 'kate@example.com'],
  ])('%s', (_, typed, email) => {
    expect(parseEmail(typed)).toBe(email);
  });

  it('reading that form again gives it again, whatever was typed', () => {
    const unit = fc.oneof(
      fc.constantFrom(...'abcZ09.-_ü例م\u200d\u200c。'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    );
    const part = fc.string({ unit, minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(part, part, (local, domain) => {
        const email = readEmail(`${local}@${domain}`);
        if (email !== null) expect(readEmail(email)).toBe(email);
      }),
      { numRuns: 1_000 },
    );
  });
});

it.each([
  '',
  'alice',
  '@example.com',
  'a@',
  'a b@example.com',
  'a@b@c',
  '"a b"@example.com',
  'a@exa\nmple.com',
  'a@-example.com',
  'a@example.com.',
  'a@xn--zzzzzzzz-.com',
  'kate@[127.0.0.1]',
  'kate@127.0.0.1',
  'kate@127.1',
  'kate@[IPv6:::1]',
  'кате@example.com',
  `${'x'.repeat(65)}@example.com`,
  `${'x'.repeat(250)}@example.com`,
  `a@${'x'.repeat(64)}.com`,
])('refuses %j', (email) => {
  expect(() => parseEmail(email)).toThrow(refusal);
});
