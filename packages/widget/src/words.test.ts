import { expect, it } from 'vitest';
import { chooseLanguage, wordingOf } from './words.ts';

it.each([
  [['zh-CN'], 'zh'],
  [['ZH'], 'zh'],
  [['zha'], 'en'],
  [['', 'zh-TW'], 'zh'],
  [['fr', 'zh'], 'en'],
  [[null, undefined], 'en'],
] as const)('reads %j as %s', (tags, language) => {
  expect(chooseLanguage(tags)).toBe(language);
});

it('shortens a long name that would hide what happened, and cuts no character in half', () => {
  const person = { displayName: '🦊'.repeat(40), photo: '' };
  expect(wordingOf({ name: 'scanned', person }, 'zh').title).toBe(`${'🦊'.repeat(32)}… 已扫码`);
});

it('keeps its words while a code renews itself', () => {
  const renewing = wordingOf({ name: 'loading', isRenewal: true }, 'en');
  expect(renewing).toBe(wordingOf({ name: 'pending', code: { qrcodeId: 'x', url: '' } }, 'en'));
});
