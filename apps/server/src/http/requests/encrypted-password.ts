import { randomBytes } from 'node:crypto';
import { DomainError } from '../../core/ground/errors.ts';
import type { PasswordDecryption } from '../../core/ground/ports.ts';

export type EncryptType = 'none' | keyof PasswordDecryption | undefined;

/** @throws DomainError password_decryption_failed, which counts as a guess (`callers/guess-limit.ts`) */
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
 * Compared in place of a text that cannot be decrypted: no password has half a character. So such a text is wrong as any other is, in
 * words, time and counting, and tells nothing about its padding (threats T33).
 */
const nobodysPassword = `\ud800${randomBytes(24).toString('base64url')}`;

export function typedPassword(sent: string, type: EncryptType, passwordDecryption: PasswordDecryption): string {
  return decrypted(sent, type, passwordDecryption) || nobodysPassword;
}

function decrypted(sent: string, type: EncryptType, passwordDecryption: PasswordDecryption): string | null {
  return type === undefined || type === 'none' ? sent : passwordDecryption[type].decrypt(sent);
}
