import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { youngCss, youngNames, youngSyntax } from '../../../packages/widget/src/old-browsers.fixture.ts';
import { type Double, openDouble } from './double.fixture.ts';

/** The page runs in the browsers that the widget promises: nobody chooses where a link to a sign-in opens. */
const guarded = {
  replaceSync: "the widget's: else a style element",
  adoptedStyleSheets: 'as replaceSync',
  reason: 'undefined is as good: whoever aborted knows why',
};
/** Names of young interfaces that the page does not use: it means those of older ones, or of its own objects. */
const ours = ['replace', 'loading', 'lang', 'body', 'filter', 'login', 'with'];
/** CSS for decoration: a browser that does not know it shows a plainer page. */
const plainer = [
  ...['color-scheme', 'text-size-adjust', 'text-wrap', 'outline', 'appearance', 'focus-visible'],
  ...['prefers-contrast', 'forced-colors'],
];

let double: Double;
beforeAll(async () => {
  double = await openDouble();
});
afterAll(() => double.close());
const fileOf = (name: string) => readFile(join(double.folder, name), 'utf8');

it('uses no interface and no syntax that a promised browser lacks, unless it works without it', async () => {
  const script = await fileOf('page.js');
  expect(youngNames(script).filter((name) => !(name in guarded) && !ours.includes(name))).toEqual([]);
  expect(youngSyntax(script)).toEqual([]);
});

it('uses only CSS that every promised browser understands, except for decoration', async () => {
  expect(youngCss(await fileOf('page.css')).filter((name) => !plainer.includes(name))).toEqual([]);
});
