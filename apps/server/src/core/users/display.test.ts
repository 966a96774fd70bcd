import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, displayName, photoUrl } from './display.ts';
import type { Profile } from './user.ts';

const nobody = { username: null, email: null, phone: null, profile: {} as Profile };

describe('displayName', () => {
  it.each([
    ['nickname first', { username: 'u', profile: { nickname: 'Nick', name: 'Name' } }, 'Nick'],
    ['then username', { username: 'u', profile: { name: 'Name' } }, 'u'],
    ['then name', { profile: { name: 'Name', givenName: 'G' } }, 'Name'],
    ['then given name', { profile: { givenName: 'G', familyName: 'F' } }, 'G'],
    ['then family name', { profile: { familyName: 'F' } }, 'F'],
    ['then the masked e-mail address', { email: 'mara@example.com', phone: '+8613800000001' }, 'm***@example.com'],
    ['then the masked phone', { phone: '+8613800000001' }, '***0001'],
    ['then a neutral word', {}, 'User'],
    ['an empty nickname does not count', { username: 'u', profile: { nickname: '  ' } }, 'u'],
    ['nor an invisible one', { username: 'u', profile: { nickname: '\u200b\u202e\u2060\u3164\u0301' } }, 'u'],
    ['a null nickname does not count', { username: 'u', profile: { nickname: null } }, 'u'],
    ['emoji alone are a name', { username: 'u', profile: { nickname: '🦊' } }, '🦊'],
  ])('%s', (_, user, expected) => {
    expect(displayName({ ...nobody, ...user })).toBe(expected);
  });

  it('never shows an e-mail address whole, however short', () => {
    expect(displayName({ ...nobody, email: 'a@b.co' })).toBe('a***@b.co');
  });
});

const binaryUnit = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
const tricky = [
  'a',
  ' ',
  '\n',
  '\u0301',
  '\u0327',
  '\u200d',
  '\u200c',
  '\u094d',
  'ක',
  'ی',
  '\u200b',
  '\u202e',
  '\ufe0f',
  '\ufeff',
  '👩',
  '🏽',
  '❤',
  '\ud800',
  '\udc00',
  '가',
  '\u11a8',
];

describe('cleanText', () => {
  it.each([
    ['bidi override', 'admin\u202egnp.exe', 'admingnp.exe'],
    ['bidi isolates and marks', '\u2066a\u2069\u200eb\u200f', 'ab'],
    ['line break', 'Mara\r\nYour bank', 'Mara Your bank'],
    ['line and paragraph separators', 'a\u2028b\u2029c', 'a b c'],
    ['NUL and escape', 'a\u0000\u001b[31mb', 'a [31mb'],
    ['zero width space', 'a\u200bb\ufeffc', 'abc'],
    ['decomposed letters are composed', 'Cafe\u0301', 'Café'],
    ['lone surrogate', 'a\ud800b', 'ab'],
    ['tag characters', 'a\u{e0061}\u{e0062}b', 'ab'],
    ['private use', 'a\ue000b', 'ab'],
    ['a pile of combining marks is cut', `a${'\u0336'.repeat(50)}`, `a${'\u0336'.repeat(4)}`],
    ['family emoji stays whole', '👨‍👩‍👧', '👨‍👩‍👧'],
    ['skin tone and joiner stay', '👩🏽‍💻', '👩🏽‍💻'],
    ['emoji with variation selector and joiner stays', '❤️‍🔥', '❤️‍🔥'],
    ['a joiner between letters goes', 'ad\u200dmin', 'admin'],
    ['a non-joiner between Latin letters goes', 'ad\u200cmin', 'admin'],
    ['Sinhala keeps its joiner after a virama', 'ශ්\u200dරී', 'ශ්\u200dරී'],
    ['Persian keeps its non-joiner', 'می\u200cخواهم', 'می\u200cخواهم'],
    ['after a letter that joins to the right only as well', 'امیر\u200cحسین', 'امیر\u200cحسین'],
    ['and between letters with vowel signs', 'مِی\u064e\u200cخ', 'مِی\u064e\u200cخ'],
    ['Hindi keeps joiner and non-joiner after a virama', 'क्\u200dष क्\u200cष', 'क्\u200dष क्\u200cष'],
    ['Malayalam keeps its chillu letters', 'അവന്\u200d', 'അവന്\u200d'],
    ['Bengali keeps a joiner before a virama', 'র\u200d্যাব', 'র\u200d্যাব'],
    ['joiners in a row are one', 'ශ්\u200d\u200dරී', 'ශ්\u200dරී'],
    ['a joiner at the end of Arabic goes', 'علی\u200d', 'علی'],
    ['Burmese syllables keep all their marks', 'မြွှေား', 'မြွှေား'],
    ['markup is only text', '<script>alert(1)</script>', '<script>alert(1)</script>'],
    ['homoglyphs stay: they are letters', 'аdmin', 'аdmin'],
    ['spaces are collapsed', '  a \t  b  ', 'a b'],
  ])('%s', (_, given, expected) => {
    expect(cleanText(given)).toBe(expected);
  });

  it('caps a 10 kB name at 64 code points, without cutting one in half', () => {
    expect(cleanText('x'.repeat(10_240))).toBe('x'.repeat(64));
    expect(cleanText('🦊'.repeat(5_000))).toBe('🦊'.repeat(64));
  });

  it('gives one short, well-formed, visible line for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(fc.constantFrom(...tricky), binaryUnit), maxLength: 120 }), (text) => {
        const clean = cleanText(text);
        expect([...clean].length).toBeLessThanOrEqual(64);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]/u);
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });
});

describe('photoUrl', () => {
  const publicUrl = 'https://login.example.com';
  const fallback = `${publicUrl}/avatars/default.png`;

  it.each([
    ['an https address', 'https://example.com/a.png?s=1', 'https://example.com/a.png?s=1'],
    ['upper-case scheme', 'HTTPS://example.com/a.png', 'https://example.com/a.png'],
    ['none', null, fallback],
    ['empty', '', fallback],
    ['javascript', 'javascript:alert(1)', fallback],
    ['data', 'data:image/svg+xml,<svg onload=alert(1)>', fallback],
    ['http', 'http://example.com/a.png', fallback],
    ['relative', '/a.png', fallback],
    ['scheme-relative', '//example.com/a.png', fallback],
    ['user info', 'https://user:secret@example.com/a.png', fallback],
    ['empty user info', 'https://@example.com/a.png', 'https://example.com/a.png'],
    ['double quote', 'https://example.com/a.png"onerror="alert(1)', fallback],
    ['single quote', "https://example.com/a.png'", fallback],
    ['line break inside', 'https://exa\nmple.com/a.png', fallback],
    ['space', 'https://example.com/a b.png', fallback],
    ['backslash', 'https://example.com\\@evil.example/a.png', fallback],
    ['angle brackets', 'https://example.com/<svg>', fallback],
    ['bidi override', 'https://example.com/\u202egnp.a', fallback],
    ['no host', 'https://', fallback],
  ])('%s', (_, photo, expected) => {
    expect(photoUrl({ profile: { photo } }, publicUrl)).toBe(expected);
  });
});
