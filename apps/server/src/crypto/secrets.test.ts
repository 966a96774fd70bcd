import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecrets } from './secrets.ts';

const secrets = createSecrets([Buffer.alloc(32, 7)]);

describe('randomId', () => {
  it('has the length asked for, of letters and digits only, and never repeats', () => {
    const ids = Array.from({ length: 20_000 }, () => secrets.randomId(32));
    expect(ids.every((id) => /^[A-Za-z0-9]{32}$/.test(id))).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('favours no character', () => {
    const counts = new Map<string, number>();
    const total = 620_000;
    for (const character of secrets.randomId(total)) counts.set(character, (counts.get(character) ?? 0) + 1);
    expect(counts.size).toBe(62);
    // A plain modulo would give the first eight letters 25 % more than the rest.
    for (const count of counts.values()) expect(Math.abs(count - total / 62) / (total / 62)).toBeLessThan(0.08);
  });

  it('skips bytes that would favour the first letters', () => {
    const bytes = [255, 248, 0, 247];
    const counted = createSecrets([Buffer.alloc(32, 7)], () => Buffer.from(bytes));
    expect(counted.randomId(2)).toBe('A9');
  });

  it('throws when the source of randomness fails', () => {
    const broken = createSecrets([Buffer.alloc(32, 7)], () => {
      throw new Error('no entropy');
    });
    expect(() => broken.randomId(8)).toThrow('no entropy');
    expect(() => broken.randomToken()).toThrow('no entropy');
  });
});

describe('hash and equal', () => {
  it('is SHA-256 in base64url', () => {
    expect(secrets.hash('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it.each([
    ['same', 'same', true],
    ['same', 'samf', false],
    ['same', 'same-and-more', false],
    ['', '', true],
    ['密码', '密码', true],
  ])('compares %s with %s', (a, b, expected) => {
    expect(secrets.equal(a, b)).toBe(expected);
  });
});

describe('derive', () => {
  it('gives the same value for the same parts and master key', () => {
    const again = createSecrets([Buffer.alloc(32, 7)]);
    expect(again.derive(again.currentKeyId, 'ticket', 'id')).toBe(secrets.derive(secrets.currentKeyId, 'ticket', 'id'));
  });

  it('keeps the borders between parts', () => {
    const values = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['1:a', 'bc']].map((parts) =>
      secrets.derive(secrets.currentKeyId, ...parts),
    );
    expect(new Set(values).size).toBe(values.length);
  });

  it('knows no other key', () => {
    const other = createSecrets([randomBytes(32)]);
    expect(other.currentKeyId).not.toBe(secrets.currentKeyId);
    expect(other.derive(secrets.currentKeyId, 'ticket')).toBeNull();
  });
});
