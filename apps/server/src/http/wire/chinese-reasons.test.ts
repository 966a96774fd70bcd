import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { DomainError } from '../../core/ground/errors.ts';
import { messageOf } from '../requests/errors.ts';
import { chineseReason } from './chinese-reasons.ts';

const source = new URL('../../', import.meta.url);
const folders = ['core', 'http', 'messages'];
const text = String.raw`(?:'((?:[^'\\\n]|\\.)+)'|\x60((?:[^\x60\\]|\\.)+)\x60)`;
/** What stands after `reason`, or last in a call of `refuse` or `mistake`; where there is a choice, both. */
const reasonPattern = new RegExp(
  String.raw`(?:\breason(?::| =)(?:[^'\x60\n;]*[?:=] *)?|\b(?:refuse|mistake)\((?:[^'\x60\n]*,|'[\w.]+',|\x60[^\x60]*\x60,)?)\s*${text}(?:\s*:\s*${text})?`,
  'g',
);

/** Every reason of a refusal, with 7 in place of what it fills in. */
const reasons = new Set(
  folders
    .flatMap((folder) =>
      readdirSync(new URL(folder, source), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
    )
    .filter((name) => /^(?!.*(\.test|\.fixture|chinese-reasons|\btesting)\.ts$).*\.ts$/.test(name))
    .flatMap((name) => [...readFileSync(new URL(name, source), 'utf8').matchAll(reasonPattern)])
    .flatMap((match) => match.slice(1))
    .filter((reason) => reason !== undefined)
    .map((reason) => reason.replace(/\$\{[^}]*\}/g, '7'))
    // One word is a detail of an audit event.
    .filter((reason) => reason.includes(' ')),
);

it('are there for every reason of a refusal', () => {
  expect(reasons.size).toBeGreaterThan(120);
  expect([...reasons].filter((reason) => !/[\u4e00-\u9fff]/.test(chineseReason(reason))).sort()).toEqual([]);
});

it.each([
  [
    'must be 1 to 64 letters, digits, - or _, beginning with a letter',
    '应为 1 到 64 个字母、数字、- 或 _，并以字母开头',
  ],
  ['must be 1 to 100', '应为 1 到 100 个'],
  ['must be one of bool, term', '应为以下之一：bool, term'],
  ['seat is of type OBJECT: IN is not for it', 'seat 的类型为 OBJECT，不支持 IN'],
  ['BETWEEN takes 2', 'BETWEEN 需要 2 个值'],
  ['IN takes 1 to 100', 'IN 需要 1 到 100 个值'],
  [
    'CHANNEL_BIND_MFA has no use here: use one of CHANNEL_LOGIN',
    '不支持 CHANNEL_BIND_MFA，请使用以下之一：CHANNEL_LOGIN',
  ],
  ['the operator must set SMTP_URL and MAIL_FROM', '服务器管理员需要设置 SMTP_URL 和 MAIL_FROM'],
  ['something that nobody says', 'something that nobody says'],
])('name what the reason names: %s', (english, chinese) => {
  expect(chineseReason(english)).toBe(chinese);
});

it('stand in Chinese messages, with their numbers; English ones are as they were', () => {
  const error = new DomainError('password_too_weak', { field: 'password', reason: 'must have at least 8 characters' });
  expect(messageOf(error, 'zh')).toBe('密码过短或过于常见：password：至少 8 个字符');
  expect(messageOf(error, 'en')).toBe(
    'This password is too short or too common: password must have at least 8 characters',
  );
});
