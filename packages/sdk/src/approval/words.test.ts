import { errorTable } from '@passbeam/protocol';
import { expect, it } from 'vitest';
import { ApiError, errorCodeOf } from '../errors.ts';
import { failureOf } from './failures.ts';
import { type ApprovalWords, wordsIn } from './words.ts';

const textsOf = (words: ApprovalWords): [path: string, text: string][] =>
  Object.entries({ ...words, heading: words.heading('X') }).flatMap(([group, value]) =>
    typeof value === 'string'
      ? [[group, value] as [string, string]]
      : Object.entries(value).flatMap(([name, texts]) =>
          [texts].flat().map((text, index) => [`${group}.${name}.${index}`, String(text)] as [string, string]),
        ),
  );

it('are Chinese for any Chinese, else English', () => {
  expect(['zh', 'zh-CN', 'ZH-Hant'].map((lang) => wordsIn(lang).advice)).toEqual(
    Array(3).fill('如果不是你本人发起，请拒绝。'),
  );
  expect([undefined, 'en-US', 'fr'].map((lang) => wordsIn(lang).advice)).toEqual(
    Array(3).fill('Decline if you did not start this.'),
  );
});

it('are sentences of their own language, under the same names', () => {
  const en = textsOf(wordsIn('en'));
  const zh = textsOf(wordsIn('zh'));
  expect(zh.map(([path]) => path)).toEqual(en.map(([path]) => path));
  for (const [path, text] of en) expect(text, path).toMatch(/^[\x20-\x7e…]{3,}$/);
  for (const [path, text] of zh) expect(text, path).toMatch(/\p{Script=Han}{2}/u);
  expect(new Set(en.map(([, text]) => text)).size).toBe(en.length);
});

it('every refusal of the protocol has a meaning, by its exact name and, from older servers, by its numbers', () => {
  for (const [name, { statusCode, apiCode }] of Object.entries(errorTable)) {
    for (const refusal of [name as keyof typeof errorTable, null]) {
      const error = new ApiError(errorCodeOf(statusCode, apiCode ?? null), 'no', { statusCode, apiCode, refusal });
      const failure = failureOf(error);
      const text =
        'outcome' in failure ? wordsIn('en').outcomes[failure.outcome][1] : wordsIn('en').troubles[failure.trouble];
      expect(text, name).toEqual(expect.any(String));
    }
  }
});
