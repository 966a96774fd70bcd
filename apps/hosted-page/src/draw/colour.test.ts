import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accentOn, contrast, grounds, parse } from './colour.ts';

const css = readFileSync(new URL('../page.css', import.meta.url), 'utf8');
const color = fc.integer({ min: 0, max: 0xffffff }).map((number) => `#${number.toString(16).padStart(6, '0')}`);

it.each(['light', 'dark'] as const)('any colour is readable as text, and under text, in %s', (scheme) => {
  fc.assert(
    fc.property(color, (wished) => {
      const { accent, ink } = accentOn(scheme, wished);
      expect(contrast(parse(accent), parse(grounds[scheme]))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(parse(accent), parse(ink))).toBeGreaterThanOrEqual(4.5);
    }),
  );
});

it('a colour that is readable stays as it is', () => {
  expect(accentOn('light', '#0b5c4a')).toEqual({ accent: '#0b5c4a', ink: '#ffffff' });
  expect(accentOn('dark', '#ffe600')).toEqual({ accent: '#ffe600', ink: '#0b0e14' });
});

it('the grounds are those of the style sheet', () => {
  expect([...css.matchAll(/--raised: (#\w+);/g)].map(([, value]) => value)).toEqual([grounds.light, grounds.dark]);
});
