import type { Reason } from '@passbeam/protocol';
import unhomoglyph from 'unhomoglyph';
import { DomainError } from '../ground/errors.ts';
import { withoutStrayJoiners } from './joiners.ts';
import { looksLikePhone } from './phone-number.ts';
import { withoutEdges } from './typed-text.ts';

/** Usernames by UsernameCaseMapped (RFC 8265): full-width forms are narrowed, the rest is kept (NFC) and compared without case. */

const maxUnits = 64;
const fullOrHalfWidth = /[\u3000\uFF01-\uFFEE]/gu;
const ignorable = /\p{Default_Ignorable_Code_Point}/gu;
const joiners = /[\u200C\u200D]/g;
/** A combining dot above a letter that already has one: fonts draw a single dot, so `ali\u0307ce` is seen as `alice`. */
const unseenDot = /(?<=\p{Soft_Dotted}\p{M}*)\u0307/gu;
/** Characters that RFC 8264, section 9, allows: ASCII7, Exceptions and LetterDigits, without those it derives as disallowed. */
const allowed =
  /^(?:[\x21-\x7E]|[\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007]|[\p{Ll}\p{Lu}\p{Lo}\p{Lm}\p{Mn}\p{Mc}\p{Nd}])$/u;
const disallowed = /^[\u0640\u07FA\u302E\u302F\u3031-\u3035\u303B\u1100-\u11FF\uA960-\uA97F\uD7B0-\uD7FF]$/u;
/** RFC 5892, appendices A.3 to A.9: punctuation that is part of words, where those words have it. */
const wordPunctuation =
  /(?<=l)\u00B7(?=l)|\u0375(?=\p{Script=Greek})|(?<=\p{Script=Hebrew})[\u05F3\u05F4]|(?<=[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}])\u30FB/gu;
const mixedArabicDigits = /[\u0660-\u0669].*[\u06F0-\u06F9]|[\u06F0-\u06F9].*[\u0660-\u0669]/u;

/** @throws DomainError invalid_argument */
export function parseUsername(given: string): string {
  const username = narrowed(withoutEdges(given)).normalize('NFC');
  if (username.length === 0 || username.length > maxUnits) refuse(['notCharactersTo', maxUnits]);
  if (hasUnseen(username)) refuse('usernameUnseen');
  if (username.includes('@')) refuse('usernameWithAt');
  if (looksLikePhone(username)) refuse('usernameLikePhone');
  if (!isOfLetters(username)) refuse('usernameOfSymbols');
  return username;
}

/** The key that usernames are compared by. Texts that are no valid usernames have one too, because earlier releases took more. */
export function usernameKey(username: string): string {
  return narrowed(username).replaceAll(ignorable, '').normalize('NFC').toLowerCase().normalize('NFC');
}

/**
 * The skeletons of a username (UTS #39): names that share one can be taken for one another. There are two, because capitals look like
 * other letters than small ones: `AL1CE` is `alice` by its letters, `paypaI` is `paypal` by its looks.
 */
export function usernameSkeletons(username: string): string[] {
  const visible = narrowed(username).replaceAll(ignorable, '');
  return [...new Set([skeleton(visible.toLowerCase()), skeleton(skeleton(visible).toLowerCase())])];
}

function skeleton(text: string): string {
  return unhomoglyph(text.normalize('NFD')).normalize('NFD').replaceAll(unseenDot, '');
}

/** Whether the username has characters that draw nothing. The two joiners are not meant: they may belong to the spelling. */
function hasUnseen(username: string): boolean {
  return (
    withoutStrayJoiners(username) !== username ||
    /[\s\p{Z}\p{C}\p{Default_Ignorable_Code_Point}]/u.test(username.replaceAll(joiners, ''))
  );
}

function isOfLetters(username: string): boolean {
  const letters = username.replaceAll(joiners, '').replaceAll(wordPunctuation, '');
  return !mixedArabicDigits.test(username) && [...letters].every(isLetter);
}

function isLetter(character: string): boolean {
  return allowed.test(character) && !disallowed.test(character) && character.normalize('NFKC') === character;
}

function narrowed(text: string): string {
  return text.replaceAll(fullOrHalfWidth, (character) => character.normalize('NFKC'));
}

function refuse(reason: Reason): never {
  throw new DomainError('invalid_argument', { field: 'username', reason });
}
