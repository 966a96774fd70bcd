import { randomBytes } from 'node:crypto';
import { DomainError } from '../../../core/errors.ts';

/** Passwords that clients encrypt for `GET /api/v3/system`'s key (contract 4.7). */
export interface RsaPasswords {
  publicKeyPem: string;
  /** Null for anything that does not decrypt: one answer for every reason. */
  decrypt(base64: string): string | null;
}

/**
 * What stands for a text that cannot be decrypted: nobody's password, and none that anybody may set. So such a text is a wrong password
 * like others, in words, in time and in counting, and tells nothing about the padding of what was sent (threat model T33).
 */
const nobodysPassword = `\ud800${randomBytes(24).toString('base64url')}`;

/**
 * The password in the clear.
 * @throws DomainError unsupported_type
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
  return rsaPasswords.decrypt(sent) || nobodysPassword;
}
