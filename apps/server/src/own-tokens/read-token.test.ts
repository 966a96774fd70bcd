import { describe, expect, it } from 'vitest';
import { readToken } from './read-token.ts';
import { rsaKey, signTexts } from './test-world.ts';

const key = rsaKey('k');
const header = '{"alg":"RS256"}';

describe('a token taken apart', () => {
  it('shows its header and claims', () => {
    const token = signTexts('{"alg":"RS256","kid":"k","typ":"at+jwt"}', '{"sub":"a"}', key);
    expect(readToken(token)).toEqual({ header: { alg: 'RS256', kid: 'k', typ: 'at+jwt' }, claims: { sub: 'a' } });
  });

  it.each([
    ['a claim given twice', header, '{"sub":"a","sub":"b"}', /sub is given twice/],
    ['an algorithm given twice', '{"alg":"none","alg":"RS256"}', '{}', /alg is given twice/],
    ['a claim written twice in two ways', header, '{"sub":"a","\\u0073ub":"b"}', /sub is given twice/],
    ['__proto__', header, '{"__proto__":{"sub":"admin"}}', /__proto__ is not an allowed key/],
    ['a number that loses digits', header, '{"sub":1234567890123456789}', /cannot be kept/],
    ['21 levels', header, `{"a":${'['.repeat(20)}${']'.repeat(20)}}`, /deeper than 20/],
    ['a NUL', header, '{"sub":"a\\u0000"}', /NUL/],
    ['a payload that is a list', header, '[]', /no object/],
    ['a header that is null', 'null', '{}', /no object/],
    ['no JSON', header, 'sub=a', /payload that cannot be read/],
    ['no algorithm', '{}', '{}', /no algorithm/],
    ['a kid that is a number', '{"alg":"RS256","kid":1}', '{}', /kid/],
    ['a kid of 257 characters', `{"alg":"RS256","kid":"${'k'.repeat(257)}"}`, '{}', /kid/],
    ['a typ that is a list', '{"alg":"RS256","typ":["JWT"]}', '{}', /typ/],
    ['crit', '{"alg":"RS256","crit":["exp"],"exp":1}', '{}', /crit/],
    ['an empty crit', '{"alg":"RS256","crit":[]}', '{}', /crit/],
    ['more than 8 KiB', header, JSON.stringify({ groups: 'g'.repeat(9000) }), /longer than 8192/],
  ])('is refused for %s', (_, headerText, payload, reason) => {
    expect(() => readToken(signTexts(headerText, payload, key))).toThrow(reason);
  });

  it.each(['', 'a', 'a.b', '..', 'a.b.c.d', '{"alg":"RS256"}', 'e30=.e30.x', 'e3 0.e30.x', 'e30.e30.x'])(
    'is none when it is %j',
    (text) => {
      expect(() => readToken(text)).toThrow();
    },
  );

  it('is not taken for unreadable alone when it is encrypted: five parts', () => {
    expect(() => readToken('a.b.c.d.e')).toThrow(/encrypted/);
  });
});
