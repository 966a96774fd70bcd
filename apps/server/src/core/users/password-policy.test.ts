import { describe, expect, it } from 'vitest';
import { checkPassword, passwordSecurityLevel } from './password-policy.ts';

describe('checkPassword', () => {
  it.each(['correct horse battery', 'tr0ub4', '密码很长很长', 'x7!kQz'])('takes %s', (password) => {
    expect(() => checkPassword(password, 'password', ['alice', null, undefined])).not.toThrow();
  });

  it.each([
    ['five characters', 'x7!kQ'],
    ['five characters of two units each', '🦊🐻🐼🐨🐯'],
    ['a common one', '123456'],
    ['a common one in capitals', 'PassWord1'],
    ['one character over and over', 'zzzzzzzzzz'],
    ['two characters over and over', 'xyxyxyxyxy'],
    ['the username', 'Alice.Smith'],
    ['the local part of the e-mail address', 'asmith77'],
  ])('refuses %s', (_, password) => {
    expect(() => checkPassword(password, 'newPassword', ['alice.smith', 'asmith77@example.com'])).toThrow(
      expect.objectContaining({ code: 'password_too_weak', detail: expect.objectContaining({ field: 'newPassword' }) }),
    );
  });

  it('never repeats the password in the refusal', () => {
    expect(() => checkPassword('hunter2', 'password', [])).toThrow(
      expect.objectContaining({ detail: { field: 'password', reason: expect.not.stringContaining('hunter2') } }),
    );
  });

  it.each([
    ['too long', 'xyz'.repeat(400)],
    ['broken', 'abcdefg\ud800'],
  ])('refuses what is %s as malformed', (_, password) => {
    expect(() => checkPassword(password, 'password', [])).toThrow(
      expect.objectContaining({ code: 'invalid_argument' }),
    );
  });
});

it.each([
  ['x7!kqz', 1],
  ['abcdefgh', 1],
  ['abcdefg1', 2],
  ['abcdefghijkl', 2],
  ['Abcdefghijk1', 3],
  ['correct horse battery', 3],
])('measures %s as level %i', (password, level) => {
  expect(passwordSecurityLevel(password)).toBe(level);
});
