import { describe, expect, it } from 'vitest';
import { readKeySet } from './key-set.ts';
import { ecKey, edKey, rsaKey } from './test-world.ts';

const rsa = rsaKey('a');
const { jwk } = rsa;
const privateJwk = rsa.privateKey.export({ format: 'jwk' });

describe('a key set', () => {
  it('holds RSA, EC and Ed25519 keys, with and without alg', () => {
    const set = readKeySet({ keys: [jwk, ecKey('b').jwk, edKey('c').jwk, { ...jwk, kid: 'd', alg: 'RS256' }] });
    expect(set.size).toBe(4);
    expect(set.passedOver).toEqual([]);
  });

  it.each([
    ['no object', null, /no list "keys"/],
    ['no list', { keys: {} }, /no list "keys"/],
    ['a key that is a text', { keys: ['k'] }, /keys\[0\]/],
    ['101 keys', { keys: Array.from({ length: 101 }, () => jwk) }, /101 keys, more than 100/],
    ['a private key', { keys: [ecKey('b').jwk, { ...privateJwk, kid: 'a' }] }, /private key: keys\[1\] has "d"/],
    ['a shared secret', { keys: [jwk, { kty: 'oct', k: 'c2VjcmV0' }] }, /keys\[1\] has "k"/],
    ['a private key that is null', { keys: [{ ...jwk, d: null }] }, /has "d"/],
  ])('is refused whole with %s', (_, document, reason) => {
    expect(() => readKeySet(document)).toThrow(reason);
  });

  it.each([
    ['1024 bits', rsaKey('x', 1024).jwk, 'is an RSA key of 1024 bits'],
    ['9000 bits', { ...jwk, n: Buffer.alloc(1125, 0xff).toString('base64url') }, 'is an RSA key of 9000 bits'],
    ['a huge exponent', { ...jwk, e: Buffer.alloc(64, 0xff).toString('base64url') }, 'has a huge exponent'],
    ['a point off its curve', { ...ecKey('x').jwk, x: ecKey('y').jwk.x }, 'is no public key that can be used'],
    ['an unknown type', { kty: 'XYZ', kid: 'x' }, 'is no public key that can be used'],
  ])('passes over a key of %s, and keeps the others', (_, bad, reason) => {
    const set = readKeySet({ keys: [bad, jwk] });
    expect(set.size).toBe(1);
    expect(set.passedOver).toEqual([`keys[0] ${reason}`]);
  });

  it.each([
    [[jwk], ['RS256'], true],
    [[jwk], ['ES256', 'PS384'], true],
    [[jwk], ['ES256'], false],
    [[{ ...jwk, alg: 'RS512' }], ['RS256'], false],
    [[{ ...jwk, use: 'enc' }], ['RS256'], false],
    [[edKey().jwk], ['EdDSA'], true],
    [[ecKey().jwk], ['ES384'], false],
    [[], ['RS256'], false],
  ])('says whether a key fits the algorithms (%#)', (keys, algorithms, fits) => {
    expect(readKeySet({ keys }).fits(algorithms)).toBe(fits);
  });
});
