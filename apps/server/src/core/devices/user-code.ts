import type { Secrets } from '../ground/ports.ts';

/** No vowels, so that no words come up, and no letters that look like others: the alphabet of RFC 8628, 6.1. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const half = 4;

/** Eight letters with a dash in the middle, such as `WDJB-MJHT`: about 34 bits, so guesses are limited. */
export function newUserCode({ randomDigits }: Pick<Secrets, 'randomDigits'>): string {
  // A hundred is five times the alphabet, so each letter is as likely as the others.
  const letters = Array.from({ length: 2 * half }, () => alphabet.charAt(Number(randomDigits(2)) % alphabet.length));
  return dashed(letters.join(''));
}

/** The one form of what a person typed: case, dashes and spaces do not count. Null for what cannot be a user code. */
export function readUserCode(typed: string): string | null {
  const letters = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{P}]/gu, '');
  return letters.length === 2 * half && [...letters].every((letter) => alphabet.includes(letter))
    ? dashed(letters)
    : null;
}

/** What a user code is kept as, under a server key: a plain hash of so few letters could be reversed. */
export function userCodeHash(secrets: Pick<Secrets, 'derive'>, keyId: string, userCode: string): string {
  const hash = secrets.derive(keyId, 'user-code', userCode);
  if (hash === null) throw new Error('the key of user codes is gone');
  return hash;
}

function dashed(letters: string): string {
  return `${letters.slice(0, half)}-${letters.slice(half)}`;
}
