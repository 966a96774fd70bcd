import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { JOSEError } from 'jose/errors';
import type { Hs256 } from '../core/tokens/hs256.ts';
import { isCanonicalJwt } from './canonical.ts';

const algorithm = 'HS256';
const leewaySeconds = 30;
const keyOf = (secret: string) => new TextEncoder().encode(secret);

export const hs256: Hs256 = {
  sign: (claims, secret) => new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: 'JWT' }).sign(keyOf(secret)),

  async verify(token, secretsOf, now) {
    const audience = isCanonicalJwt(token) ? unverifiedAudience(token) : null;
    const secrets = audience === null ? [] : secretsOf(audience).filter((secret) => secret !== '');
    for (const secret of secrets) {
      const claims = await verified(token, secret, now);
      if (claims !== null) return claims;
    }
    return null;
  },
};

async function verified(token: string, secret: string, now: number): Promise<Record<string, unknown> | null> {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      algorithms: [algorithm],
      typ: 'JWT',
      currentDate: new Date(now),
      clockTolerance: leewaySeconds,
      requiredClaims: ['exp', 'iat', 'sub', 'aud', 'sid'],
    });
    return payload;
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}

/** The application whose secret must have signed. Until that signature is checked, nothing in the token may be believed. */
function unverifiedAudience(token: string): string | null {
  try {
    if (decodeProtectedHeader(token).alg !== algorithm) return null;
    const { aud } = decodeJwt(token);
    return typeof aud === 'string' ? aud : null;
  } catch (error) {
    // Not a token at all: jose says so by a JOSEError, or by a TypeError where the header is no JSON.
    if (error instanceof JOSEError || error instanceof TypeError) return null;
    throw error;
  }
}
