/** Removes from typed text what copying and other keyboards leave in it unintentionally. */

/** Bidirectional controls, zero-width and other ignorable characters; the two joiners aside, which spell words. */
const ignorable = /(?![\u200C\u200D])\p{Default_Ignorable_Code_Point}/gu;
const edges = /^[\s\p{Default_Ignorable_Code_Point}]+|[\s\p{Default_Ignorable_Code_Point}]+$/gu;
const betweenDigits = /[\s\p{Pd}\u2212\u200C\u200D]/gu;

/** The text with full-width and other compatibility forms folded, and without invisible characters and surrounding space. */
export function plainTyped(text: string): string {
  return text.normalize('NFKC').replaceAll(ignorable, '').normalize('NFKC').trim();
}

/** The text without spaces and direction marks at its ends, which a selection takes along. What is inside stays. */
export function withoutEdges(text: string): string {
  return text.replaceAll(edges, '');
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
