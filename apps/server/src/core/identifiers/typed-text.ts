/** Removes from typed text what copying and other keyboards leave in it unintentionally. */

/** Bidirectional controls, zero-width and other ignorable characters; the two joiners aside, which spell words. */
const ignorable = /(?![\u200C\u200D])\p{Default_Ignorable_Code_Point}/gu;
const unseen = String.raw`[\s\p{Default_Ignorable_Code_Point}]`;
/** The lookbehind keeps a long run inside the text from being read once for each of its characters. */
const edges = new RegExp(`^${unseen}+|(?<!${unseen})${unseen}+$`, 'gu');
const betweenDigits = /[\s\p{Pd}\u2212\u200C\u200D]/gu;

/** More than anybody types as a name, an address or a code, and than all that copying adds to one. */
const longestTyped = 1024;

/**
 * The text, or nothing where it is longer than what people type: strangers send such texts, and bringing one to its form may take
 * the square of its length.
 */
export function typeable(text: string): string {
  return text.length > longestTyped ? '' : text;
}

/** The text with full-width and other compatibility forms folded, and without invisible characters and surrounding space. */
export function plainTyped(text: string): string {
  return typeable(text).normalize('NFKC').replaceAll(ignorable, '').normalize('NFKC').trim();
}

/** The text without spaces and direction marks at its ends, which a selection takes along. What is inside stays. */
export function withoutEdges(text: string): string {
  return typeable(text).replaceAll(edges, '');
}

/** The text with digits of any script as ASCII ones, without spaces and hyphens: `５６３ 378` and `563-378` become `563378`. */
export function plainDigits(text: string): string {
  return plainTyped(text)
    .replaceAll(betweenDigits, '')
    .replaceAll(/\p{Nd}/gu, asciiDigit);
}

/** Unicode's decimal digits stand in runs that begin with a zero and hold whole tens. */
function asciiDigit(digit: string): string {
  const codePoint = digit.codePointAt(0) ?? 0;
  let first = codePoint;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return String((codePoint - first) % 10);
}
