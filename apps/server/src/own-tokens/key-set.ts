import { createPublicKey, type JsonWebKeyInput } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, type JWK } from 'jose';

const maxKeys = 100;
const leastRsaBits = 2048;
const mostRsaBits = 8192;
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

export interface KeySet {
  /** The one key that fits; jose refuses when none does, or several. */
  find: ReturnType<typeof createLocalJWKSet>;
  size: number;
  /** Whether a key may verify one of the algorithms: keys without `alg` do by their type (RFC 7517 4.4). */
  fits(algorithms: readonly string[]): boolean;
  /** Keys that were passed over, and why. */
  passedOver: string[];
}

/**
 * A JWK set, bounded. A set that shows private keys is refused whole: whoever publishes those may have published any. Keys that are
 * merely of no use here, such as small or huge RSA keys, are passed over.
 * @throws Error
 */
export function readKeySet(document: unknown): KeySet {
  const { keys } = (document ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new Error('is no key set: it has no list "keys"');
  if (keys.length > maxKeys) throw new Error(`has ${keys.length} keys, more than ${maxKeys}`);
  const usable: JWK[] = [];
  const passedOver: string[] = [];
  for (const [index, key] of keys.entries()) {
    if (typeof key !== 'object' || key === null) throw new Error(`has a key that is no object (keys[${index}])`);
    const shown = privateMembers.find((member) => Object.hasOwn(key, member));
    if (shown !== undefined) throw new Error(`shows a private key: keys[${index}] has "${shown}"`);
    const fault = faultOf(key);
    if (fault === null) usable.push(key);
    else passedOver.push(`keys[${index}] ${fault}`);
  }
  const set: JSONWebKeySet = { keys: usable };
  return {
    find: createLocalJWKSet(set),
    size: usable.length,
    fits: (algorithms) => usable.some((key) => algorithms.some((algorithm) => canVerify(key, algorithm))),
    passedOver,
  };
}

function faultOf(key: JWK): string | null {
  try {
    const { asymmetricKeyDetails: details } = createPublicKey({ key, format: 'jwk' } as JsonWebKeyInput);
    const bits = details?.modulusLength;
    if (bits !== undefined && (bits < leastRsaBits || bits > mostRsaBits)) return `is an RSA key of ${bits} bits`;
    // A huge exponent makes each verification slow.
    if (details?.publicExponent !== undefined && details.publicExponent >= 2n ** 33n) return 'has a huge exponent';
    return null;
  } catch {
    return 'is no public key that can be used';
  }
}

const curves: Record<string, string> = {
  ES256: 'P-256',
  ES384: 'P-384',
  ES512: 'P-521',
  EdDSA: 'Ed25519',
  Ed25519: 'Ed25519',
};

function canVerify({ kty, crv, alg, use }: JWK, algorithm: string): boolean {
  if ((alg !== undefined && alg !== algorithm) || (use !== undefined && use !== 'sig')) return false;
  return algorithm in curves ? crv === curves[algorithm] : kty === 'RSA';
}
