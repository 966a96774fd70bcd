import { DomainError } from '../../../core/errors.ts';

/** Passwords that clients encrypt for `GET /api/v3/system`'s key (contract 4.7). */
export interface RsaPasswords {
  publicKeyPem: string;
  /** Null for anything that does not decrypt: one answer for every reason. */
  decrypt(base64: string): string | null;
}

/**
 * The password in the clear.
 * @throws DomainError password_decryption_failed, unsupported_type
 */
export function plainPassword(
  sent: string,
  encryptType: 'none' | 'rsa' | 'sm2' | undefined,
  rsaPasswords: RsaPasswords,
  fields: { password: string; encryptType: string },
): string {
  if (encryptType === undefined || encryptType === 'none') return sent;
  if (encryptType === 'sm2') {
    throw new DomainError('unsupported_type', { field: fields.encryptType, reason: 'must be none or rsa, not sm2' });
  }
  const password = rsaPasswords.decrypt(sent);
  if (!password) throw new DomainError('password_decryption_failed', { field: fields.password });
  return password;
}
