import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DomainError } from '../core/errors.ts';
import { chineseReason } from './chinese-reasons.ts';
import { messageOf } from './errors.ts';

const folder = new URL('../core/users/', import.meta.url);
const reasonPattern = /(?:reason: |refuse\(|\? refuse\()\s*(?:'((?:[^'\\]|\\.)+)'|`((?:[^`\\]|\\.)+)`)/g;

/** Every reason that the rules about people give, with 7 in place of what they fill in. */
const reasons = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .flatMap((name) => [...readFileSync(new URL(name, folder), 'utf8').matchAll(reasonPattern)])
  .map(([, plain, template]) => (plain ?? template ?? '').replace(/\$\{[^}]*\}/g, '7'))
  // One word is a detail of an audit event.
  .filter((reason) => reason.includes(' '));

const forDevelopers = [
  '7 belongs to the product: choose another name',
  '7 cannot be searched here',
  '7 is not a text',
  '7 is of type 7: 7 is not for it',
  'a SELECT needs some',
  'are for SELECT only',
  'is required by the settings of the user pool: POST /api/v3/unbind-7',
  'must be 1 to 64 letters, digits, - or _, beginning with a letter',
  'must be a text or a number',
  'must be at most 7',
  'must be true or false',
  'must differ from each other',
  'must each have 1 to 7 characters',
  'must not be larger than 7 bytes as JSON',
  'must not be nested deeper than 7 levels',
  'must not have a key named 7',
  'must not have more than 7 keys',
];

it('are there for what people can type; every other reason is for developers and listed here', () => {
  const untranslated = reasons.filter((reason) => !/[\u4e00-\u9fff]/.test(chineseReason(reason)));
  expect([...new Set(untranslated)].sort()).toEqual(forDevelopers);
});

it('stand in Chinese messages, with their numbers; English ones are as they were', () => {
  const error = new DomainError('password_too_weak', { field: 'password', reason: 'must have at least 8 characters' });
  expect(messageOf(error, 'zh')).toBe('密码过短或过于常见：password：至少 8 个字符');
  expect(messageOf(error, 'en')).toBe(
    'This password is too short or too common: password must have at least 8 characters',
  );
});
