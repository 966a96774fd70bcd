import { expect, it } from 'vitest';
import { normalizeLogin, parseExternalId } from './identifiers.ts';

it('refuses odd external ids', () => {
  expect(parseExternalId('hr-0001')).toBe('hr-0001');
  expect(() => parseExternalId('a\nb')).toThrow(
    expect.objectContaining({ code: 'invalid_argument', detail: expect.objectContaining({ field: 'externalId' }) }),
  );
});

it.each([
  [' alice ', 'alice'],
  ['+86 138-0000-0001', '+8613800000001'],
  ['Cafe\u0301', 'Café'],
  ['Bob@Example.com', 'Bob@Example.com'],
])('reads the login %j as %j', (typed, login) => {
  expect(normalizeLogin(typed)).toBe(login);
});
