import { describe, expect, it } from 'vitest';
import {
  normalizeLogin,
  parseEmail,
  parseExternalId,
  parsePhone,
  parsePhoneCountryCode,
  parseUsername,
} from './identifiers.ts';

const refusing = (field: string) =>
  expect.objectContaining({ code: 'invalid_argument', detail: expect.objectContaining({ field }) });

describe('parseUsername', () => {
  it.each(['alice', 'Алиса', '小明', 'a', 'a.b-c_d', '12345', 'x'.repeat(64)])('takes %s', (username) => {
    expect(parseUsername(username)).toBe(username);
  });

  it('keeps one form of letters that look the same', () => {
    expect(parseUsername('Cafe\u0301')).toBe('Café');
  });

  it.each([
    ['empty', ''],
    ['65 characters', 'x'.repeat(65)],
    ['a space', 'a b'],
    ['a line break', 'a\nb'],
    ['a bidi override', 'a\u202eb'],
    ['a zero width space', 'a\u200bb'],
    ['NUL', 'a\0b'],
    ['a lone surrogate', 'a\ud800'],
    ['an e-mail address', 'bob@example.com'],
    ['a phone number', '+8613800000001'],
    ['a phone number in disguise', '138-0000-0001'],
  ])('refuses %s', (_, username) => {
    expect(() => parseUsername(username)).toThrow(refusing('username'));
  });
});

describe('parseEmail', () => {
  it.each(['alice@example.com', 'a+b@sub.example.co', "o'neil@example.com"])('takes %s', (email) => {
    expect(parseEmail(email)).toBe(email);
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
    `${'x'.repeat(250)}@example.com`,
  ])('refuses %j', (email) => {
    expect(() => parseEmail(email)).toThrow(refusing('email'));
  });
});

describe('parsePhone', () => {
  it.each([
    ['+8613800000001', '+8613800000001'],
    ['13800000001', '13800000001'],
    ['+1 (415) 555-0100', '+14155550100'],
  ])('takes %s as %s', (given, kept) => {
    expect(parsePhone(given)).toBe(kept);
  });

  it.each(['', '123456', '+1234567890123456', '138000a0001', '++8613800000001'])('refuses %j', (phone) => {
    expect(() => parsePhone(phone)).toThrow(refusing('phone'));
  });
});

it('refuses odd country codes and external ids', () => {
  expect(parsePhoneCountryCode('+86')).toBe('+86');
  expect(() => parsePhoneCountryCode('CN')).toThrow(refusing('phoneCountryCode'));
  expect(parseExternalId('hr-0001')).toBe('hr-0001');
  expect(() => parseExternalId('a\nb')).toThrow(refusing('externalId'));
});

it.each([
  [' alice ', 'alice'],
  ['+86 138-0000-0001', '+8613800000001'],
  ['Cafe\u0301', 'Café'],
  ['Bob@Example.com', 'Bob@Example.com'],
])('reads the login %j as %j', (typed, login) => {
  expect(normalizeLogin(typed)).toBe(login);
});
