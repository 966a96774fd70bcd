import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { AuthenticationClient } from './authentication-client.ts';

const host = 'https://login.example.test';
const issuedAt = 1_790_000_000;

type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let first: Pair;
let second: Pair;
let foreign: Pair;

beforeAll(async () => {
  [first, second, foreign] = await Promise.all([
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
    generateKeyPair('RS256', { extractable: true }),
  ]);
});

function idToken(claims: JWTPayload = {}, { key = first, kid = 'first' } = {}): Promise<string> {
  const payload = { iss: `${host}/oidc`, aud: 'app', sub: 'u1', iat: issuedAt, exp: issuedAt + 60, ...claims };
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key.privateKey);
}

/** A client whose clock and whose server's published keys are set by the test. */
function setUp() {
  const state = { keys: [['first', first]] as [string, Pair][], nowMs: issuedAt * 1000, fetches: 0 };
  const client = new AuthenticationClient({
    host,
    appId: 'app',
    tokenEndpointAuthMethod: 'none',
    now: () => state.nowMs,
    fetch: async (url) => {
      expect(String(url)).toBe(`${host}/oidc/.well-known/jwks.json`);
      state.fetches += 1;
      const keys = state.keys.map(async ([kid, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid,
        use: 'sig',
      }));
      return Response.json({ keys: [{ kty: 'EC', kid: 'other kind' }, ...(await Promise.all(keys))] });
    },
  });
  return { client, state };
}

describe('verifyIdToken', () => {
  it('gives the claims of a good token', async () => {
    const { client } = setUp();
    await expect(client.verifyIdToken(await idToken({ amr: ['qr'] }))).resolves.toMatchObject({
      sub: 'u1',
      amr: ['qr'],
    });
    await expect(client.parseIDToken(await idToken({ aud: ['app', 'api'], azp: 'app' }))).resolves.toBeDefined();
    await expect(client.verifyIdToken(await idToken({ nonce: 'n' }), { nonce: 'n' })).resolves.toBeDefined();
  });

  it.each<[string, JWTPayload]>([
    ['another server', { iss: 'https://evil.example.test/oidc' }],
    ['another application', { aud: 'other' }],
    ['another application', { aud: ['app', 'other'] }],
    ['another application', { azp: 'other' }],
    ['expired', { exp: issuedAt - 31 }],
    ['`exp` is missing', { exp: undefined }],
    ['`iat` is missing', { iat: undefined }],
    ['`sub` is missing', { sub: undefined }],
    ['not valid yet', { nbf: issuedAt + 31 }],
    ['`nonce` is not yours', { nonce: 'theirs' }],
  ])('refuses %s: %o', async (reason, claims) => {
    const { client } = setUp();
    const verified = client.verifyIdToken(await idToken(claims), { nonce: 'nonce' in claims ? 'mine' : undefined });
    await expect(verified).rejects.toMatchObject({
      code: 'id_token_invalid',
      message: expect.stringContaining(reason),
    });
  });

  it('refuses a nonce that was asked for and is absent', async () => {
    const { client } = setUp();
    await expect(client.verifyIdToken(await idToken(), { nonce: 'mine' })).rejects.toThrow('nonce');
  });

  it('refuses a token signed by somebody else under our key id', async () => {
    const { client } = setUp();
    await expect(client.verifyIdToken(await idToken({}, { key: foreign }))).rejects.toThrow('signature');
  });

  it('refuses a changed payload', async () => {
    const { client } = setUp();
    const [header, , signature] = (await idToken()).split('.');
    const claims = { iss: `${host}/oidc`, aud: 'app', sub: 'admin', iat: issuedAt, exp: issuedAt + 60 };
    const forged = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    await expect(client.verifyIdToken(forged)).rejects.toThrow('signature');
  });

  it('refuses other algorithms: none, and HMAC with the public key as its secret', async () => {
    const { client } = setUp();
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = encode({ iss: `${host}/oidc`, aud: 'app', sub: 'u1', iat: issuedAt, exp: issuedAt + 60 });
    await expect(client.verifyIdToken(`${encode({ alg: 'none', kid: 'first' })}.${claims}.x`)).rejects.toThrow('RS256');
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(first.publicKey)));
    const token = await new SignJWT({ sub: 'u1' }).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(secret);
    await expect(client.verifyIdToken(token)).rejects.toThrow('RS256');
  });

  it.each(['', 'a.b', 'a.b.c', '..', 'é.é.é', 'bnVsbA.e30.eA', 'e30.e30.e30.e30'])(
    'refuses the text %o',
    async (text) => {
      const { client } = setUp();
      await expect(client.verifyIdToken(text)).rejects.toMatchObject({ code: 'id_token_invalid' });
    },
  );
});

describe('the key set', () => {
  it('is fetched once for many tokens, also when they are verified at the same time', async () => {
    const { client, state } = setUp();
    const tokens = await Promise.all([idToken(), idToken(), idToken()]);
    await Promise.all(tokens.map((token) => client.verifyIdToken(token)));
    await client.verifyIdToken(await idToken());
    expect(state.fetches).toBe(1);
  });

  it('is fetched anew for an unknown key id, but not for each forged one', async () => {
    const { client, state } = setUp();
    await client.verifyIdToken(await idToken());
    state.keys = [['second', second], ...state.keys];
    state.nowMs += 30_000;
    await client.verifyIdToken(await idToken({}, { key: second, kid: 'second' }));
    expect(state.fetches).toBe(2);
    for (const kid of ['forged-1', 'forged-2']) {
      await expect(client.verifyIdToken(await idToken({}, { kid }))).rejects.toThrow('key set');
    }
    expect(state.fetches).toBe(2);
  });

  it('forgets a withdrawn key after ten minutes', async () => {
    const { client, state } = setUp();
    const token = await idToken({ exp: issuedAt + 3600 });
    await client.verifyIdToken(token);
    state.keys = [['second', second]];
    state.nowMs += 10 * 60_000;
    await expect(client.verifyIdToken(token)).rejects.toThrow('key set');
  });
});
