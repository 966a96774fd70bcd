import type { PasswordDecryption } from '../core/ground/ports.ts';
import { type KeptKeyPair, openKeyPair } from './kept-key-pair.ts';
import type { MasterKeys } from './master-key.ts';
import { newRsaKey, openRsaKey } from './rsa-passwords.ts';
import { createSealer } from './sealer.ts';
import { newSm2Key, openSm2Key } from './sm2-passwords.ts';

/** A key pair that clients encrypt passwords for (wire 4.7). */
export interface PasswordKey {
  /** The purpose it is sealed for, and its name in PostgreSQL's table of sealed keys. */
  name: string;
  /** Its file in DATA_DIR, for the embedded store. */
  file: string;
  make(): Promise<string>;
  /** `decrypt` gives null for anything that does not decrypt. */
  open(privateKey: string): { publicKey: string; decrypt(sent: string): Uint8Array | null };
}

export const passwordKeys = {
  rsa: { name: 'password-key', file: 'password-key.pem.sealed', make: newRsaKey, open: openRsaKey },
  sm2: { name: 'sm2-password-key', file: 'sm2-password-key.sealed', make: newSm2Key, open: openSm2Key },
} satisfies Record<keyof PasswordDecryption, PasswordKey>;

export async function openPasswordDecryption(
  masterKeys: MasterKeys,
  keptFor: (key: PasswordKey) => KeptKeyPair,
): Promise<PasswordDecryption> {
  async function open(key: PasswordKey) {
    const { publicKey, decrypt } = key.open(
      await openKeyPair(keptFor(key), createSealer(masterKeys, key.name), key.make),
    );
    return {
      publicKey,
      decrypt(sent: string) {
        const bytes = decrypt(sent);
        return bytes === null ? null : decodeUtf8(bytes);
      },
    };
  }
  const [rsa, sm2] = await Promise.all([open(passwordKeys.rsa), open(passwordKeys.sm2)]);
  return { rsa, sm2 };
}

function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
