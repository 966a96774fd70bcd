import { createHmac, createPublicKey } from 'node:crypto';
import {
  base64url,
  type CryptoKey,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PublicJwk } from '../core/tokens/signer.ts';
import { openSqlite } from '../stores/sql/open-sqlite.ts';
import { createSealer } from './sealer.ts';
import { createSecrets } from './secrets.ts';
import { createSigner, type RotatingSigner } from './signer.ts';

const issuer = 'https://login.example.test/oidc';
const startedAt = Date.UTC(2026, 10, 20);
const seconds = startedAt / 1000;
const secrets = createSecrets([Buffer.alloc(32, 4)]);

let now: number;
const clock = { now: () => now };
let keys: Awaited<ReturnType<typeof openSqlite>>['signingKeys'];
let signer: RotatingSigner;

const open = () => createSigner({ keys, issuer, clock, secrets });
const claims = (over: Record<string, unknown> = {}) => ({
  sub: 'user-1',
  aud: 'app-1',
  iat: seconds,
  exp: seconds + 7200,
  ...over,
});

beforeEach(async () => {
  now = startedAt;
  const stores = await openSqlite({ path: ':memory:', clock, ...createSealer([Buffer.alloc(32, 4)], 'store') });
  keys = stores.signingKeys;
  signer = await open();
});

describe('a signed token', () => {
  it('is verified with the claims that were signed', async () => {
    const token = await signer.sign(claims(), 'at+jwt');
    expect(await signer.verify(token, 'at+jwt')).toEqual({ iss: issuer, ...claims() });
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'RS256',
      typ: 'at+jwt',
      kid: (await signer.keySet()).keys[0]?.kid,
    });
  });

  it('is the same for the same claims', async () => {
    expect(await signer.sign(claims(), 'JWT')).toBe(await signer.sign(claims(), 'JWT'));
  });

  it('shows public halves only', async () => {
    expect(Object.keys((await signer.keySet()).keys[0] ?? {}).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });
});

/** The confusion corpus (threats T34): each line is a token that must not pass as an access token. */
describe('refuses', () => {
  let current: PublicJwk;
  beforeEach(async () => {
    [current] = (await signer.keySet()).keys as [PublicJwk];
  });

  const header = () => ({ alg: 'RS256', typ: 'at+jwt', kid: current.kid });
  const payload = (over: Record<string, unknown> = {}) => ({ iss: issuer, ...claims(over) });
  const encode = (value: unknown) => base64url.encode(JSON.stringify(value));
  const foreign = async (over: Record<string, unknown>, key?: CryptoKey) => {
    const signingKey = key ?? (await generateKeyPair('RS256')).privateKey;
    return new SignJWT(payload()).setProtectedHeader({ ...header(), ...over }).sign(signingKey);
  };
  const hmacWith = (secret: string | Buffer, alg: string) => {
    const input = `${encode({ ...header(), alg })}.${encode(payload())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const publicPem = () =>
    createPublicKey({ key: { ...current }, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString();

  it.each<[string, () => string | Promise<string>]>([
    ['nothing', () => ''],
    ['words', () => 'not.a.token'],
    ['an unsigned token', () => new UnsecuredJWT(payload()).encode()],
    ['alg none with our kid', () => `${encode({ ...header(), alg: 'none' })}.${encode(payload())}.`],
    ['alg None', () => `${encode({ ...header(), alg: 'None' })}.${encode(payload())}.`],
    ['HS256 keyed with our public key', () => hmacWith(publicPem(), 'HS256')],
    ['HS256 labelled RS256', () => hmacWith(publicPem(), 'RS256')],
    ['a foreign key under our kid', () => foreign({})],
    ['a foreign key under its own kid', () => foreign({ kid: 'foreign' })],
    ['no kid', async () => foreign({ kid: undefined })],
    ['a kid that is a path', () => foreign({ kid: '../../etc/passwd' })],
    ['a kid that is a property of objects', () => foreign({ kid: '__proto__' })],
    ['a jku', () => foreign({ kid: undefined, jku: 'http://127.0.0.1:1/jwks.json' })],
    ['an x5u', () => foreign({ x5u: 'http://127.0.0.1:1/cert.pem' })],
    [
      'an embedded jwk',
      async () => {
        const pair = await generateKeyPair('RS256', { extractable: true });
        return foreign({ kid: undefined, jwk: await exportJWK(pair.publicKey) }, pair.privateKey);
      },
    ],
    [
      'another algorithm of the same key type',
      async () => {
        const { privateKey } = await generateKeyPair('PS256');
        return new SignJWT(payload()).setProtectedHeader({ ...header(), alg: 'PS256' }).sign(privateKey);
      },
    ],
    [
      'an unknown critical header',
      async () => {
        const [, body, signature] = (await signer.sign(claims(), 'at+jwt')).split('.');
        return `${encode({ ...header(), crit: ['x'], x: 1 })}.${body}.${signature}`;
      },
    ],
    [
      'the same token with unused bits of its last character set',
      async () => {
        const token = await signer.sign(claims(), 'at+jwt');
        const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
        return token.slice(0, -1) + last.charAt(last.indexOf(token.slice(-1)) | 1);
      },
    ],
    ['the same token with padding', async () => `${await signer.sign(claims(), 'at+jwt')}==`],
    [
      'the same token with a line break within',
      async () => (await signer.sign(claims(), 'at+jwt')).replace('.', '\n.'),
    ],
    ['an ID token', () => signer.sign(claims(), 'JWT')],
    ['an expired token', () => signer.sign(claims({ exp: seconds - 31 }), 'at+jwt')],
    ['a token not valid yet', () => signer.sign(claims({ nbf: seconds + 31 }), 'at+jwt')],
    ['a token without an end', () => signer.sign(claims({ exp: undefined }), 'at+jwt')],
    ['an end that is a text', () => signer.sign(claims({ exp: `${seconds + 60}` }), 'at+jwt')],
    ['a token without a subject', () => signer.sign(claims({ sub: undefined }), 'at+jwt')],
    ['another issuer', () => signer.sign(claims({ iss: 'https://evil.example/oidc' }), 'at+jwt')],
    ['our issuer with a slash more', () => signer.sign(claims({ iss: `${issuer}/` }), 'at+jwt')],
    [
      'an altered payload',
      async () => {
        const [head, , signature] = (await signer.sign(claims(), 'at+jwt')).split('.');
        return `${head}.${encode(payload({ sub: 'user-2' }))}.${signature}`;
      },
    ],
    [
      'an altered signature',
      async () => {
        const token = await signer.sign(claims(), 'at+jwt');
        return `${token.slice(0, -12)}${token.at(-12) === 'A' ? 'B' : 'A'}${token.slice(-11)}`;
      },
    ],
    ['a cut signature', async () => (await signer.sign(claims(), 'at+jwt')).slice(0, -8)],
    ['five parts', async () => `${await signer.sign(claims(), 'at+jwt')}.x.y`],
  ])('%s', async (_, make) => {
    expect(await signer.verify(await make(), 'at+jwt')).toBeNull();
  });

  it('an access token where an ID token is meant', async () => {
    const token = await signer.sign(claims(), 'at+jwt');
    expect(await signer.verify(token, 'JWT')).toBeNull();
    expect(await signer.verifyOnce(token, 'JWT')).toBeNull();
  });

  it('no token that is late by less than the leeway', async () => {
    expect(await signer.verify(await signer.sign(claims({ exp: seconds - 29 }), 'at+jwt'), 'at+jwt')).not.toBeNull();
  });
});

describe('a logout hint', () => {
  it('may have expired, but must be genuine', async () => {
    const token = await signer.sign(claims({ exp: seconds + 60 }), 'JWT');
    now += 86_400_000;
    expect(await signer.verify(token, 'JWT')).toBeNull();
    // The one key is still in use, so the signature can be checked.
    expect(await signer.verifyOnce(token, 'JWT')).toMatchObject({ sub: 'user-1' });
    expect(await signer.verifyOnce(token.slice(0, -8), 'JWT')).toBeNull();
    expect(await signer.verifyOnce('rubbish', 'JWT')).toBeNull();
  });
});

describe('keys', () => {
  it('are made once, however many start together', async () => {
    const fresh = await openSqlite({ path: ':memory:', clock, ...createSealer([Buffer.alloc(32, 4)], 'store') });
    const signers = await Promise.all(
      Array.from({ length: 5 }, () => createSigner({ keys: fresh.signingKeys, issuer, clock, secrets })),
    );
    const sets = await Promise.all(signers.map((one) => one.keySet()));
    expect(new Set(sets.map((set) => set.keys.map(({ kid }) => kid).join())).size).toBe(1);
    expect(await fresh.signingKeys.list()).toHaveLength(1);
  });

  it('survive a restart', async () => {
    const token = await signer.sign(claims(), 'at+jwt');
    expect(await (await open()).verify(token, 'at+jwt')).not.toBeNull();
  });

  it('rotate with an overlap, the new one first', async () => {
    const [old] = (await signer.keySet()).keys;
    const before = await signer.sign(claims({ exp: seconds + 86_400 }), 'at+jwt');
    const kid = await signer.rotate();
    expect((await signer.keySet()).keys.map((key) => key.kid)).toEqual([kid, old?.kid]);
    expect(decodeProtectedHeader(await signer.sign(claims(), 'at+jwt')).kid).toBe(kid);
    now += 7_200_000;
    expect(await signer.verify(before, 'at+jwt')).not.toBeNull();
    now += 120_000;
    expect(await signer.verify(before, 'at+jwt')).toBeNull();
    expect((await signer.keySet()).keys.map((key) => key.kid)).toEqual([kid]);
  });

  it('that no living token needs any more are deleted by the next rotation', async () => {
    await signer.rotate();
    now += 8_000_000;
    await signer.rotate();
    expect(await keys.list()).toHaveLength(2);
  });

  it('of another node are found at once, and forged ids cost twenty looks in five seconds', async () => {
    const otherNode = await open();
    await otherNode.rotate();
    const token = await otherNode.sign(claims(), 'at+jwt');
    let looks = 0;
    const counting = await createSigner({
      keys: {
        ...keys,
        list() {
          looks += 1;
          return keys.list();
        },
      },
      issuer,
      clock,
      secrets,
    });
    await otherNode.rotate();
    const newest = await otherNode.sign(claims(), 'at+jwt');
    looks = 0;
    const found = await Promise.all(Array.from({ length: 20 }, () => counting.verify(newest, 'at+jwt')));
    expect(found.every((payload) => payload !== null)).toBe(true);
    expect(looks).toBe(1);
    const forged = (kid: string) => {
      const [, ...others] = newest.split('.');
      return [base64url.encode(JSON.stringify({ alg: 'RS256', typ: 'at+jwt', kid })), ...others].join('.');
    };
    for (let index = 0; index < 40; index++) {
      expect(await counting.verify(forged(`forged-${index % 30}`), 'at+jwt')).toBeNull();
    }
    expect(looks).toBe(20);
    now += 5_000;
    expect(await counting.verify(forged('forged-0'), 'at+jwt')).toBeNull();
    expect(looks).toBe(21);
    expect(await counting.verify(token, 'at+jwt')).not.toBeNull();
    expect(decodeJwt(newest).sub).toBe('user-1');
  });

  it('are not rotated again before the current one has the age asked for', async () => {
    const [current] = await signer.keys();
    expect(await signer.rotate({ leastAgeMs: 60_000 })).toBeNull();
    expect(await signer.keys()).toEqual([current]);
    now += 60_000;
    const kid = await signer.rotate({ leastAgeMs: 60_000 });
    expect(await signer.keys()).toEqual([
      { kid, createdAt: now, retiredAt: null, verifiesUntil: null },
      { ...current, retiredAt: now, verifiesUntil: now + 7_290_000 },
    ]);
  });

  it('that leaked verify nothing any more once others are dropped', async () => {
    const leaked = await signer.sign(claims(), 'at+jwt');
    const kid = await signer.rotate({ dropsOthers: true });
    expect(await signer.verify(leaked, 'at+jwt')).toBeNull();
    expect((await signer.keySet()).keys.map((key) => key.kid)).toEqual([kid]);
    expect(await keys.list()).toHaveLength(1);
  });

  it('of another node sign after the next look, and the leaked ones it dropped verify nothing', async () => {
    const otherNode = await open();
    const leaked = await signer.sign(claims(), 'at+jwt');
    const kid = await otherNode.rotate({ dropsOthers: true });
    await signer.refresh();
    expect(await signer.verify(leaked, 'at+jwt')).toBeNull();
    expect(decodeProtectedHeader(await signer.sign(claims(), 'at+jwt')).kid).toBe(kid);
  });

  it('of another node are in the key set as soon as they sign', async () => {
    const otherNode = await open();
    const kid = await otherNode.rotate();
    expect((await signer.keySet()).keys[0]?.kid).toBe(kid);
  });

  it('are shown as they were read last while the store is away', async () => {
    const { keys: before } = await signer.keySet();
    let isAway = false;
    const list = async () => {
      if (isAway) throw new Error('the store is away');
      return keys.list();
    };
    const node = await createSigner({ keys: { ...keys, list }, issuer, clock, secrets });
    isAway = true;
    expect((await node.keySet()).keys).toEqual(before);
  });
});
