import { randomBytes } from 'node:crypto';
import { DomainError } from '../../../core/errors.ts';

/** Passwords that clients encrypt for `GET /api/v3/system`'s key (wire 4.7). */
export interface RsaPasswords {
  publicKeyPem: string;
  /** Null for anything that does not decrypt: one answer for every reason. */
  decrypt(base64: string): string | null;
}

/** How a password came, and the names of its fields in messages. */
type EncryptType = 'none' | 'rsa' | 'sm2' | undefined;
interface Fields {
  password: string;
  encryptType: string;
}

/**
 * A new password, in the clear.
 * @throws DomainError password_decryption_failed, which counts as a guess (`guards/guess-limit.ts`); unsupported_type
 */
export function newPassword(sent: string, type: EncryptType, rsaPasswords: RsaPasswords, fields: Fields): string {
  const password = decrypted(sent, type, rsaPasswords, fields);
  if (!password) throw new DomainError('password_decryption_failed', { field: fields.password });
  return password;
}

/**
 * What stands for a text that cannot be decrypted where a password is compared: nobody's, for none with half a character can be set. So such a
 * text is a wrong password like others, in words, in time and in counting, and tells nothing about the padding of what was sent (threats T33).
 */
const nobodysPassword = `\ud800${randomBytes(24).toString('base64url')}`;

/** A password that is compared with the one that is set, in the clear. @throws DomainError unsupported_type */
export function typedPassword(sent: string, type: EncryptType, rsaPasswords: RsaPasswords, fields: Fields): string {
  return decrypted(sent, type, rsaPasswords, fields) || nobodysPassword;
}

function decrypted(
  sent: string,
  type: EncryptType,
  rsaPasswords: RsaPasswords,
  { encryptType }: Fields,
): string | null {
  if (type === undefined || type === 'none') return sent;
  if (type === 'sm2') {
    throw new DomainError('unsupported_type', { field: encryptType, reason: 'must be none or rsa, not sm2' });
  }
  return rsaPasswords.decrypt(sent);
}
