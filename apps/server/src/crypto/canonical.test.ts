import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isCanonicalBase64url, isCanonicalJwt } from './canonical.ts';

describe('base64url', () => {
  it('is in its one form when it was encoded from any bytes', () => {
    for (let length = 0; length < 40; length++) {
      expect(isCanonicalBase64url(randomBytes(length).toString('base64url'))).toBe(true);
    }
  });

  it.each(['QQ==', 'QR', 'QUF', 'Q', 'Q Q', 'QQ\n', '+_8', 'QQ!', 'QQ.'])('%j is another form', (text) => {
    expect(isCanonicalBase64url(text)).toBe(false);
  });
});

it('a token of three parts is in its one form when each part is', () => {
  expect(isCanonicalJwt('QQ.QUE.QUFB')).toBe(true);
  for (const token of ['QR.QUE.QUFB', 'QQ.QUF.QUFB', 'QQ.QUE.QQ==', 'QQ.QUE', 'QQ.QUE.QUFB.QQ', ' QQ.QUE.QUFB']) {
    expect(isCanonicalJwt(token), token).toBe(false);
  }
});
