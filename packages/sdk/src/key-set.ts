import { webCrypto } from './web-crypto.ts';

/** The server's public keys, kept between calls. */
export interface KeySet {
  /** The key with this id; null when the server publishes none. */
  find(kid: string): Promise<CryptoKey | null>;
}

interface JsonWebKeySet {
  keys?: (JsonWebKey & { kid?: string })[];
}

interface KeySetPorts {
  fetchKeys(): Promise<JsonWebKeySet>;
  /** Epoch milliseconds. */
  now(): number;
}

/** An older key set is fetched again, so that a key the server withdrew is forgotten. */
const freshForMs = 10 * 60_000;
/** The least time between two fetches for unknown key ids: forged tokens must not become requests to the server. */
const refetchAfterMs = 30_000;

export function keySet({ fetchKeys, now }: KeySetPorts): KeySet {
  let loading: Promise<void> | null = null;
  let keys = new Map<string, CryptoKey>();
  let fetchedAt = Number.NEGATIVE_INFINITY;

  async function load() {
    const set = await fetchKeys();
    const next = new Map<string, CryptoKey>();
    for (const jwk of set.keys ?? []) {
      if (jwk.kty !== 'RSA' || jwk.kid === undefined || (jwk.use !== undefined && jwk.use !== 'sig')) continue;
      next.set(jwk.kid, await importKey(jwk));
    }
    keys = next;
    fetchedAt = now();
  }

  /** Fetches the key set. Calls made while a fetch is under way share it. */
  function reload(): Promise<void> {
    loading ??= load().finally(() => {
      loading = null;
    });
    return loading;
  }

  return {
    async find(kid) {
      if (now() - fetchedAt >= (keys.has(kid) ? freshForMs : refetchAfterMs)) await reload();
      return keys.get(kid) ?? null;
    },
  };
}

function importKey({ kty, n, e }: JsonWebKey): Promise<CryptoKey> {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  return webCrypto().subtle.importKey('jwk', { kty, n, e }, algorithm, false, ['verify']);
}
