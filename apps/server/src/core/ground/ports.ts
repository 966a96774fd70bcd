/** The world as core sees it. Instants are epoch milliseconds; hashes are SHA-256 in base64url (43 characters). */

export interface Clock {
  now(): number;
}

export interface Secrets {
  /** `length` characters of [A-Za-z0-9] from the CSPRNG, without modulo bias. Throws when the OS source fails. */
  randomId(length: number): string;
  randomDigits(length: number): string;
  /** 32 random bytes, base64url. */
  randomToken(): string;
  hash(value: string): string;
  /** Compares in constant time, whatever the lengths. */
  equal(a: string, b: string): boolean;
  /** HMAC-SHA-256 over the parts (unambiguously joined), base64url, with the server key named `keyId`; null when that key is gone. */
  derive(keyId: string, ...parts: string[]): string | null;
  /** Names the key `derive` should be used with for new objects. */
  readonly currentKeyId: string;
  /** The ids of all keys, the current one first: what was derived before the last change of key is still recognised. */
  readonly keyIds: readonly string[];
}

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** `needsRehash` when the stored parameters are below today's. */
  verify(password: string, stored: string): Promise<{ matches: boolean; needsRehash: boolean }>;
  /** Whether `stored` is a hash that `verify` can check: ours, another argon2 in PHC form, or bcrypt. */
  isHash(stored: string): boolean;
  /** Takes as long as a verification, for users that do not exist (threats T33). */
  waste(password: string): Promise<void>;
}

/** Decrypts passwords that callers encrypt before they send them (wire 4.7), by the name of the cipher. */
export type PasswordDecryption = Record<'rsa' | 'sm2', PasswordCipher>;

export interface PasswordCipher {
  /** What callers encrypt with: SPKI PEM for RSA, an uncompressed point in hex for SM2. */
  readonly publicKey: string;
  /** Null for anything that does not decrypt: one answer for every reason. */
  decrypt(sent: string): string | null;
}
