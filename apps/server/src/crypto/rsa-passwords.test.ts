import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newRsaKey, openRsaKey } from './rsa-passwords.ts';

const key = openRsaKey(await newRsaKey());

const encrypt = (text: string | Buffer) =>
  publicEncrypt({ key: key.publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString('base64');

const decrypt = (ciphertext: string) => key.decrypt(ciphertext)?.toString() ?? null;

/** A ciphertext whose decrypted block is exactly these bytes, filled up with `fill`. */
function encryptBlock(head: number[], fill = 1, tail: number[] = []): string {
  const block = Buffer.alloc(256, fill);
  block.set(head, 0);
  block.set(tail, 256 - tail.length);
  return publicEncrypt({ key: key.publicKey, padding: constants.RSA_NO_PADDING }, block).toString('base64');
}

describe('encrypted passwords', () => {
  it.each(['correct horse battery', '', '密码🗝', '\ufeffbom', 'x'.repeat(245)])('come back as sent: %s', (password) => {
    expect(decrypt(encrypt(password))).toBe(password);
  });

  it.each([
    ['the smallest padding', () => encryptBlock([0, 2, 9, 9, 9, 9, 9, 9, 9, 9, 0], 65), 'A'.repeat(245)],
    ['a zero inside the message', () => encryptBlock([0, 2], 9, [0, 65, 0, 66]), 'A\0B'],
    ['a first byte that is not zero', () => encryptBlock([1, 2], 1, [0, 65]), null],
    ['block type 1', () => encryptBlock([0, 1], 1, [0, 65]), null],
    ['seven bytes of padding', () => encryptBlock([0, 2, 9, 9, 9, 9, 9, 9, 9, 0], 65), null],
    ['no separator', () => encryptBlock([0, 2], 1), null],
    ['noise', () => randomBytes(256).fill(0, 0, 1).toString('base64'), null],
    ['a number above the modulus', () => Buffer.alloc(256, 0xff).toString('base64'), null],
    ['too few bytes', () => randomBytes(255).toString('base64'), null],
    ['too many bytes', () => randomBytes(300).toString('base64'), null],
    ['nothing', () => '', null],
    ['plain text', () => 'correct horse battery', null],
  ])('with %s', (_, ciphertext, expected) => {
    expect(decrypt(ciphertext())).toBe(expected);
  });

  it('have a PEM key of 2048 bits without a line feed at its end', () => {
    expect(key.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n[\s\S]+\n-----END PUBLIC KEY-----$/);
  });
});
