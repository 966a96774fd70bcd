import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { derivedKey, keyIdOf } from './derived-key.ts';

/** Keeps text unreadable at rest (AES-256-GCM). */
export interface Sealer {
  seal(text: string): string;
  /** @throws Error when the text was sealed with another key or altered; the message says what to do. */
  unseal(sealed: string): string;
}

const version = 's1';
const nonceBytes = 12;
const tagBytes = 16;

/** `purpose` separates what is sealed: text moved from one place of the store to another kind of place does not open. */
export function createSealer(masterKey: Buffer, purpose: string): Sealer {
  const key = derivedKey(masterKey, `seal:${purpose}`);
  const keyId = keyIdOf(masterKey);
  const associated = Buffer.from(`${version}.${keyId}`);

  return {
    seal(text) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associated);
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${version}.${keyId}.${sealed.toString('base64url')}`;
    },

    unseal(sealed) {
      const [textVersion, textKeyId, body] = sealed.split('.');
      if (textVersion !== version || textKeyId === undefined || body === undefined) {
        throw new Error('sealed text is not in a known form');
      }
      if (textKeyId !== keyId) {
        throw new Error(
          `sealed with key ${textKeyId}, but the present key is ${keyId}: start with the SECRET_KEY (or secret.key file) this data was written with`,
        );
      }
      const bytes = Buffer.from(body, 'base64url');
      if (bytes.length < nonceBytes + tagBytes) throw new Error('sealed text is cut short');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      }).setAAD(associated);
      decipher.setAuthTag(bytes.subarray(-tagBytes));
      try {
        return decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch (cause) {
        throw new Error('sealed text was altered, or sealed for another purpose', { cause });
      }
    },
  };
}
