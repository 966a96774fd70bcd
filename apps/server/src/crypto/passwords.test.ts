import { argon2Sync } from 'node:crypto';
import { hashSync } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from './passwords.ts';

const hasher = createPasswordHasher();

describe('password hashes', () => {
  it('are argon2id at the floor (threats, limits), with a salt of their own', async () => {
    const [first, second] = await Promise.all([hasher.hash('correct horse'), hasher.hash('correct horse')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(first).not.toBe(second);
  });

  it('match their password only', async () => {
    const stored = await hasher.hash('correct horse');
    expect(await hasher.verify('correct horse', stored)).toEqual({ matches: true, needsRehash: false });
    expect(await hasher.verify('correct horsf', stored)).toEqual({ matches: false, needsRehash: false });
  });

  it('match however the keyboard composed the characters', async () => {
    expect(await hasher.verify('cafe\u0301', await hasher.hash('caf\u00e9'))).toMatchObject({ matches: true });
  });

  it('with weaker parameters still match and ask to be renewed', async () => {
    const salt = Buffer.alloc(16, 3);
    const weak = argon2Sync('argon2id', {
      message: 'old',
      nonce: salt,
      parallelism: 1,
      tagLength: 32,
      memory: 8192,
      passes: 1,
    });
    const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const stored = `$argon2id$v=19$m=8192,t=1,p=1$${base64(salt)}$${base64(weak)}`;
    expect(await hasher.verify('old', stored)).toEqual({ matches: true, needsRehash: true });
  });

  it.each([
    '',
    'plain',
    '$2b$10$abcdefghijklmnopqrstuv',
    `$2b$15$${'a'.repeat(53)}`,
    `$2b$31$${'a'.repeat(53)}`,
    `$2x$10$${'a'.repeat(53)}`,
    `$2$10$${'a'.repeat(53)}`,
    '$argon2id$v=19$m=8,t=2,p=2$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',
    '$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',
    '$argon2x$v=19$m=64,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',
    '$argon2id$v=19$m=9999999,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',
    '$argon2id$v=19$m=262144,t=5,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA',
  ])('in an unknown or ruinous form are an error: %s', async (stored) => {
    expect(hasher.isHash(stored)).toBe(false);
    await expect(hasher.verify('x', stored)).rejects.toThrow(/known form/);
  });

  // Hashes that other programs made: bcrypt by PHP and Python, argon2 with parameters of their own.
  it.each([
    ['bcrypt 2b', hashSync('correct horse', 4)],
    ['bcrypt 2a', hashSync('correct horse', 4).replace('$2b$', '$2a$')],
    ['bcrypt 2y', hashSync('correct horse', 4).replace('$2b$', '$2y$')],
    ['argon2i', foreignArgon2('argon2i')],
    ['argon2d', foreignArgon2('argon2d')],
    ['argon2id', foreignArgon2('argon2id')],
  ])('of other systems match their password and ask to be renewed: %s', async (_name, stored) => {
    expect(hasher.isHash(stored)).toBe(true);
    expect(await hasher.verify('correct horse', stored)).toEqual({ matches: true, needsRehash: true });
    expect(await hasher.verify('correct horsf', stored)).toMatchObject({ matches: false });
  });

  describe('of bcrypt, which looks at 72 bytes', () => {
    const long = 'a'.repeat(71) + 'bcdefgh'.repeat(3);

    it('let the person in, and are kept while the password is longer: the rest was never checked', async () => {
      const stored = hashSync(long, 4);
      expect(await hasher.verify(long, stored)).toEqual({ matches: true, needsRehash: false });
      expect(await hasher.verify(`${long.slice(0, -1)}x`, stored)).toEqual({ matches: true, needsRehash: false });
      expect(await hasher.verify(`x${long.slice(1)}`, stored)).toMatchObject({ matches: false });
    });

    it('are counted in bytes, not in characters', async () => {
      const inChinese = '密'.repeat(25);
      expect(await hasher.verify(inChinese, hashSync(inChinese, 4))).toEqual({ matches: true, needsRehash: false });
      const short = '密'.repeat(24);
      expect(await hasher.verify(short, hashSync(short, 4))).toEqual({ matches: true, needsRehash: true });
    });

    it('are not renewed by a password with NUL in it, where others stopped reading', async () => {
      const stored = hashSync('secret\0one', 4);
      expect(await hasher.verify('secret\0one', stored)).toEqual({ matches: true, needsRehash: false });
    });
  });

  it('of bcrypt are read as its reference implementation writes them', async () => {
    const published = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';
    expect(await hasher.verify('U*U', published)).toEqual({ matches: true, needsRehash: true });
  });

  it('are refused once too many callers wait, and work again afterwards', async () => {
    const small = createPasswordHasher({ concurrency: 1, maxWaiting: 2 });
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => small.waste('x')));
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(outcomes[4]).toMatchObject({ reason: { code: 'too_many_requests', detail: { retryAfterSeconds: 1 } } });
    await expect(small.waste('x')).resolves.toBeUndefined();
  });
});

function foreignArgon2(algorithm: 'argon2id' | 'argon2i' | 'argon2d'): string {
  const parameters = { parallelism: 4, tagLength: 32, memory: 1024, passes: 3 };
  const nonce = Buffer.alloc(16, 7);
  const hash = argon2Sync(algorithm, { message: 'correct horse', nonce, ...parameters });
  const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$${algorithm}$v=19$m=1024,t=3,p=4$${base64(nonce)}$${base64(hash)}`;
}
