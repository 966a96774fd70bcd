import { describe, expect, it } from 'vitest';
import { createSealer } from './sealer.ts';

const key = Buffer.alloc(32, 1);
const sealer = createSealer([key], 'store');

describe('sealer', () => {
  it('gives back what was sealed, and never the same text twice', () => {
    const text = 'app-secret 密 🗝';
    const [first, second] = [sealer.seal(text), sealer.seal(text)];
    expect(first).not.toBe(second);
    expect(first).toMatch(/^s1\.[\w-]+\.[\w-]+$/);
    expect(first).not.toContain('app-secret');
    expect([sealer.unseal(first), createSealer([key], 'store').unseal(second), sealer.unseal(sealer.seal(''))]).toEqual(
      [text, text, ''],
    );
  });

  it('tells the operator when the key is another one', () => {
    expect(() => createSealer([Buffer.alloc(32, 2)], 'store').unseal(sealer.seal('x'))).toThrow(/SECRET_KEY/);
  });

  it('does not open for another purpose', () => {
    expect(() => createSealer([key], 'file').unseal(sealer.seal('x'))).toThrow(/altered|purpose/);
  });

  it.each([
    ['nothing', () => ''],
    ['plain text', () => 'app-secret'],
    ['another version', (sealed: string) => sealed.replace('s1.', 's2.')],
    ['a cut', (sealed: string) => sealed.slice(0, sealed.lastIndexOf('.') + 5)],
    ['more after the end', (sealed: string) => `${sealed}.more`],
    ['padding', (sealed: string) => `${sealed}=`],
    ['a blank within', (sealed: string) => `${sealed.slice(0, -5)} ${sealed.slice(-5)}`],
    ['a shortened tag', (sealed: string) => sealed.slice(0, -4)],
    [
      'a flipped bit',
      (sealed: string) => `${sealed.slice(0, -6)}${sealed.at(-6) === 'A' ? 'B' : 'A'}${sealed.slice(-5)}`,
    ],
  ])('refuses %s', (_, spoil) => {
    expect(() => sealer.unseal(spoil(sealer.seal('a longer secret text')))).toThrow(/sealed text/);
  });
});
