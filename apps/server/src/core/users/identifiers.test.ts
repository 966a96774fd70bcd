import { expect, it } from 'vitest';
import { earlierPhoneSpellings, loginKey, parseExternalId, phoneOf } from './identifiers.ts';

it('refuses odd external ids', () => {
  expect(parseExternalId('hr-0001')).toBe('hr-0001');
  expect(() => parseExternalId('a\nb')).toThrow(
    expect.objectContaining({ code: 'invalid_argument', detail: expect.objectContaining({ field: 'externalId' }) }),
  );
});

it.each([
  [' Alice ', 'alice'],
  ['\u202aalice\u202c', 'alice'],
  ['ａｌｉｃｅ', 'alice'],
  ['+86 138-0000-0001', '+8613800000001'],
  ['138 0000 0001', '+8613800000001'],
  ['Cafe\u0301', 'café'],
  ['Bob@Example.com', 'bob@example.com'],
  ['bob@MÜNCHEN.de', 'bob@xn--mnchen-3ya.de'],
  ['12345', '12345'],
])('counts failures of the login %j under %j', (typed, key) => {
  expect(loginKey(typed)).toBe(key);
});

it.each([
  ['+8613800000001', null, '+8613800000001'],
  ['13800000001', null, '+8613800000001'],
  ['13800000001', '+86', '+8613800000001'],
  ['764444444', '49', '+49764444444'],
  ['0764444444', '+41', '+41764444444'],
  ['12', null, '12'],
])('reads the phone %s with the country %s, as an earlier release kept it', (phone, phoneCountryCode, one) => {
  expect(phoneOf({ phone, phoneCountryCode })).toBe(one);
});

it('knows how an earlier release kept a phone', () => {
  expect(earlierPhoneSpellings('+8613800000001')).toEqual(expect.arrayContaining(['8613800000001', '13800000001']));
  expect(earlierPhoneSpellings('+41764444444')).toEqual(expect.arrayContaining(['764444444', '0764444444']));
});
