import { describe, expect, it } from 'vitest';
import { anEntry, goodClaims, openChecks, rsaKey, signToken } from './test-world.ts';

const key = rsaKey('rsa');
const entry = anEntry({ keys: [key.jwk], algorithms: ['RS256'] });
const tokenOf = (part: object) => signToken({ ...goodClaims, ...part }, key);

describe('what an operator reads of refused tokens', () => {
  it('is the reason, once a minute for each entry', async () => {
    const { verdict, refused, skip } = openChecks([entry]);
    for (let count = 0; count < 3; count += 1) await verdict(tokenOf({ aud: 'other' }));
    expect(refused).toEqual([
      {
        entry: 'company',
        reason: 'wrong_audience',
        claim: 'aud',
        expected: 'https://login.example.com',
        issuer: 'https://auth.example.com',
      },
    ]);
    await verdict(tokenOf({ sub: 42 }));
    expect(refused).toHaveLength(2);
    skip(60);
    await verdict(tokenOf({ aud: 'other' }));
    expect(refused).toHaveLength(3);
  });

  it.each(['https://auth.example.com/', 'https://AUTH.example.com'])(
    'names the issuer that %s comes near',
    async (iss) => {
      const { verdict, refused } = openChecks([entry]);
      await verdict(tokenOf({ iss }));
      expect(refused).toMatchObject([{ issuer: iss, hint: expect.stringContaining('"https://auth.example.com"') }]);
    },
  );

  it('holds no part of the token but its issuer, cut short', async () => {
    const { verdict, refused } = openChecks([entry]);
    await verdict(tokenOf({ iss: `https://${'x'.repeat(500)}`, sub: 'm4rk3r' }));
    expect(refused).toMatchObject([{ issuer: expect.stringMatching(/^.{128}$/), reason: 'unknown_issuer' }]);
    expect(JSON.stringify(refused)).not.toContain('m4rk3r');
  });
});
