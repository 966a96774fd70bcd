import { expect, it } from 'vitest';
import { type Reason, type ReasonRow, reasons, reasonText } from './reasons.ts';

/** Every reason with its texts, in which each value to fill in is 7, which reads alike as number, text and list. */
const all = Object.entries<ReasonRow>(reasons).map(([name, row]) => {
  const filled = Array.from({ length: typeof row === 'function' ? row.length : 0 }, () => ['7']);
  const reason = (filled.length > 0 ? [name, ...filled] : name) as Reason;
  return { name, sevens: filled.length, en: reasonText(reason, 'en'), zh: reasonText(reason, 'zh') };
});

it.each(all)('$name has a text in English and in Chinese', ({ en, zh, sevens }) => {
  expect(en).toMatch(/^[\x20-\x7e]+$/);
  expect(zh).toMatch(/[\u4e00-\u9fff]/);
  expect(en.split('7').length - 1).toBeGreaterThanOrEqual(sevens);
});

it('has one name for each pair of texts', () => {
  expect(new Set(all.map(({ en, zh }) => `${en} ${zh}`)).size).toBe(all.length);
});

it.each<[Reason, english: string, chinese: string]>([
  [
    'notFieldKey',
    'must be 1 to 64 letters, digits, - or _, beginning with a letter',
    '应为 1 到 64 个字母、数字、- 或 _，并以字母开头',
  ],
  [['notCountTo', 100], 'must be 1 to 100', '应为 1 到 100 个'],
  [['notOneOf', ['bool', 'term']], 'must be one of bool, term', '应为以下之一：bool, term'],
  [
    ['operatorNotForType', 'seat', 'OBJECT', 'IN'],
    'seat is of type OBJECT: IN is not for it',
    'seat 的类型为 OBJECT，不支持 IN',
  ],
  [['operatorTakes', 'BETWEEN', 2], 'BETWEEN takes 2', 'BETWEEN 需要 2 个值'],
  [['operatorTakesBetween', 'IN', 1, 100], 'IN takes 1 to 100', 'IN 需要 1 到 100 个值'],
  [
    ['noUseBut', 'CHANNEL_BIND_MFA', ['CHANNEL_LOGIN']],
    'CHANNEL_BIND_MFA has no use here: use one of CHANNEL_LOGIN',
    '不支持 CHANNEL_BIND_MFA，请使用以下之一：CHANNEL_LOGIN',
  ],
  [
    ['messagesNotSetUp', 'SMTP_URL', 'MAIL_FROM'],
    'the operator must set SMTP_URL and MAIL_FROM',
    '服务器管理员需要设置 SMTP_URL 和 MAIL_FROM',
  ],
])('%s names the values that are filled in', (reason, english, chinese) => {
  expect(reasonText(reason, 'en')).toBe(english);
  expect(reasonText(reason, 'zh')).toBe(chinese);
});

it('is a closed table: other reasons do not compile', () => {
  const wrong: Reason[] = [
    // @ts-expect-error a sentence instead of a name
    'is required',
    // @ts-expect-error a name that is not in the table
    'somethingNobodySays',
    // @ts-expect-error a reason without the value to fill in
    'tooMany',
    // @ts-expect-error a text where a number is filled in
    ['tooMany', 'many'],
    // @ts-expect-error one value too many
    ['tooMany', 1, 2],
    // @ts-expect-error a value for a reason that fills none in
    ['required', 1],
  ];
  const rows: ReasonRow[] = [
    // @ts-expect-error a reason in one language
    ['is half said'],
    // @ts-expect-error a reason in one language that fills a value in
    (max: number) => [`is at most ${max}`],
  ];
  expect([wrong.length, rows.length]).toEqual([6, 2]);
});
