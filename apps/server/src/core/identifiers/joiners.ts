import { joiningLetters, viramas } from './joining-types.ts';

/**
 * Zero-width joiners (U+200D) and non-joiners (U+200C) belong to the spelling of some words: `ශ්‍රී` and `امیر‌حسین` are misspelt without
 * theirs. Elsewhere they are invisible and make two names of one. They are kept where RFC 5892, appendix A, allows them, and in three more
 * places where people write them: a non-joiner after a letter that joins to the right only, a joiner before a virama (`র‍্যা`), and
 * a joiner between pictographs, which makes one emoji of several.
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
