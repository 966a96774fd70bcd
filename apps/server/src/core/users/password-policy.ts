import type { Reason } from '@passbeam/protocol';
import { DomainError } from '../ground/errors.ts';
import { phoneParts } from '../identifiers/phone-number.ts';
import { commonPasswords } from './common-passwords.ts';

/** The published minimum length (wire 7.3, code 2029). */
const minCodePoints = 6;
/** The maximum length in UTF-16 units: argon2 would take more, but nobody types more. */
const maxUnits = 1024;

/**
 * @param ownWords the person's own identifiers: the first guesses of anybody who knows them
 * @throws DomainError password_too_weak, invalid_argument
 */
export function checkPassword(password: string, field: string, ownWords: readonly (string | null | undefined)[]): void {
  const refuse = (reason: Reason): never => {
    throw new DomainError('password_too_weak', { field, reason });
  };
  if (password.length > maxUnits || !password.isWellFormed()) {
    throw new DomainError('invalid_argument', { field, reason: ['passwordTooLong', maxUnits] });
  }
  const characters = [...password];
  if (characters.length < minCodePoints) refuse(['passwordTooShort', minCodePoints]);
  const folded = password.toLowerCase();
  if (new Set(folded).size < 3 || commonPasswords.has(folded)) refuse('passwordCommon');
  const own = ownWords.flatMap((word) =>
    word ? [word.toLowerCase(), word.toLowerCase().split('@')[0], word.slice(1), phoneParts(word).phone] : [],
  );
  if (own.includes(folded)) refuse('passwordIsIdentifier');
}

/** The wire's coarse measure, shown to administrators: 1 low, 2 middle, 3 high. */
export function passwordSecurityLevel(password: string): 1 | 2 | 3 {
  const { length } = [...password];
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u].filter((kind) =>
    kind.test(password),
  ).length;
  if (length >= 20 || (length >= 12 && kinds >= 3)) return 3;
  return length >= 12 || (length >= 8 && kinds >= 2) ? 2 : 1;
}
