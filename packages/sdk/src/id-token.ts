import { fromBase64Url } from './base64.ts';
import { IdTokenError } from './errors.ts';
import type { KeySet } from './key-set.ts';
import { webCrypto } from './web-crypto.ts';

/** What an ID token says about a login (wire 6.5, OpenID Connect Core section 2). Instants are epoch seconds. */
export interface IdTokenClaims {
  iss: string;
  /** The user's id. */
  sub: string;
  aud: string | string[];
  exp: number;
  iat: number;
  nonce?: string;
  /** How the person proved who they are; holds `qr` for a login that came from a scan. */
  amr?: string[];
  name?: string | null;
  nickname?: string | null;
  picture?: string | null;
  preferred_username?: string | null;
  email?: string | null;
  email_verified?: boolean;
  phone_number?: string | null;
  phone_number_verified?: boolean;
  [claim: string]: unknown;
}

export interface IdTokenExpectations {
  issuer: string;
  /** The application's id. */
  audience: string;
  /** The nonce your authorization request carried, when there was one. */
  nonce?: string;
  /** How far the two clocks may differ, in seconds. */
  clockToleranceSeconds: number;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * Checks signature (RS256 against the key set, by `kid`), `iss`, `aud`, `azp`, `exp`, `nbf` and `nonce`.
 * @throws IdTokenError naming the failed check · NetworkError, TimeoutError, ApiError when the keys cannot be fetched
 */
export async function verifyIdToken(
  token: string,
  keys: KeySet,
  expected: IdTokenExpectations,
): Promise<IdTokenClaims> {
  const parts = typeof token === 'string' ? token.split('.') : [];
  const [encodedHeader, encodedClaims, encodedSignature] = parts;
  if (parts.length !== 3 || !encodedHeader || !encodedClaims || !encodedSignature) {
    throw new IdTokenError('it is not a signed JWT');
  }
  const header = parsePart(encodedHeader, 'header');
  // The algorithm is fixed here rather than read from the token: `none`, or the public key as an HMAC secret, cannot get in.
  if (header.alg !== 'RS256') throw new IdTokenError('it is not signed with RS256');
  if (header.crit !== undefined) throw new IdTokenError('it asks for an extension that is not understood');
  if (typeof header.kid !== 'string') throw new IdTokenError('it names no key');
  const key = await keys.find(header.kid);
  if (key === null) throw new IdTokenError('its key is not in the server’s key set');
  const signature = fromBase64Url(encodedSignature);
  const signed = new TextEncoder().encode(`${encodedHeader}.${encodedClaims}`);
  const isSigned = signature !== null && (await webCrypto().subtle.verify('RSASSA-PKCS1-v1_5', key, signature, signed));
  if (!isSigned) throw new IdTokenError('the signature does not match');
  return checkClaims(parsePart(encodedClaims, 'payload'), expected);
}

function checkClaims(claims: Record<string, unknown>, expected: IdTokenExpectations): IdTokenClaims {
  const { iss, aud, sub, exp, iat, nbf, azp, nonce } = claims;
  const nowSeconds = expected.now / 1000;
  const audiences = Array.isArray(aud) ? aud : [aud];
  if (iss !== expected.issuer) throw new IdTokenError('`iss` is another server');
  if (!audiences.includes(expected.audience)) throw new IdTokenError('`aud` is another application');
  if ((azp !== undefined || audiences.length > 1) && azp !== expected.audience) {
    throw new IdTokenError('`azp` is another application');
  }
  if (typeof sub !== 'string' || sub === '') throw new IdTokenError('`sub` is missing');
  if (typeof iat !== 'number') throw new IdTokenError('`iat` is missing');
  if (typeof exp !== 'number') throw new IdTokenError('`exp` is missing');
  if (exp <= nowSeconds - expected.clockToleranceSeconds) throw new IdTokenError('it has expired');
  if (nbf !== undefined && (typeof nbf !== 'number' || nbf > nowSeconds + expected.clockToleranceSeconds)) {
    throw new IdTokenError('it is not valid yet');
  }
  if (expected.nonce !== undefined && nonce !== expected.nonce) throw new IdTokenError('`nonce` is not yours');
  return claims as IdTokenClaims;
}

function parsePart(encoded: string, part: 'header' | 'payload'): Record<string, unknown> {
  const bytes = fromBase64Url(encoded);
  let value: unknown = null;
  try {
    if (bytes !== null) value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Falls through to the refusal below: the parser's own message would quote the token.
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new IdTokenError(`its ${part} is not JSON`);
  }
  return value as Record<string, unknown>;
}
