import { readdirSync, readFileSync } from 'node:fs';
import { reasons } from '@passbeam/protocol';
import { expect, it } from 'vitest';
import { DomainError } from '../../core/ground/errors.ts';
import { messageOf } from './errors.ts';

it('name the field and the reason, in the language asked for', () => {
  const error = new DomainError('password_too_weak', { field: 'password', reason: ['passwordTooShort', 8] });
  expect(messageOf(error, 'zh')).toBe('密码过短或过于常见：password：至少 8 个字符');
  expect(messageOf(error, 'en')).toBe(
    'This password is too short or too common: password must have at least 8 characters',
  );
});

it('say what there is to say, where field or reason is absent', () => {
  expect(messageOf(new DomainError('malformed_request', { reason: 'holdsNul' }), 'en')).toBe(
    'The request could not be read: holds a NUL',
  );
  expect(messageOf(new DomainError('wrong_old_password', { field: 'oldPassword' }), 'zh')).toBe(
    '原密码错误：oldPassword',
  );
  expect(messageOf(new DomainError('qr_expired'), 'en')).toBe('The QR code has expired: create a new one');
});

it('give every reason of the table', () => {
  const source = new URL('../../', import.meta.url);
  const texts = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(new URL(name, source), 'utf8'))
    .join('\n');
  expect(Object.keys(reasons).filter((name) => !texts.includes(`'${name}'`))).toEqual([]);
});
