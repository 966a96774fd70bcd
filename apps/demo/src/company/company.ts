import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';

export * from './names.ts';

export interface Company {
  /** `iss` of its tokens. */
  issuer: string;
  /** Whom its tokens are for: the passbeam server. */
  audience: string;
  /** P-256; drawn at each start. */
  signingKey: JsonWebKey;
  password: string;
}

/** A key pair for its tokens, as JSON Web Keys. */
export function drawKeys(): { signingKey: JsonWebKey; publicKey: JsonWebKey } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const about = { kid: 'company', alg: 'ES256', use: 'sig' };
  return {
    signingKey: { ...privateKey.export({ format: 'jwk' }), ...about },
    publicKey: { ...publicKey.export({ format: 'jwk' }), ...about },
  };
}
