import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { hs256 } from './hs256.ts';

const now = Date.UTC(2026, 10, 20);
const iat = now / 1000;
const secret = 'app-secret-of-at-least-32-characters';
const claims = { sub: 'user-1', aud: 'app-1', sid: 'login-1', iat, exp: iat + 60 };
const secretsOf = (applicationId: string) => (applicationId === 'app-1' ? ['newer', secret] : []);
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('V2 login tokens', () => {
  it('are verified by each live secret of the application they name', async () => {
    const token = await hs256.sign(claims, secret);
    expect(await hs256.verify(token, secretsOf, now)).toEqual(claims);
    expect(await hs256.verify(token, () => ['another secret of 32 characters!'], now)).toBeNull();
    expect(await hs256.verify(token, () => [], now)).toBeNull();
    expect(await hs256.verify(token, () => [''], now)).toBeNull();
  });

  it('expire at their time, with half a minute of leeway', async () => {
    const token = await hs256.sign(claims, secret);
    expect(await hs256.verify(token, secretsOf, now + 89_000)).not.toBeNull();
    expect(await hs256.verify(token, secretsOf, now + 91_000)).toBeNull();
  });

  it.each(['sub', 'aud', 'sid', 'iat', 'exp'])('must have %s', async (name) => {
    const { [name as 'sub']: _, ...rest } = claims;
    expect(await hs256.verify(await hs256.sign(rest, secret), secretsOf, now)).toBeNull();
  });

  it.each<[string, () => string | Promise<string>]>([
    ['a list of audiences', () => hs256.sign({ ...claims, aud: ['app-1'] }, secret)],
    [
      'HS512',
      () =>
        new SignJWT(claims)
          .setProtectedHeader({ alg: 'HS512', typ: 'JWT' })
          .sign(new TextEncoder().encode(secret.repeat(2))),
    ],
    [
      'another typ',
      () =>
        new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt' }).sign(new TextEncoder().encode(secret)),
    ],
    ['alg none', () => `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`],
    ['RS256 with a made-up signature', () => `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}.c2ln`],
    ['words', () => 'not a token'],
    ['three dots', () => '...'],
    ['a header that is no object', () => `${encode([])}.${encode(claims)}.c2ln`],
    ['nothing', () => ''],
  ])('are not %s', async (_name, make) => {
    expect(await hs256.verify(await make(), secretsOf, now)).toBeNull();
  });
});
