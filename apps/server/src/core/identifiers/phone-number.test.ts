import fc from 'fast-check';
import { isValidPhoneNumber } from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { looksLikePhone, parsePhone, parsePhoneCountryCode, phoneParts, readPhone } from './phone-number.ts';

const refusing = (field: string) =>
  expect.objectContaining({ code: 'invalid_argument', detail: expect.objectContaining({ field }) });

describe('one phone has one form', () => {
  it.each([
    ['+8613912345678', '+86'],
    ['13912345678', '+86'],
    ['13912345678', undefined],
    ['8613912345678', '+86'],
    ['008613912345678', '+49'],
    ['+86 139-1234-5678', '+1'],
    ['+86 (139) 1234.5678', '+86'],
    ['tel:+86-139-1234-5678', '+86'],
    ['\u202d139 1234 5678\u202c', '+86'],
    ['\u200e+86\u200b13912345678', '+86'],
    ['139\u20111234\u20115678', '+86'],
    ['139–1234—5678', '+86'],
    ['１３９１２３４５６７８', '+86'],
    ['＋８６１３９１２３４５６７８', '+86'],
    ['١٣٩١٢٣٤٥٦٧٨', '+86'],
    ['139\u00a01234\u202f5678', '+86'],
  ])('%j of %s', (typed, countryCode) => {
    expect(parsePhone(typed, countryCode)).toBe('+8613912345678');
  });

  it.each([
    ['764444444', '+49', '+49764444444'],
    ['0764444444', '+49', '+49764444444'],
    ['764444444', '+41', '+41764444444'],
    ['+49 (0) 764 444444', '+86', '+49764444444'],
    ['06 1234 5678', '+39', '+390612345678'],
    ['(415) 555-0100', '+1', '+14155550100'],
    ['011 49 764 444444', '+1', '+49764444444'],
    ['07911 123456', '+44', '+447911123456'],
  ])('%s of %s is %s', (typed, countryCode, phone) => {
    expect(parsePhone(typed, countryCode)).toBe(phone);
  });

  it.each(['', '123456', '+1234567890123456', '138000a0001', '++8613800000001', 'call me', '+999123456', '+86138'])(
    'refuses %j',
    (phone) => {
      expect(() => parsePhone(phone)).toThrow(refusing('phone'));
    },
  );

  it('reading that form again gives it again, whatever was typed', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789+ -'), minLength: 7, maxLength: 17 });
    const international = fc.tuple(fc.constantFrom('1', '52', '54', '86', '49', '39', '7', '225'), digits);
    const typed = fc.oneof(
      digits,
      international.map(([code, rest]) => `+${code}${rest}`),
    );
    fc.assert(
      fc.property(typed, fc.constantFrom('+86', '+1', '+49', '+54', '+39'), (text, countryCode) => {
        const phone = readPhone(text, countryCode);
        if (phone === null) return;
        expect(readPhone(phone, '+44')).toBe(phone);
        const parts = phoneParts(phone);
        expect(`${parts.phoneCountryCode}${parts.phone}`).toBe(phone);
        // Digits that no country gives out can be read in two ways, so only valid numbers are read back.
        if (isValidPhoneNumber(phone)) expect(parsePhone(parts.phone, parts.phoneCountryCode ?? '')).toBe(phone);
      }),
      { numRuns: 2_000 },
    );
  });
});

it.each([
  ['+86', '+86'],
  ['86', '+86'],
  [' ＋８６', '+86'],
  ['0086', '+86'],
  ['1', '+1'],
])('reads the country code %j as %s', (given, code) => {
  expect(parsePhoneCountryCode(given)).toBe(code);
});

it.each(['', 'CN', '+', '+12345', '+0'])('refuses the country code %j', (given) => {
  expect(() => parsePhoneCountryCode(given)).toThrow(refusing('phoneCountryCode'));
});

it('gives country and number apart, and leaves a number of no country whole', () => {
  expect(phoneParts('+8613800000001')).toEqual({ phone: '13800000001', phoneCountryCode: '+86' });
  expect(phoneParts('+390612345678')).toEqual({ phone: '0612345678', phoneCountryCode: '+39' });
  expect(phoneParts('13800000001')).toEqual({ phone: '13800000001', phoneCountryCode: null });
  expect(phoneParts('+999123456')).toEqual({ phone: '+999123456', phoneCountryCode: null });
});

it('tells what could be taken for a phone', () => {
  expect(['138-0000-0001', '+49764444444', '１３８００００１'].every(looksLikePhone)).toBe(true);
  expect(['alice', '123456', '12345'].some(looksLikePhone)).toBe(false);
});
