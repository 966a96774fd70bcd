import { joiningLetters, viramas } from './joining-types.ts';

/**
 * Zero-width joiners (U+200D) and non-joiners (U+200C), without which `ශ්‍රී` and `امیر‌حسین` are misspelt; elsewhere they make two names
 * of one. They stay where RFC 5892, appendix A, allows them, and where people write them: a non-joiner after a letter that joins to the
 * right only, a joiner before a virama (`র‍্যা`), and between pictographs.
 */
const marks = String.raw`[\p{Mn}\p{Me}]*`;
const afterVirama = `(?<=[${viramas}])`;
const beforeVirama = String.raw`(?<=\p{L})\u200D(?=[${viramas}])`;
const betweenJoining = String.raw`(?<=[${joiningLetters}]${marks})\u200C(?=${marks}[${joiningLetters}])`;
const betweenPictographs = String.raw`(?<=\p{Extended_Pictographic}\uFE0F?\p{Emoji_Modifier}?)\u200D(?=\p{Extended_Pictographic})`;
const joiner = new RegExp(
  String.raw`(${afterVirama}[\u200C\u200D]|${beforeVirama}|${betweenJoining}|${betweenPictographs})|[\u200C\u200D]`,
  'gu',
);

export function withoutStrayJoiners(text: string): string {
  return text.replaceAll(joiner, (_, kept: string | undefined) => kept ?? '');
}
