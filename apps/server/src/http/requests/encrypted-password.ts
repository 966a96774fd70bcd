import { randomBytes } from 'node:crypto';
import { DomainError } from '../../core/ground/errors.ts';
import type { PasswordDecryption } from '../../core/ground/ports.ts';

/** How a password came. */
export type EncryptType = 'none' | keyof PasswordDecryption | undefined;

/**
 * A new password, in the clear.
 * @throws DomainError password_decryption_failed, which counts as a guess (`callers/guess-limit.ts`)
 */
export function newPassword(
  sent: string,
  type: EncryptType,
  passwordDecryption: PasswordDecryption,
  field: string,
): string {
  const password = decrypted(sent, type, passwordDecryption);
  if (!password) throw new DomainError('password_decryption_failed', { field });
  return password;
}

/**
 * What stands for a text that cannot be decrypted where a password is compared: nobody's, for none with half a character can be set. So such a
 * text is a wrong password like others, in words, in time and in counting, and tells nothing about the padding of what was sent (threats T33).
 */
const nobodysPassword = `\ud800${randomBytes(24).toString('base64url')}`;

/** A password that is compared with the one that is set, in the clear. */
export function typedPassword(sent: string, type: EncryptType, passwordDecryption: PasswordDecryption): string {
  return decrypted(sent, type, passwordDecryption) || nobodysPassword;
}

function decrypted(sent: string, type: EncryptType, passwordDecryption: PasswordDecryption): string | null {
  return type === undefined || type === 'none' ? sent : passwordDecryption[type].decrypt(sent);
}
