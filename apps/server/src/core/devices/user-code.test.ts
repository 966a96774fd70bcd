import { describe, expect, it } from 'vitest';
import { createSecrets } from '../../crypto/secrets.ts';
import { newUserCode, readUserCode } from './user-code.ts';

const secrets = createSecrets([Buffer.alloc(32, 7)]);

describe('a new user code', () => {
  it('is eight letters of the alphabet without look-alikes, and a dash', () => {
    const codes = Array.from({ length: 500 }, () => newUserCode(secrets));
    for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
    expect(new Set(codes).size).toBe(500);
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(20);
  });
});

describe('a typed user code', () => {
  it.each(['WDJB-MJHT', 'wdjbmjht', ' wdjb mjht ', 'WDJB–MJHT', 'w-d-j-b-m-j-h-t', 'ＷＤＪＢ－ＭＪＨＴ', 'WDJB.MJHT'])(
    'is read in one form: %j',
    (typed) => {
      expect(readUserCode(typed)).toBe('WDJB-MJHT');
    },
  );

  it.each(['', 'WDJB', 'WDJB-MJHTT', 'ADJB-MJHT', 'WDJB-MJH1', '\0', 'a'.repeat(64)])(
    'that cannot be one is none: %j',
    (typed) => {
      expect(readUserCode(typed)).toBeNull();
    },
  );
});
