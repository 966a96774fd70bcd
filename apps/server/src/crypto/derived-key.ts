import { hkdfSync } from 'node:crypto';

const keyBytes = 32;

/** One key per purpose from the master key, so that no key ever does two jobs (HKDF-SHA-256, RFC 5869). */
export function derivedKey(masterKey: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `passbeam:${purpose}:v1`, keyBytes));
}

/** Names a master key without telling anything about it. */
export function keyIdOf(masterKey: Buffer): string {
  return derivedKey(masterKey, 'key-id').toString('base64url').slice(0, 11);
}
