import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { isCanonicalBase64url } from './canonical.ts';
import { derivedKey, keyIdOf } from './derived-key.ts';
import type { MasterKeys } from './master-key.ts';

/** Keeps text unreadable at rest (AES-256-GCM). */
export interface Sealer {
  seal(text: string): string;
  /** @throws Error when the text was sealed with another key or altered; the message says what to do. */
  unseal(sealed: string): string;
  /** What the first key seals begins so. Anything else is to be sealed anew before the older keys go. */
  readonly currentPrefix: string;
}

const version = 's1';
const nonceBytes = 12;
const tagBytes = 16;

/** `purpose` is part of the key: sealed text that is moved to a place of another purpose does not open there. */
export function createSealer(masterKeys: MasterKeys, purpose: string): Sealer {
  const current = { id: keyIdOf(masterKeys[0]), key: derivedKey(masterKeys[0], `seal:${purpose}`) };
  const keys = new Map(masterKeys.map((masterKey) => [keyIdOf(masterKey), derivedKey(masterKey, `seal:${purpose}`)]));
  const associated = (keyId: string) => Buffer.from(`${version}.${keyId}`);

  const currentPrefix = `${version}.${current.id}.`;

  return {
    currentPrefix,

    seal(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(associated(current.id));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${currentPrefix}${sealed.toString('base64url')}`;
    },

    unseal(sealed) {
      const [textVersion, keyId, body, ...more] = sealed.split('.');
      const isWhole = keyId !== undefined && body !== undefined && more.length === 0;
      if (textVersion !== version || !isWhole || !isCanonicalBase64url(body)) {
        throw new Error('sealed text is not in a known form');
      }
      const key = keys.get(keyId);
      if (key === undefined) {
        const present =
          keys.size === 1 ? `the present key is ${current.id}` : `the present keys are ${[...keys.keys()].join(', ')}`;
        throw new Error(
          `sealed with key ${keyId}, but ${present}: start with the SECRET_KEY (or secret.key file) this data was written with`,
        );
      }
      const bytes = Buffer.from(body, 'base64url');
      if (bytes.length < nonceBytes + tagBytes) throw new Error('sealed text is cut short');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      }).setAAD(associated(keyId));
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new Error('sealed text was altered, or sealed for another purpose', { cause });
      }
    },
  };
}
