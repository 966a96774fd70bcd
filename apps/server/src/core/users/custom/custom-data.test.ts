import { type Reason, reasonText } from '@passbeam/protocol';
import { describe, expect, it } from 'vitest';
import { checkCustomData, mergeCustomData } from './custom-data.ts';

const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
const nested = (levels: number): Record<string, unknown> => (levels === 1 ? { a: 1 } : { a: nested(levels - 1) });

describe('checkCustomData', () => {
  it.each([
    ['empty', {}],
    ['50 keys', keys(50)],
    ['5 levels', nested(5)],
    ['just under 4 KiB', { a: 'x'.repeat(4096 - '{"a":""}'.length) }],
    ['every kind of value', { a: null, b: [1, 'x', { c: true }] }],
  ])('takes %s', (_, customData) => {
    expect(() => checkCustomData(customData, 'customData')).not.toThrow();
  });

  it.each([
    ['51 keys', keys(51), /50 keys/],
    ['51 keys over several levels', { a: keys(25), b: keys(24) }, /50 keys/],
    ['6 levels', nested(6), /5 levels/],
    ['6 levels of lists', { a: [[[[[1]]]]] }, /5 levels/],
    ['over 4 KiB', { a: 'x'.repeat(4097) }, /4096 bytes/],
    ['over 4 KiB in UTF-8 only', { a: '汉'.repeat(1500) }, /4096 bytes/],
    ['__proto__', JSON.parse('{"__proto__":{"isAdmin":true}}'), /__proto__/],
    ['constructor, nested', { a: [{ constructor: { prototype: 1 } }] }, /constructor/],
    ['prototype', { prototype: 1 }, /prototype/],
    ['NUL', { a: 'x\0' }, /NUL/],
    ['NUL in a key', { 'a\0': 1 }, /NUL/],
    ['a lone surrogate', { a: '\ud800' }, /broken/],
  ])('refuses %s, naming the field', (_, customData, reason) => {
    expect(() => checkCustomData(customData, 'profile.customData')).toThrow(
      expect.objectContaining({
        code: 'invalid_argument',
        detail: {
          field: 'profile.customData',
          reason: expect.toSatisfy((given: Reason) => reason.test(reasonText(given, 'en'))),
        },
      }),
    );
  });
});

describe('mergeCustomData', () => {
  it('replaces named keys, keeps the others, removes on null', () => {
    expect(mergeCustomData({ a: 1, b: 2, c: 3 }, { b: { x: 1 }, c: null }, 'customData')).toEqual({
      a: 1,
      b: { x: 1 },
    });
  });

  it('holds the outcome to the limits, not only the change', () => {
    expect(() =>
      mergeCustomData(keys(40), { ...keys(5), ...{ x1: 1, x2: 1, x3: 1, x4: 1, x5: 1 } }, 'customData'),
    ).not.toThrow();
    const more = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`m${index}`, 1]));
    expect(() => mergeCustomData(keys(40), more, 'customData')).toThrow(/invalid_argument/);
  });

  it('never touches a prototype', () => {
    expect(() => mergeCustomData({}, JSON.parse('{"__proto__":{"isAdmin":true}}'), 'customData')).toThrow();
    expect(({} as Record<string, unknown>).isAdmin).toBeUndefined();
  });
});
