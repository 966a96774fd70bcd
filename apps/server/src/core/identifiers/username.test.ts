import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUsername, usernameKey, usernameSkeletons } from './username.ts';

const refusal = expect.objectContaining({
  code: 'invalid_argument',
  detail: expect.objectContaining({ field: 'username' }),
});
const lookAlike = (one: string, other: string) =>
  usernameSkeletons(one).some((skeleton) => usernameSkeletons(other).includes(skeleton));

describe('parseUsername', () => {
  it.each([
    'alice',
    'Алиса',
    '小明',
    'a',
    'a.b-c_d',
    '12345',
    'x'.repeat(64),
    'ශ්\u200dරී',
    'כ״ץ',
    'ジャン・ポール',
    'a1!#$',
  ])('takes %s', (username) => {
    expect(parseUsername(username)).toBe(username);
  });

  it('keeps one form of letters that are the same', () => {
    expect(parseUsername('Cafe\u0301')).toBe('Café');
    expect(parseUsername('ａｌｉｃｅ１')).toBe('alice1');
    expect(parseUsername('ｱﾘｽ')).toBe('アリス');
  });

  it('leaves out what a selection takes along', () => {
    expect(parseUsername('\u202a alice\u202c\u200b')).toBe('alice');
  });

  it.each([
    ['empty', ''],
    ['65 characters', 'x'.repeat(65)],
    ['a space', 'a b'],
    ['a line break', 'a\nb'],
    ['a bidi override', 'a\u202eb'],
    ['a zero width space', 'a\u200bb'],
    ['a joiner between Latin letters', 'al\u200dice'],
    ['a combining grapheme joiner', 'al\u034fice'],
    ['a variation selector', 'alice\ufe0f1'],
    ['a variation selector of the supplement', 'al\u{e0100}ice'],
    ['a tag', 'al\u{e0061}ice'],
    ['a Hangul filler', '\u3164'],
    ['half-width Hangul fillers', '\uffa0\uffa0'],
    ['an invisible operator', 'a\u2062b'],
    ['the empty Braille cell', '\u2800'],
    ['NUL', 'a\0b'],
    ['a lone surrogate', 'a\ud800'],
    ['private use', 'a\ue000'],
    ['an emoji', 'fox🦊'],
    ['styled letters', '𝖆𝖑𝖎𝖈𝖊'],
    ['circled letters', 'ⓐlice'],
    ['a ligature', 'ﬁsh'],
    ['digits of two kinds', '٠۰'],
    ['an e-mail address', 'bob@example.com'],
    ['a full-width e-mail address', 'bob＠example.com'],
    ['a phone number', '+8613800000001'],
    ['a phone number in disguise', '138-0000-0001'],
    ['a full-width phone number', '１３８０００００００１'],
    ['a phone number in other digits', '٢٣٨٠٠٠٠٠٠٠١'],
  ])('refuses %s', (_, username) => {
    expect(() => parseUsername(username)).toThrow(refusal);
  });
});

describe('usernameKey', () => {
  it.each([
    ['ALICE', 'alice'],
    ['ａＬice', 'alice'],
    ['al\u034fice\ufe0f', 'alice'],
    ['CAFE\u0301', 'café'],
    ['ÅSA', 'åsa'],
  ])('%j is %s', (username, key) => {
    expect(usernameKey(username)).toBe(key);
  });

  it('does nothing to its own results', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (text) => {
        expect(usernameKey(usernameKey(text))).toBe(usernameKey(text));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('look-alikes', () => {
  it.each([
    ['a Cyrillic letter', 'аlice', 'alice'],
    ['a Cyrillic capital', 'АLICE', 'alice'],
    ['all Cyrillic', 'рауре', 'paype'],
    ['a Greek letter', 'bοb', 'bob'],
    ['a digit one', 'a1ice', 'alice'],
    ['a zero', 'b0b', 'bOb'],
    ['a capital i', 'paypaI', 'paypal'],
    ['the other way', 'lan', 'Ian'],
    ['r and n', 'rnary', 'mary'],
    ['a dotless i', 'alıce', 'alice'],
    ['Cherokee', 'Ꭺlice', 'Alice'],
    ['what cannot be seen', 'al\u034fice', 'alice'],
    ['a second dot on an i, drawn as one', 'ali\u0307ce', 'alice'],
    ['a dotted capital', 'AL\u0130CE', 'alice'],
    ['a dotless i with a dot', 'al\u0131\u0307ce', 'alice'],
  ])('%s', (_, one, other) => {
    expect(lookAlike(one, other)).toBe(true);
  });

  it.each([
    ['alice', 'alicia'],
    ['bob', 'rob'],
    ['小明', '小名'],
    ['user-1', 'user-2'],
    ['anna', 'hanna'],
    ['álice', 'alice'],
  ])('%s is not %s', (one, other) => {
    expect(lookAlike(one, other)).toBe(false);
  });
});
