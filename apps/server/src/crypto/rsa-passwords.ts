import { constants, createPrivateKey, createPublicKey, generateKeyPair, privateDecrypt } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createFileOnce, replaceFile } from './create-file-once.ts';
import type { Sealer } from './sealer.ts';

/** Passwords that clients encrypt before they send them (wire 4.7): RSA-2048 with PKCS#1 v1.5 padding. */
export interface PasswordDecryption {
  /** SPKI PEM, without a trailing line feed: one phone SDK trips over it. */
  readonly publicKeyPem: string;
  /** Null for anything that does not decrypt: one answer for every reason. */
  decrypt(base64: string): string | null;
}

/** Where the sealed key pair lives. */
export interface KeptKeyPair {
  /** The text kept: the one of whoever was first. */
  keepOnce(make: () => Promise<string>): Promise<string>;
  replace(before: string, next: string): Promise<void>;
}

/** Of the embedded store; PostgreSQL keeps the same text, under `passwordKeyName`. */
export const passwordKeyFile = (dataDir: string) => join(dataDir, 'password-key.pem.sealed');

export const passwordKeyName = 'password-key';

export const inPasswordKeyFile = (dataDir: string): KeptKeyPair => ({
  keepOnce: (make) => createFileOnce(passwordKeyFile(dataDir), make),
  replace: (_, next) => replaceFile(passwordKeyFile(dataDir), next),
});

const newKeyPair = promisify(generateKeyPair);

export async function openPasswordDecryption(kept: KeptKeyPair, sealer: Sealer): Promise<PasswordDecryption> {
  const sealed = await kept.keepOnce(async () => {
    const { privateKey } = await newKeyPair('rsa', { modulusLength: 2048 });
    return sealer.seal(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  });
  const pem = sealer.unseal(sealed.trim());
  if (!sealer.isCurrent(sealed)) await kept.replace(sealed, sealer.seal(pem));
  const privateKey = createPrivateKey(pem);
  const publicKeyPem = createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString().trim();

  function decrypt(base64: string): string | null {
    const message = padded(Buffer.from(base64, 'base64'));
    const text = message === null ? null : unpad(message);
    return text === null ? null : decodeUtf8(text);
  }

  // Node's own PKCS#1 v1.5 decryption is refused or answers garbage on wrong padding, by version (CVE-2023-46809).
  function padded(ciphertext: Buffer): Buffer | null {
    try {
      return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, ciphertext);
    } catch {
      return null;
    }
  }

  return { publicKeyPem, decrypt };
}

const minPaddingBytes = 8;

/**
 * The message inside `00 02 <at least 8 non-zero bytes> 00 <message>`, or null. Every byte is looked at whatever the
 * bytes before it were, so the time does not tell where the form broke (RFC 8017, 7.2.2).
 */
function unpad(block: Buffer): Buffer | null {
  let wrong = (block[0] ?? 1) | ((block[1] ?? 0) ^ 2);
  let separator = 0;
  for (let index = 2; index < block.length; index++) {
    const isZero = (((block[index] ?? 0) - 1) >>> 31) & 1;
    const isFirst = isZero & (separator === 0 ? 1 : 0);
    separator |= -isFirst & index;
  }
  wrong |= ((separator - 2 - minPaddingBytes) >>> 31) & 1;
  return wrong === 0 ? block.subarray(separator + 1) : null;
}

function decodeUtf8(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
