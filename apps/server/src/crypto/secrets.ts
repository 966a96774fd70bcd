import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto';
import type { Secrets } from '../core/ground/ports.ts';
import { derivedKey, keyIdOf } from './derived-key.ts';
import type { MasterKeys } from './master-key.ts';
import { createPooledRandom } from './pooled-random.ts';

const lettersAndDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const digits = '0123456789';

export function createSecrets(
  masterKeys: MasterKeys,
  random: (size: number) => Buffer = createPooledRandom(),
): Secrets {
  const keys = new Map(
    masterKeys.map((masterKey) => [keyIdOf(masterKey), createSecretKey(derivedKey(masterKey, 'derive'))]),
  );
  const keyIds = [...keys.keys()];

  function randomText(alphabet: string, length: number): string {
    // The largest multiple of the alphabet's size that fits a byte: bytes from here on would favour the first characters.
    const unbiasedBytes = 256 - (256 % alphabet.length);
    let text = '';
    while (text.length < length) {
      for (const byte of random(length)) {
        if (byte < unbiasedBytes && text.length < length) text += alphabet[byte % alphabet.length];
      }
    }
    return text;
  }

  function derive(keyId: string, ...parts: string[]): string | null {
    const key = keys.get(keyId);
    if (key === undefined) return null;
    const hmac = createHmac('sha256', key);
    // Each part is preceded by its length, so that ('ab', 'c') and ('a', 'bc') give different values.
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:${part}`);
    return hmac.digest('base64url');
  }

  return {
    currentKeyId: keyIdOf(masterKeys[0]),
    keyIds,
    randomId: (length) => randomText(lettersAndDigits, length),
    randomDigits: (length) => randomText(digits, length),
    randomToken: () => random(32).toString('base64url'),
    hash: (value) => hash('sha256', value, 'base64url'),
    // Hashing first makes the lengths equal, and the time independent of the common prefix (threats T33).
    equal: (a, b) => timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer')),
    derive,
  };
}
