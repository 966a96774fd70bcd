import { createHash } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { createTokenWorld, issuer, startedAt, type TokenWorld } from './test-world.ts';

let world: TokenWorld;
beforeAll(async () => {
  world = await createTokenWorld();
});

const seconds = startedAt / 1000;

describe('a minted set', () => {
  it('has an access token that says what the contract lists, and nothing about the person', async () => {
    const { loginSession, tokenSet } = await world.logIn();
    expect(decodeProtectedHeader(tokenSet.accessToken)).toEqual({
      alg: 'RS256',
      typ: 'at+jwt',
      kid: expect.any(String),
    });
    expect(decodeJwt(tokenSet.accessToken)).toEqual({
      iss: issuer,
      jti: expect.stringMatching(/^\w{32}$/),
      sub: 'user-1',
      iat: seconds,
      exp: seconds + 7200,
      scope: 'openid profile offline_access',
      aud: 'app-post',
      client_id: 'app-post',
      userpool_id: 'pool-1',
      sid: loginSession.id,
      amr: ['pwd'],
    });
    expect(tokenSet.expiresInSeconds).toBe(7200);
  });

  it('has an ID token that official clients can check against the key set', async () => {
    const { loginSession, tokenSet } = await world.logIn({ scope: 'openid profile email' });
    const { payload, protectedHeader } = await jwtVerify(
      tokenSet.idToken ?? '',
      createLocalJWKSet(await world.signer.keySet()),
      {
        issuer,
        audience: 'app-post',
        currentDate: new Date(startedAt),
      },
    );
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    const atHash = createHash('sha256').update(tokenSet.accessToken).digest().subarray(0, 16).toString('base64url');
    expect(payload).toMatchObject({
      sub: 'user-1',
      auth_time: seconds,
      amr: ['pwd'],
      sid: loginSession.id,
      at_hash: atHash,
      nickname: 'Alice',
      email: 'alice@example.com',
    });
  });

  it('carries the nonce and the way of a scan', async () => {
    const { mintInput } = await world.logIn({ amr: ['qr'] });
    const { tokenSet } = await world.tokens.mint({ ...mintInput, nonce: 'n-1' });
    expect(decodeJwt(tokenSet.idToken ?? '')).toMatchObject({ nonce: 'n-1', amr: ['qr'] });
    expect(decodeJwt(tokenSet.accessToken)).toMatchObject({ amr: ['qr'] });
  });

  it.each([
    ['openid', true, false],
    ['profile', false, false],
    ['offline_access', false, true],
    ['openid offline_access', true, true],
  ])('with scope %s: ID token %s, refresh token %s', async (scope, hasIdToken, hasRefreshToken) => {
    const { tokenSet } = await world.logIn({ scope });
    expect([tokenSet.idToken !== null, tokenSet.refreshToken !== null]).toEqual([hasIdToken, hasRefreshToken]);
  });

  it('is the same again for the same input and jti, and different for another', async () => {
    const { mintInput } = await world.logIn();
    const [first, again, another] = await Promise.all(
      ['jti-1', 'jti-1', 'jti-2'].map((jti) => world.tokens.mint({ ...mintInput, jti })),
    );
    expect(again).toEqual(first);
    expect(another?.tokenSet.accessToken).not.toBe(first?.tokenSet.accessToken);
    expect(another?.tokenSet.refreshToken).not.toBe(first?.tokenSet.refreshToken);
  });

  it('does not outlive the login', async () => {
    const { mintInput } = await world.logIn();
    const loginSession = { ...mintInput.loginSession, expiresAt: mintInput.issuedAt + 60_000 };
    const { tokenSet, refreshToken } = await world.tokens.mint({ ...mintInput, loginSession });
    expect(tokenSet.expiresInSeconds).toBe(60);
    expect(refreshToken?.expiresAt).toBe(loginSession.expiresAt);
  });

  it('keeps the refresh token by its hash only', async () => {
    const { tokenSet, loginSession } = await world.logIn();
    const row = await world.stores.refreshTokens.find(world.secrets.hash(tokenSet.refreshToken ?? ''));
    expect(row).toMatchObject({ loginSessionId: loginSession.id, rotatedAt: null });
    expect(JSON.stringify(row)).not.toContain(tokenSet.refreshToken);
  });
});
