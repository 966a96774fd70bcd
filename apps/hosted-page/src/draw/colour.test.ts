import { systemSheet } from '@passbeam/widget/look/sheet';
import { colors } from '@passbeam/widget/look/tokens';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { accentOn, contrast, grounds, parse } from './colour.ts';

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
  expect(accentOn('dark', '#ffe600')).toEqual({ accent: '#ffe600', ink: '#14171f' });
});

it('the grounds are those of the style sheet', () => {
  const found = [...systemSheet.matchAll(/--raised:(#\w+);/g)].map(([, value]) => value);
  expect(found).toEqual([grounds.light, grounds.dark]);
});

const texts = ['text', 'soft', 'accent', 'good', 'warn', 'bad'] as const;
const pairs = [
  ...(['ground', 'surface', 'raised', 'chosen'] as const).flatMap((ground) =>
    texts.map((text) => [text, ground] as const),
  ),
  ...(['accent', 'good', 'warn', 'bad'] as const).map((tone) => [tone, `${tone}-ground`] as const),
  ...(['accent', 'accent-strong', 'good', 'bad', 'bad-strong'] as const).map(
    (tone) => [`${tone.replace('-strong', '') as 'accent' | 'good' | 'bad'}-ink`, tone] as const,
  ),
  ...(['text', 'soft'] as const).map((text) => [text, 'lifted'] as const),
];

it.each(pairs)('%s is readable on %s', (text, ground) => {
  for (const scheme of [0, 1] as const) {
    expect(contrast(parse(colors[text][scheme]), parse(colors[ground][scheme]))).toBeGreaterThanOrEqual(4.5);
  }
});

it.each(['ground', 'surface', 'raised'] as const)('the edge of a control can be seen on %s', (ground) => {
  for (const scheme of [0, 1] as const) {
    expect(contrast(parse(colors['line-strong'][scheme]), parse(colors[ground][scheme]))).toBeGreaterThanOrEqual(3);
  }
});
