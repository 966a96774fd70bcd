import { expect, it } from 'vitest';
import { bundleWidget } from './bundle.fixture.ts';
import { youngCss, youngNames, youngSyntax } from './old-browsers.fixture.ts';

/** Names that a promised browser lacks, with the reason why the widget works without them. */
const guarded = {
  attachInternals: 'states only: `attempt`',
  states: 'as attachInternals',
  adoptedStyleSheets: 'else a style element',
  replaceSync: 'as adoptedStyleSheets',
  CSSStyleSheet: 'as adoptedStyleSheets: it exists everywhere, its constructor does not',
  prerendering: 'asked for with `in`',
  reason: 'undefined is as good: whoever aborted knows why',
};

/** Names of young interfaces that the widget does not use: it means those of older ones, or of its own objects. */
const ours = ['state', 'person', 'status', 'cause', 'replace', 'lang', 'body', 'loading', 'size'];

/** CSS for decoration: a browser that does not know it shows a plainer widget. */
const plainer = [
  'image-rendering',
  'text-wrap',
  'forced-color-adjust',
  'print-color-adjust',
  '-webkit-print-color-adjust',
  'forced-colors',
  'prefers-contrast',
  'focus-visible',
  'color-scheme',
  'outline',
];

it('uses no interface that a promised browser lacks, unless it works without it', async () => {
  const unexplained = youngNames(await bundleWidget()).filter((name) => !(name in guarded) && !ours.includes(name));
  expect(unexplained).toEqual([]);
});

it('recognises names that are younger than the promised browsers', () => {
  const code = 'Object.hasOwn(x.at(0), y); new WeakRef(z); element.ariaHidden = 1; new Array(x) in y';
  expect(youngNames(code)).toEqual(['hasOwn', 'at', 'ariaHidden']);
  expect(youngSyntax('class A { static {} }')).toEqual(['static block']);
  expect(youngCss('a:has(b) { color: light-dark(red, blue) }')).toEqual(['has', 'light-dark']);
});

it('is written in syntax that every promised browser reads', async () => {
  expect(youngSyntax(await bundleWidget())).toEqual([]);
});

it('uses only CSS that every promised browser understands, except for decoration', async () => {
  const [css = ''] = /:host\{.*?(?=`)/s.exec(await bundleWidget()) ?? [];
  expect(css.length).toBeGreaterThan(3_000);
  expect(youngCss(css).filter((name) => !plainer.includes(name))).toEqual([]);
});
